"""What a change of a patent or a holding means for its listing, in the same transaction."""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.events import OrganisationRefused
from backend.core.domain import MergeRule
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.listings import queries
from backend.listings.change_rules import Change, Step
from backend.listings.queries import LISTING, Row
from backend.listings.rules import BARRED, HOLDS, LIVING, Action, Side
from backend.listings.service import accepted, apply, suspend
from backend.patents.codes import ListingStatus
from backend.patents.events import HoldingDisputed, HoldingEnded, HoldingEvent, PatentsMerged, PatentStatusChanged
from backend.patents.models import Holding, Listing

MERGED: Final = "merged"


async def _status_changed(
    session: AsyncSession, event: DomainEvent[PatentStatusChanged], context: EventContext
) -> None:
    status = event.payload.legal_status
    if status in BARRED:
        which = col(Listing.patent_id) == event.payload.patent_id
        await suspend(session, which, Side.LEGAL_STATUS, status.value, context.now)


async def _holding_shaken(session: AsyncSession, event: DomainEvent[HoldingEvent], context: EventContext) -> None:
    if PUBLIC not in event.audience:  # it is not listed: there is nothing to suspend
        return
    holding = await session.get_one(Holding, event.subject, populate_existing=True)
    if holding.organisation_id is None:
        return
    pair = (holding.patent_id, holding.organisation_id)
    state = (await queries.holding_states(session, [pair])).get(pair)
    if state in HOLDS:
        return
    which = sa.and_(col(Listing.patent_id) == pair[0], col(Listing.organisation_id) == pair[1])
    await suspend(session, which, Side.HOLDING, event.type.partition(".")[2], context.now)


async def _organisation_refused(
    session: AsyncSession, event: DomainEvent[OrganisationRefused], context: EventContext
) -> None:
    which = col(Listing.organisation_id) == event.subject
    await suspend(session, which, Side.HOLDING, "organisation_not_verified", context.now)


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], context: EventContext) -> None:
    """Of two living listings the listed one stays, else the older row's; the other is delisted."""
    of, into = event.payload.patent_id, event.payload.into
    theirs = await queries.locked_where(session, LISTING.c.patent_id == of)
    ours = await queries.locked_where(session, LISTING.c.patent_id == into, queries.IS_LIVING)
    dropped = _dropped([row for row in theirs if row["status"] in LIVING], ours)
    changes = [_moved(row, into) for row in theirs if row is not dropped]
    if dropped is not None:  # first, since the patent has one living listing at any time
        changes.insert(0, _delisted(dropped, into, event.audience))
    accepted(await apply(session, changes, context.now, actor=None))


def _dropped(theirs: list[Row], ours: list[Row]) -> Row | None:
    if not theirs or not ours:
        return None
    is_theirs_alone_listed = theirs[0]["status"] is ListingStatus.LISTED is not ours[0]["status"]
    return ours[0] if is_theirs_alone_listed else theirs[0]


def _moved(row: Row, into: str) -> Change:
    return Change(listing=row, moves_to=into)


def _delisted(row: Row, into: str, audience: Collection[str]) -> Change:
    told = audience if row["status"] is ListingStatus.LISTED else ()  # a draft is nobody else's business
    step = Step(Action.DELIST, Side.LEGAL_STATUS, MERGED)
    return Change(listing=row, steps=(step,), moves_to=into, told=told)


MERGE_RULES: Final = (MergeRule(tables=("listing",), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {
    PatentStatusChanged: [_status_changed],
    HoldingDisputed: [_holding_shaken],
    HoldingEnded: [_holding_shaken],
    OrganisationRefused: [_organisation_refused],
}
