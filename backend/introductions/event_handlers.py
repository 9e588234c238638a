"""What follows for introductions from what happens elsewhere, in the same transaction."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import BatchHandlerTable, EventContext, SyncHandlerTable
from backend.introductions import queries, service
from backend.introductions.codes import EndReason, MatchSide
from backend.introductions.models import Introduction
from backend.licences.events import LicenceEffective, LicenceVoid
from backend.listings.events import ListingDelisted, ListingSuspended
from backend.needs import queries as needs
from backend.needs.codes import FaceKind
from backend.needs.events import (
    NeedAbstractWithdrawn,
    NeedClosed,
    NeedConcealed,
    NeedSuspended,
    NeedTakenDown,
    NeedWithdrawn,
)
from backend.needs.faces import Viewer
from backend.response_clocks.events import ResponseOverdue

AT_ONCE: Final = 500  # listings in one statement


async def _need_gone(session: AsyncSession, event: DomainEvent[Any], context: EventContext) -> None:
    """A need that is not open any more is nothing to be introduced about."""
    await _lapse(session, col(Introduction.need_id) == event.subject, EndReason.NEED_GONE, context)


async def _need_hidden(session: AsyncSession, event: DomainEvent[Any], context: EventContext) -> None:
    """A holder that sees less of a need than when it was asked about it would learn the rest by accepting."""
    which = sa.and_(col(Introduction.need_id) == event.subject, col(Introduction.asked_by) == MatchSide.NEED)
    for introduction, clock in await queries.locked_waiting(session, which):
        face = await needs.face(session, Viewer(introduction.holder_organisation_id), introduction.need_id)
        if face is None or (face.face is FaceKind.ABSTRACT and not introduction.by_abstract):
            await service.lapse(session, introduction, clock, EndReason.NEED_GONE, context.now)


async def _listings_gone(session: AsyncSession, events: Sequence[DomainEvent[Any]], context: EventContext) -> None:
    ids = sorted({event.payload.listing_id for event in events})
    for first in range(0, len(ids), AT_ONCE):
        which = col(Introduction.listing_id).in_(ids[first : first + AT_ONCE])
        await _lapse(session, which, EndReason.LISTING_GONE, context)


async def _lapse(
    session: AsyncSession, which: sa.ColumnElement[bool], because: EndReason, context: EventContext
) -> None:
    for introduction, clock in await queries.locked_waiting(session, which):
        await service.lapse(session, introduction, clock, because, context.now)


async def _overdue(session: AsyncSession, event: DomainEvent[ResponseOverdue], context: EventContext) -> None:
    if event.payload.kind == service.KIND:
        await service.fall_due(session, event.payload.subject_id, context.now)


async def _licence_effective(
    session: AsyncSession, event: DomainEvent[LicenceEffective], context: EventContext
) -> None:
    await service.count_contract(session, event.payload.licence_id, context.now)


async def _licence_void(session: AsyncSession, event: DomainEvent[LicenceVoid], context: EventContext) -> None:
    await service.discount_contract(session, event.payload.licence_id, context.now)


SYNC_HANDLERS: Final[SyncHandlerTable] = {
    NeedClosed: [_need_gone],
    NeedTakenDown: [_need_gone],
    NeedSuspended: [_need_gone],
    NeedConcealed: [_need_hidden],
    NeedWithdrawn: [_need_hidden],
    NeedAbstractWithdrawn: [_need_hidden],
    ResponseOverdue: [_overdue],
    LicenceEffective: [_licence_effective],
    LicenceVoid: [_licence_void],
}
BATCH_HANDLERS: Final[BatchHandlerTable] = {
    ListingSuspended: [_listings_gone],
    ListingDelisted: [_listings_gone],
}
