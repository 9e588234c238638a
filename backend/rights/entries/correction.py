"""Correcting an entry of the ledger: another takes its place, with its end, its consents and its sub-licences."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.clock import china_day
from backend.core.database.columns import iso
from backend.core.ids import new_id
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights import queries
from backend.rights.codes import LicenceType
from backend.rights.entries.service import check_standing, record
from backend.rights.entries.sub_licence_rules import ends_by_correction
from backend.rights.entries.termination import end_entry, standing_under
from backend.rights.errors import EvidenceMissing, OtherKind
from backend.rights.events import RightCarriedOver, RightCarveOutCorrected, RightCorrected, append_event
from backend.rights.models import RightEntry
from backend.rights.permissions import grants
from backend.rights.permissions.findings import SHARED
from backend.rights.schemas import RightCorrection
from backend.rights.scope_rules import Period, Scope

END: Final = ("ended_on", "ended_because", "end_recorded_at", "end_recorded_by")


async def correct(
    session: AsyncSession,
    whole: PatentAggregate,
    caller: Caller,
    wrong: RightEntry,
    given: RightCorrection,
    quotas: QuotaPolicy,
    now: datetime,
) -> RightEntry:
    """Return the entry that corrects another, which stays on record as what was believed until now.

    It ends where that was to end, and rests on the consents that were used for it. Raises RightOver, OtherKind,
    EvidenceMissing, and whatever `record` raises.
    """
    check_standing(wrong, china_day(now))
    if given.kind is not wrong.kind:
        raise OtherKind
    if not given.evidence_files and not patent_queries.is_office(caller):
        raise EvidenceMissing
    wrong.corrected_at = now
    wrong.version += 1
    await grants.release(session, wrong)
    await session.flush()
    right_id, beside = new_id("rgt"), []
    if _is_part_of(given, wrong) and await _is_of_the_same(session, given, wrong):
        beside = await _leave_standing(session, whole, wrong.id, right_id, now)
    end = {name: getattr(wrong, name) for name in END if wrong.ended_on is not None}
    entry = await record(session, whole, caller, given, quotas, now, beside, id=right_id, corrects=wrong.id, **end)
    entry.details = {**entry.details, "correction": given.reason}
    wrong.corrected_by = entry.id
    await _carry_over(session, whole, caller, wrong, entry, now)
    for row in beside:
        await append_event(session, whole, row, RightCarveOutCorrected, now, caller.user_id)
    await append_event(session, whole, wrong, RightCorrected, now, caller.user_id)
    return entry


def _is_part_of(given: RightCorrection, wrong: RightEntry) -> bool:
    """Whether whoever left the wrong entry standing left this one: an ordinary licence, of no more scope and time."""
    if (given.licence_type or LicenceType.ORDINARY) not in SHARED:
        return False
    if given.own_working is not wrong.own_working or given.sub_licensing > wrong.sub_licensing:
        return False
    scope = Scope(frozenset(given.territory), frozenset(given.fields), frozenset(given.working))
    period = Period.of(given.starts_on or given.effective_on, given.ends_on, wrong.ended_on)
    return scope.within(queries.scope_of(wrong)) and period.within(queries.period_of(wrong))


async def _is_of_the_same(session: AsyncSession, given: RightCorrection, wrong: RightEntry) -> bool:
    names = await queries.names_of(session, [wrong.party_id])
    return wrong.party_id is not None and (
        given.party_id == wrong.party_id or given.party_name == names.get(wrong.party_id)
    )


async def _leave_standing(
    session: AsyncSession, whole: PatentAggregate, wrong: str, right: str, now: datetime
) -> list[RightEntry]:
    """Return the licences that carved out a wrong entry; they carve out the one that corrects it as well."""
    found = [row for row in await queries.entries_of(session, whole.patent.id) if wrong in row.carves_out]
    for row in found:
        before = {"carves_out": row.carves_out, "until": iso(now)}
        row.details = {**row.details, "carved_out_before": [*row.details.get("carved_out_before", []), before]}
        row.carves_out = [*row.carves_out, right]
        row.version += 1
    return [row for row in found if row.corrected_at is None]


async def _carry_over(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, wrong: RightEntry, entry: RightEntry, now: datetime
) -> None:
    """Have the sub-licences stand under the entry that corrects their licence; what it does not cover ends."""
    was, licence = queries.entry_of(wrong), queries.entry_of(entry)
    for below in await standing_under(session, whole, wrong):
        before = [*below.details.get("under_before", []), wrong.id]
        below.details = {**below.details, "under": entry.id, "under_before": before}
        below.version += 1
        until = ends_by_correction(queries.entry_of(below), was, licence)
        if until is None:
            await append_event(session, whole, below, RightCarriedOver, now, caller.user_id)
        else:
            reason = entry.details["correction"]
            await end_entry(session, whole, below, until, reason, by=caller, now=now)
