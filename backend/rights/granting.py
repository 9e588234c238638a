"""Asking the ledger, in the transaction of whoever grants something and with the patent's row locked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.columns import iso, table_of
from backend.core.errors import Problem, Reason
from backend.rights.codes import Act, ConsentState, LicenceType, Origin, Permission, RightKind
from backend.rights.errors import ConfirmationNeeded, ConsentNeeded, NotPermitted
from backend.rights.ledger import Ask, Ledger
from backend.rights.models import Consent, RightClaim, RightEntry
from backend.rights.queries import scope_of
from backend.rights.rules import Because, Decision, decide
from backend.rights.scope_rules import Range

CLAIM: Final = table_of(RightClaim)
LAST_SLOT: Final = 1 << 62
REFUSALS: Final[dict[Permission, type[Problem]]] = {
    Permission.REFUSED: NotPermitted,
    Permission.NEEDS_CONSENT: ConsentNeeded,
    Permission.NEEDS_CONFIRMATION: ConfirmationNeeded,
}
GRANTS: Final = {
    LicenceType.ORDINARY: Act.GRANT_ORDINARY,
    LicenceType.SOLE: Act.GRANT_SOLE,
    LicenceType.EXCLUSIVE: Act.GRANT_EXCLUSIVE,
}


def reason_of(because: Because) -> Reason:
    """Give a reason as a problem tells it."""
    rule, hit = because.rule, because.hit
    return Reason(rule.code, rule.said.detail, rule.law, rule.said.cure, iso(hit.since))


def check(ledger: Ledger, ask: Ask) -> Decision:
    """Give the decision where it allows the act; raise NotPermitted, ConsentNeeded or ConfirmationNeeded."""
    decision = decide(ledger, ask)
    if decision.answer is not Permission.ALLOWED:
        raise REFUSALS[decision.answer](reasons=[reason_of(because) for because in decision.reasons])
    return decision


async def use_consents(session: AsyncSession, ids: Iterable[str], subject: str, now: datetime) -> None:
    """Mark the consents as used by a thing: from now on they cannot be revoked, nor serve anything else."""
    given = sa.and_(col(Consent.id).in_(list(ids)), col(Consent.state) == ConsentState.GIVEN)
    values = {"state": ConsentState.USED, "used_at": now, "used_by": subject, "version": col(Consent.version) + 1}
    await session.execute(sa.update(Consent).where(given).values(**values))


async def claim(session: AsyncSession, entry: RightEntry) -> None:
    """Have the database itself hold this grant apart from others that conflict (PostgreSQL)."""
    if session.info["database"].lite or not claims(entry):
        return
    scope = scope_of(entry)
    stop = "" if entry.ends_on is None else entry.ends_on.isoformat()
    values: dict[str, Any] = {
        "right_id": entry.id,
        "patent_id": entry.patent_id,
        "slots": _multirange("int8", _slots(entry)),
        "period": sa.cast(f"[{entry.starts_on.isoformat()},{stop}]", CLAIM.c.period.type),
        "territory": _multirange("int4", scope.territory_ranges()),
        "fields": _multirange("int4", scope.field_ranges()),
        "working": _multirange("int4", scope.working_ranges()),
    }
    await session.flush()
    await session.execute(sa.insert(CLAIM).values(**values))


def claims(entry: RightEntry) -> bool:
    """Whether the database itself holds the entry apart from others: licences granted here, but for sub-licences."""
    licence = entry.kind in (RightKind.LICENCE, RightKind.OPEN_LICENCE) and "under" not in entry.details
    return licence and entry.origin is Origin.HERE


async def release(session: AsyncSession, entry: RightEntry) -> None:
    """Let go of what a grant takes, since it has ended or is corrected: what is past stands in no grant's way."""
    if not session.info["database"].lite:
        await session.execute(sa.delete(CLAIM).where(CLAIM.c.right_id == entry.id))


def slot_of(right_id: str) -> int:
    """Give the place of its own that a grant takes among those that may stand beside each other; never the first."""
    return 1 + int.from_bytes(blake2b(right_id.encode(), digest_size=8).digest()) % (LAST_SLOT - 1)


def _slots(entry: RightEntry) -> list[Range]:
    if entry.own_working:
        return [(0, 1)]
    if entry.kind is RightKind.OPEN_LICENCE or entry.licence_type not in (LicenceType.EXCLUSIVE, LicenceType.SOLE):
        own = slot_of(entry.id)
        return [(own, own + 1)]
    first = 0 if entry.licence_type is LicenceType.EXCLUSIVE else 1
    taken, start = [], first
    for free in sorted(slot_of(right_id) for right_id in entry.carves_out):
        taken.append((start, free))
        start = free + 1
    return [(a, b) for a, b in (*taken, (start, LAST_SLOT)) if a < b]


def _multirange(kind: str, ranges: Sequence[Range]) -> Any:
    written = "{" + ",".join(f"[{a},{b})" for a, b in ranges) + "}"
    return sa.cast(written, CLAIM.c.slots.type if kind == "int8" else CLAIM.c.territory.type)
