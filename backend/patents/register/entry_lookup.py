"""Which row an entry is about: the one that its numbers mean to whoever enters it, or a new one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.accounts.parties.directory import stand_in_key
from backend.core.http.problems import ChangedMeanwhile
from backend.core.ids import new_id
from backend.patents import queries
from backend.patents.fact_rules import NUMBERS
from backend.patents.holdings.placeholder_holders import take_place
from backend.patents.models import ESTABLISHED, Patent
from backend.patents.numbers.lookup import find_by_numbers, taken
from backend.patents.queries import PatentAggregate
from backend.patents.register.merge import check_both_edited, check_one_patent, merge


async def locate(
    session: AsyncSession, caller: Caller, own: Party | None, office: str, facts: Mapping[str, Any], now: datetime
) -> PatentAggregate | None:
    """Return the row that the numbers mean to the caller, locked; rows of its own that they link are merged."""
    asked = [facts[name] for name in NUMBERS if facts.get(name)]
    key = stand_in_key(own, verified=caller.verified) if own else None
    found = await find_by_numbers(session, caller, office, asked, key)
    if not found:
        return None
    rows = await queries.lock_all(session, found.values())
    if any(row.patent.merged_into for row in rows):
        raise ChangedMeanwhile
    if own is not None:
        rows = [await _with_place_taken(session, row, own, key) for row in rows]
    whole = rows[0]
    if len(rows) > 1:
        check_both_edited(caller, rows, asked[-1])
    for other in rows[1:]:
        check_one_patent(caller, whole.patent, other.patent, asked[-1])
        whole = await merge(session, whole, other, now, actor=caller.user_id)
    return whole


async def _with_place_taken(
    session: AsyncSession, whole: PatentAggregate, own: Party, key: str | None
) -> PatentAggregate:
    """Return the row in which the organisation has taken the place of its stand-in, where it had one."""
    if not whole.patent.is_established or not await take_place(session, whole.patent.id, own, key):
        return whole
    fresh = await queries.load(session, whole.patent.id, lock=True)
    if fresh is None:
        raise ChangedMeanwhile
    return fresh


async def create(
    session: AsyncSession, caller: Caller, own: Party | None, office: str, facts: Mapping[str, Any], now: datetime
) -> tuple[PatentAggregate, bool]:
    """Return a new row and True; where another request was faster with the same number, the caller's row and False.

    The row is established where an office enters it, or a verified organisation while its numbers are free; else it is
    private to whoever entered it. Both are answered alike, so that nobody learns which numbers others have entered.
    """
    by_office = queries.is_office(caller)
    free = not await taken(session, office, [facts[name] for name in NUMBERS if facts.get(name)])
    private_to = ESTABLISHED if by_office or (caller.verified and free) else caller.organisation_id
    row = await _put(session, caller, private_to, office, facts, now)
    if row is None:  # somebody was faster: the caller itself, or whoever established the number in this moment
        whole = await locate(session, caller, own, office, facts, now)
        if whole is not None:
            return whole, False
        row = None if by_office else await _put(session, caller, caller.organisation_id, office, facts, now)
    if row is None:
        raise ChangedMeanwhile
    return PatentAggregate(row), True


async def _put(
    session: AsyncSession, caller: Caller, private_to: str, office: str, facts: Mapping[str, Any], now: datetime
) -> Patent | None:
    """Return the new row, or None where there is one with its numbers in the same register."""
    known: dict[str, Any] = {"office": office, "facts_by": caller.organisation_id, "created_at": now, "updated_at": now}
    row = Patent(id=new_id("pat"), private_to=private_to, **known, **facts)
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:
        return None
    return row
