"""What a change of a patent, its holders or its rights means for its open licence, in the same transaction."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import BatchHandlerTable, EventContext, SyncHandlerTable
from backend.licences.lifecycle.right_standing import follow_the_right
from backend.open_licences.availability import projection as availability_projection
from backend.open_licences.availability.service import reassess_patent
from backend.open_licences.declarations import declarant_verification
from backend.open_licences.declarations.declarant_displacement import end_declaration
from backend.open_licences.errors import DeclarationStands
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.queries import concerned, living_of, standing_of
from backend.open_licences.states import LIVING
from backend.patents.events import (
    HoldingAsserted,
    HoldingDisplaced,
    HoldingDisputed,
    HoldingEnded,
    HoldingEvent,
    HoldingVerified,
    LegalEventRecorded,
    PatentsMerged,
    PatentStatusChanged,
    PatentUpdated,
)
from backend.rights.codes import RightKind
from backend.rights.events import (
    ConsentEvent,
    ConsentGiven,
    ConsentRevoked,
    RightCorrected,
    RightEnded,
    RightEvent,
    RightRecorded,
    RightResumed,
)


async def _reassess(
    session: AsyncSession, event: DomainEvent[HoldingEvent | ConsentEvent], context: EventContext
) -> None:
    await reassess_patent(session, event.payload.patent_id, context)


async def _status_changed(
    session: AsyncSession, event: DomainEvent[PatentStatusChanged], context: EventContext
) -> None:
    await _follow(session, event.payload.patent_id, context)


async def _legal_event_recorded(
    session: AsyncSession, event: DomainEvent[LegalEventRecorded], context: EventContext
) -> None:
    """Also what leaves the status as it is counts: an office may confirm the end that a holder had told."""
    if not event.payload.status_changed:
        await _follow(session, event.payload.patent_id, context)


async def _content_written(
    session: AsyncSession, events: Sequence[DomainEvent[PatentUpdated]], context: EventContext
) -> None:
    """Whatever files say of many patents counts at once for those with an announced open licence, or licences."""
    for patent_id in await concerned(session, [event.subject for event in events]):
        await _follow(session, patent_id, context)


async def _right_changed(session: AsyncSession, event: DomainEvent[RightEvent], context: EventContext) -> None:
    if event.payload.kind is not RightKind.OPEN_LICENCE:  # whoever announces or ends it asks by itself
        await reassess_patent(session, event.payload.patent_id, context)


async def _follow(session: AsyncSession, patent_id: str, context: EventContext) -> None:
    """First the open licence, which is told to the licensees that it still has, and then their licences."""
    await reassess_patent(session, patent_id, context)
    await follow_the_right(session, patent_id, context)


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], context: EventContext) -> None:
    """What was declared and noticed on the younger row goes on on the older one; two declarations cannot."""
    of, into = event.payload.patent_id, event.payload.into
    if await living_of(session, of) is not None and await living_of(session, into) is not None:
        raise DeclarationStands
    for table in (OpenLicence, Notice):
        moved = sa.update(table).where(col(table.patent_id) == of).values(patent_id=into)
        await session.execute(moved.execution_options(synchronize_session=False))
    declared = await standing_of(session, into)
    if declared is not None:
        await reassess_patent(session, into, context)
        await availability_projection.show(session, declared)


BURDENED: Final = sa.select(col(OpenLicence.patent_id)).where(
    col(OpenLicence.patent_id).in_(sa.bindparam("ids", expanding=True)), col(OpenLicence.status).in_(sorted(LIVING))
)
MERGE_RULES: Final = (MergeRule(tables=("open_licence", "notice"), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {
    PatentStatusChanged: [_status_changed],
    LegalEventRecorded: [_legal_event_recorded],
    RightRecorded: [_right_changed],
    RightEnded: [_right_changed],
    RightResumed: [_right_changed],
    RightCorrected: [_right_changed],
    HoldingAsserted: [_reassess],
    HoldingVerified: [_reassess],
    HoldingDisputed: [_reassess],
    HoldingEnded: [_reassess],
    HoldingDisplaced: [end_declaration],
    ConsentGiven: [_reassess],
    ConsentRevoked: [_reassess],
    **declarant_verification.SYNC_HANDLERS,
}
BATCH_HANDLERS: Final[BatchHandlerTable] = {PatentUpdated: [_content_written]}
