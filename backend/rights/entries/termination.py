"""How entries of the ledger end, and hold again; and who is told of whatever happens to one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.database.columns import iso
from backend.patents.queries import PatentAggregate
from backend.rights import queries
from backend.rights.entries.sub_licence_rules import ends_with
from backend.rights.errors import RightOver
from backend.rights.events import RightEnded, RightResumed, append_event
from backend.rights.models import RightEntry
from backend.rights.permissions import grants


async def end_entry(
    session: AsyncSession,
    whole: PatentAggregate,
    entry: RightEntry,
    on: date,
    reason: str,
    *,
    by: Caller | None,
    now: datetime,
) -> None:
    """Have an entry hold no more from a day on, and with it the sub-licences under it."""
    if entry.end_recorded_at is not None:
        entry.details = {**entry.details, "ends": [*entry.details.get("ends", []), _end_of(entry)]}
    entry.ended_on, entry.ended_because, entry.end_recorded_at = on, reason, now
    entry.end_recorded_by = by.organisation_id if by else None
    entry.version += 1
    await grants.release(session, entry)
    await append_event(session, whole, entry, RightEnded, now, by.user_id if by else None)
    for below in await standing_under(session, whole, entry):
        until = ends_with(queries.entry_of(below), on)
        if until is not None:
            await end_entry(session, whole, below, until, reason, by=by, now=now)


async def lift_end(
    session: AsyncSession, whole: PatentAggregate, entry: RightEntry, reason: str, now: datetime
) -> None:
    """Have an entry hold again that had ended, and with it the sub-licences that ended with it.

    The end stays on record in `details.ends`, as what was believed until now; one that it had overtaken stands again.
    Raises RightOver where the entry was corrected, or has no end.
    """
    if entry.ended_on is None or entry.corrected_at is not None:
        raise RightOver
    with_it = (entry.ended_because, entry.end_recorded_at)
    ends = entry.details.get("ends", [])
    before = next((end for end in ends[-1:] if "lifted_because" not in end), {"ended_on": None, "because": None})
    entry.details = {**entry.details, "ends": [*ends, {**_end_of(entry), "lifted_because": reason}]}
    entry.ended_on = date.fromisoformat(before["ended_on"]) if before["ended_on"] else None
    entry.ended_because, entry.end_recorded_at, entry.end_recorded_by = before["because"], now, None
    entry.version += 1
    await grants.claim_again(session, entry)
    await append_event(session, whole, entry, RightResumed, now)
    for below in await standing_under(session, whole, entry):
        if (below.ended_because, below.end_recorded_at) == with_it:
            await lift_end(session, whole, below, reason, now)


async def standing_under(session: AsyncSession, whole: PatentAggregate, entry: RightEntry) -> list[RightEntry]:
    """Return the sub-licences that stand on record under a licence."""
    rows = await queries.entries_of(session, whole.patent.id)
    return [row for row in rows if row.details.get("under") == entry.id and row.corrected_at is None]


def _end_of(entry: RightEntry) -> dict[str, Any]:
    """Return the end that another takes the place of, so that what was believed until now can be told."""
    return {
        "ended_on": iso(entry.ended_on),
        "because": entry.ended_because,
        "recorded_at": iso(entry.end_recorded_at),
        "recorded_by": entry.end_recorded_by,
    }
