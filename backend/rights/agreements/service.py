"""Agreements of co-owners: what they agreed about the exercise of their right (Patent Law, art. 14(1)).

One binds once every co-owner on the platform has entered the same, or an office has; nobody binds another alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.canonical import fingerprint
from backend.core.errors import FieldError, Malformed, Text
from backend.core.ids import new_id
from backend.files.service import attach
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights import queries
from backend.rights.codes import Origin, RightKind
from backend.rights.entries.service import EVIDENCE
from backend.rights.errors import DatesReversed, EvidenceMissing
from backend.rights.events import RightRecorded, RightSigned, append_event
from backend.rights.historical_state import AT, OFFICE, signed_by
from backend.rights.ledger import Holder
from backend.rights.models import RightEntry
from backend.rights.schemas import AgreedIn, AgreementIn, AgreementOut

NO_CO_OWNER = Text("所列主体不是该专利的权利人。", "A party named does not hold the patent.")


def _terms(given: AgreementIn) -> dict[str, Any]:
    acts = {act.value: {"who": a.who.value, "parties": sorted(a.parties)} for act, a in sorted(given.acts.items())}
    return {"acts": acts, "effective_on": str(given.effective_on), "ends_on": given.ends_on and str(given.ends_on)}


async def enter(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: AgreementIn, now: datetime
) -> tuple[RightEntry, bool]:
    """Return the agreement and whether it is new; the same terms entered by a further co-owner add its word."""
    if given.ends_on and given.ends_on < given.effective_on:
        raise DatesReversed
    if not given.evidence_files:
        raise EvidenceMissing
    parties = {holding.party_id for holding, _ in whole.living}
    if not {party for agreed in given.acts.values() for party in agreed.parties} <= parties:
        raise Malformed(errors=[FieldError("/acts", "not_a_co_owner", NO_CO_OWNER)])
    terms, own = _terms(given), {holding.party_id for holding in whole.held_by(caller.organisation_id)}
    digest = fingerprint(terms)
    known = [row for row in await queries.entries_of(session, whole.patent.id) if _is_same(row, digest)]
    entry = known[0] if known else _entry(whole, caller, given, terms, digest, now)
    by_office = {OFFICE: True} if patent_queries.is_office(caller) else {}
    new = {*own, *by_office} - signed_by(entry, None)
    entry.signed_by = sorted({*entry.signed_by, *own})
    moments = entry.details.get(AT, {}) | dict.fromkeys(sorted(new), now.isoformat())
    entry.details = {**entry.details, **by_office, AT: moments}
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=entry.id, pointer="/evidence_files", now=now)
    if known:
        entry.version += 1
    else:
        session.add(entry)
    await append_event(session, whole, entry, RightSigned if known else RightRecorded, now, caller.user_id)
    return entry, not known


def _is_same(row: RightEntry, digest: str) -> bool:
    stands = row.ended_on is None and row.corrected_at is None
    return row.kind is RightKind.CO_OWNER_AGREEMENT and row.terms_hash == digest and stands


def _entry(
    whole: PatentAggregate, caller: Caller, given: AgreementIn, terms: dict[str, Any], digest: str, now: datetime
) -> RightEntry:
    return RightEntry(
        id=new_id("rgt"),
        patent_id=whole.patent.id,
        kind=RightKind.CO_OWNER_AGREEMENT,
        origin=Origin.OUTSIDE,
        starts_on=given.effective_on,
        ends_on=given.ends_on,
        effective_on=given.effective_on,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        source=given.source,
        details=terms,
        terms_hash=digest,
    )


def agreement_out(row: RightEntry, whole: PatentAggregate, files: list[Any]) -> AgreementOut:
    """Return the agreement as it is shown to holders and offices."""
    holders = [Holder(h.party_id, h.organisation_id) for h, _ in whole.living]
    return AgreementOut(
        id=row.id,
        patent_id=row.patent_id,
        acts={act: AgreedIn(**said) for act, said in row.details["acts"].items()},
        signed_by=row.signed_by,
        binding=queries.is_signed(row, holders),
        effective_on=row.effective_on,
        ends_on=row.ends_on,
        ended_on=row.ended_on,
        recorded_at=row.recorded_at,
        source=row.source,
        evidence_files=files,
        version=row.version,
    )
