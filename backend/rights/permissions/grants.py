"""Asking the ledger, in the transaction of whoever grants something and with the patent's row locked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.columns import iso, table_of
from backend.core.database.dialects import is_sqlite
from backend.core.errors import Problem, Reason
from backend.rights.codes import Act, ConsentState, LicenceType, Permission
from backend.rights.errors import ConfirmationNeeded, ConsentNeeded, NotPermitted
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.models import Consent, RightClaim, RightEntry
from backend.rights.permissions.grant_conflict_rules import Taken, taken_by
from backend.rights.permissions.rules import Because, Decision, decide
from backend.rights.queries import entry_of, names_of
from backend.rights.scope_rules import Range

CLAIM: Final = table_of(RightClaim)
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
    """Return a reason as a problem tells it."""
    rule, hit = because.rule, because.hit
    return Reason(rule.code, rule.said.detail, rule.law, rule.said.cure, iso(hit.since))


async def check(session: AsyncSession, ledger: Ledger, ask: PermissionRequest, terms: Mapping[str, Any]) -> Decision:
    """Return the decision where it allows the act; raise what says why not, and who is to consent to which terms."""
    decision = decide(ledger, ask)
    if decision.answer is Permission.ALLOWED:
        return decision
    own = any(because.hit.terms_hash in (None, ask.terms_hash) for because in decision.reasons)
    values: dict[str, Any] = {"terms": terms} if own else {}  # else the reason names other terms to consent to
    if decision.answer is Permission.NEEDS_CONSENT:
        values["consents"] = await _missing_consents(session, decision, ask)
    raise REFUSALS[decision.answer](reasons=[reason_of(because) for because in decision.reasons], **values)


async def _missing_consents(
    session: AsyncSession, decision: Decision, ask: PermissionRequest
) -> list[dict[str, str | None]]:
    """Return of whom which act on which terms awaits a consent, and by which rule."""
    names = await names_of(session, (party for because in decision.reasons for party in because.hit.of))
    return [
        {
            "reason": because.rule.code,
            "act": (because.hit.consent_to or ask.act).value,
            "party_id": party,
            "party_name": names.get(party),
            "terms_hash": because.hit.terms_hash or ask.terms_hash,
        }
        for because in decision.reasons
        for party in because.hit.of
    ]


async def use_consents(session: AsyncSession, ids: Iterable[str], subject: str, now: datetime) -> None:
    """Mark the consents as used by a thing: from now on they cannot be revoked, nor serve anything else."""
    given = sa.and_(col(Consent.id).in_(list(ids)), col(Consent.state) == ConsentState.GIVEN)
    values = {"state": ConsentState.USED, "used_at": now, "used_by": subject, "version": col(Consent.version) + 1}
    await session.execute(sa.update(Consent).where(given).values(**values))


async def hand_over(session: AsyncSession, wrong: str, right: str) -> None:
    """Have the consents that an entry used stand behind the one that corrects it."""
    used = sa.and_(col(Consent.used_by) == wrong, col(Consent.state) == ConsentState.USED)
    await session.execute(sa.update(Consent).where(used).values(used_by=right, version=col(Consent.version) + 1))


async def claim(session: AsyncSession, entry: RightEntry) -> None:
    """Have the database itself hold this grant apart from others that conflict (PostgreSQL)."""
    if is_sqlite(session):
        return
    await session.flush()
    taken = await _taken(session, entry)
    if taken is not None:
        values = {"right_id": entry.id, "patent_id": entry.patent_id, **_columns(taken)}
        await session.execute(sa.insert(CLAIM).values(**values))


def claims(entry: RightEntry) -> bool:
    """Whether the database itself holds the entry apart from others: licences granted here that are not past."""
    if "under" in entry.details or entry.corrected_at is not None:
        return False
    return taken_by(entry_of(entry), china_day(entry.end_recorded_at or entry.recorded_at)) is not None


async def _taken(session: AsyncSession, entry: RightEntry) -> Taken | None:
    if not claims(entry):
        return None
    own: frozenset[str] = frozenset()
    if entry.carves_out:
        statement = sa.select(col(RightEntry.id)).where(
            col(RightEntry.id).in_(entry.carves_out), col(RightEntry.own_working)
        )
        own = frozenset(await session.scalars(statement))
    return taken_by(entry_of(entry), china_day(entry.end_recorded_at or entry.recorded_at), own)


async def release(session: AsyncSession, entry: RightEntry) -> None:
    """Let go of what a grant takes from the day on which it ends, or at once where it is corrected."""
    if is_sqlite(session):
        return
    taken, mine = await _taken(session, entry), CLAIM.c.right_id == entry.id
    if taken is None:
        await session.execute(sa.delete(CLAIM).where(mine))
    else:
        await session.execute(sa.update(CLAIM).where(mine).values(period=_columns(taken)["period"]))


async def claim_again(session: AsyncSession, entry: RightEntry) -> None:
    """Have a grant whose end was lifted take again what it took, or what its days leave of that."""
    if is_sqlite(session):
        return
    await session.flush()
    await session.execute(sa.delete(CLAIM).where(CLAIM.c.right_id == entry.id))
    await claim(session, entry)


def _columns(taken: Taken) -> dict[str, Any]:
    stop = "" if taken.period.stop is None else taken.period.stop.isoformat()
    return {
        "slots": _multirange("int8", taken.slots),
        "period": sa.cast(f"[{taken.period.start.isoformat()},{stop})", CLAIM.c.period.type),
        "territory": _multirange("int4", taken.scope.territory_ranges()),
        "fields": _multirange("int4", taken.scope.field_ranges()),
        "working": _multirange("int4", taken.scope.working_ranges()),
    }


def _multirange(kind: str, ranges: Sequence[Range]) -> Any:
    written = "{" + ",".join(f"[{a},{b})" for a, b in ranges) + "}"
    return sa.cast(written, CLAIM.c.slots.type if kind == "int8" else CLAIM.c.territory.type)
