"""What a change of a patent or a holding means for its listing, in the same transaction."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.events import OrganisationRefused
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.core.events.log import append_many
from backend.listings import queries
from backend.listings.events import ListingSuspended
from backend.listings.rules import BARRED, HOLDS, Action, Side, marks
from backend.listings.service import event_of
from backend.patents.codes import ListingStatus
from backend.patents.events import HoldingDisputed, HoldingEnded, HoldingEvent, PatentStatusChanged
from backend.patents.models import Holding, Listing

SHOWN: Final = col(Listing.status) == ListingStatus.LISTED


async def suspend(
    session: AsyncSession, which: sa.ColumnElement[bool], side: Side, reason: str | None, at: datetime
) -> None:
    """Suspend those of the listings `which` that are shown, and tell of it."""
    values = marks(Action.SUSPEND, side, ListingStatus.SUSPENDED, reason, at)
    found = await session.execute(
        sa.update(Listing)
        .where(which, SHOWN)
        .values(**values, version=col(Listing.version) + 1)
        .returning(col(Listing.id), col(Listing.patent_id), col(Listing.organisation_id))
        .execution_options(synchronize_session="fetch")
    )
    await append_many(session, [event_of(ListingSuspended, *row, public=True, suspended_by=side) for row in found], at)


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


SYNC_HANDLERS: Final[SyncHandlerTable] = {
    PatentStatusChanged: [_status_changed],
    HoldingDisputed: [_holding_shaken],
    HoldingEnded: [_holding_shaken],
    OrganisationRefused: [_organisation_refused],
}
