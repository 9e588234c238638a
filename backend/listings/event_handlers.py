"""What a change of a patent or a holding means for its listing, in the same transaction."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.events.log import PUBLIC, DomainEvent, SyncHandler, append_many
from backend.listings import queries
from backend.listings.rules import BARRED, HOLDS, PAST, Action, Side, marks
from backend.listings.service import event_of
from backend.patents.codes import LegalStatus, ListingStatus
from backend.patents.models import Holding, Listing

REMOVALS: Final = frozenset({PAST[Action.SUSPEND], PAST[Action.DELIST]})
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
    kind = PAST[Action.SUSPEND]
    await append_many(session, [event_of(kind, *row, public=True, suspended_by=side) for row in found], at)


async def _status_changed(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
    status = LegalStatus(event.data["legal_status"])
    if status in BARRED:
        which = col(Listing.patent_id) == event.data["patent_id"]
        await suspend(session, which, Side.LEGAL_STATUS, status.value, at)


async def _holding_shaken(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
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
    await suspend(session, which, Side.HOLDING, event.type.partition(".")[2], at)


async def _organisation_refused(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
    which = col(Listing.organisation_id) == event.subject
    await suspend(session, which, Side.HOLDING, "organisation_not_verified", at)


SYNC_HANDLERS: Final[dict[str, list[SyncHandler]]] = {
    "patent.status_changed": [_status_changed],
    "holding.disputed": [_holding_shaken],
    "holding.ended": [_holding_shaken],
    "organisation.refused": [_organisation_refused],
}
