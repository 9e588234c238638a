"""Correcting an entry of the ledger: another takes its place, with its end, its consents and its sub-licences."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.catalogue import queries as catalogue
from backend.catalogue.queries import Whole
from backend.core.clock import china_day
from backend.rights import granting, queries
from backend.rights.errors import EvidenceMissing, OtherKind
from backend.rights.models import RightEntry
from backend.rights.schemas import RightCorrection
from backend.rights.service import check_standing, end_entry, record, standing_under, tell
from backend.rights.sub_licence_rules import ends_by_correction

END: Final = ("ended_on", "ended_because", "end_recorded_at", "end_recorded_by")


async def correct(
    session: AsyncSession, whole: Whole, caller: Caller, wrong: RightEntry, given: RightCorrection, now: datetime
) -> RightEntry:
    """Give the entry that corrects another, which stays on record as what was believed until now.

    It ends where that was to end, and rests on the consents that were used for it. Raises RightOver, OtherKind,
    EvidenceMissing, and whatever `record` raises.
    """
    check_standing(wrong, china_day(now))
    if given.kind is not wrong.kind:
        raise OtherKind
    if not given.evidence_files and not catalogue.is_office(caller):
        raise EvidenceMissing
    wrong.corrected_at = now
    wrong.version += 1
    await granting.release(session, wrong)
    await session.flush()
    end = {name: getattr(wrong, name) for name in END if wrong.ended_on is not None}
    entry = await record(session, whole, caller, given, now, corrects=wrong.id, **end)
    entry.details = {**entry.details, "correction": given.reason}
    wrong.corrected_by = entry.id
    await _carry_over(session, whole, caller, wrong, entry, now)
    await tell(session, whole, wrong, "corrected", now, caller.user_id)
    return entry


async def _carry_over(
    session: AsyncSession, whole: Whole, caller: Caller, wrong: RightEntry, entry: RightEntry, now: datetime
) -> None:
    """Have the sub-licences stand under the entry that corrects their licence; what it does not cover ends."""
    was, licence = queries.entry_of(wrong), queries.entry_of(entry)
    for below in await standing_under(session, whole, wrong):
        before = [*below.details.get("under_before", []), wrong.id]
        below.details = {**below.details, "under": entry.id, "under_before": before}
        below.version += 1
        until = ends_by_correction(queries.entry_of(below), was, licence)
        if until is None:
            await tell(session, whole, below, "carried_over", now, caller.user_id)
        else:
            reason = entry.details["correction"]
            await end_entry(session, whole, below, until, reason, by=caller, now=now)
