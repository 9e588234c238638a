"""What a change of a patent, its holders or its rights means for its open licence, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import BatchHandlerTable, EventContext, SyncHandlerTable
from backend.licences.errors import DeclarationStands
from backend.licences.licensor_contests import contest_all_of
from backend.licences.models import Licence, Notice, OpenLicence
from backend.licences.queries import RIGHT_ENDED, standing_or_ended_with_the_right
from backend.licences.reinstatement import is_there_again, reinstate
from backend.licences.states import LIVING, STANDS, LicenceStatus, LicenceStep
from backend.licences.termination import GONE, end_licence, said_by_authority
from backend.open_licences.availability import projection as availability_projection
from backend.open_licences.availability.service import reassess_patent
from backend.open_licences.declarations import declarant_verification
from backend.open_licences.declarations.declarant_displacement import end_declaration
from backend.open_licences.queries import concerned, living_of, standing_of
from backend.patents import queries as patent_queries
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
    await reassess_patent(session, event.payload.patent_id, context.now)


async def _status_changed(
    session: AsyncSession, event: DomainEvent[PatentStatusChanged], context: EventContext
) -> None:
    await _follow(session, event.payload.patent_id, context.now)


async def _legal_event_recorded(
    session: AsyncSession, event: DomainEvent[LegalEventRecorded], context: EventContext
) -> None:
    """Also what leaves the status as it is counts: an office may confirm the end that a holder had told."""
    if not event.payload.status_changed:
        await _follow(session, event.payload.patent_id, context.now)


async def _content_written(
    session: AsyncSession, events: Sequence[DomainEvent[PatentUpdated]], context: EventContext
) -> None:
    """Whatever files say of many patents counts at once for those with an announced open licence, or licences."""
    for patent_id in await concerned(session, [event.subject for event in events]):
        await _follow(session, patent_id, context.now)


async def _right_changed(session: AsyncSession, event: DomainEvent[RightEvent], context: EventContext) -> None:
    if event.payload.kind is not RightKind.OPEN_LICENCE:  # whoever announces or ends it asks by itself
        await reassess_patent(session, event.payload.patent_id, context.now)


async def _follow(session: AsyncSession, patent_id: str, at: datetime) -> None:
    """A licence lasts as long as the right (Civil Code, art. 865); what was performed is not reopened (art. 47)."""
    await reassess_patent(session, patent_id, at)
    licences = await standing_or_ended_with_the_right(session, patent_id)
    whole = await patent_queries.load(session, patent_id, lock=True) if licences else None
    if whole is None:
        return
    standing = await said_by_authority(session, whole, at)
    is_gone, stands_again = standing.status in GONE, is_there_again(standing, whole)
    for licence in licences:
        on = max(standing.since or china_day(at), licence.effective_on) if is_gone else None
        if licence.status is LicenceStatus.TERMINATED and (stands_again or on not in (None, licence.ended_on)):
            await reinstate(session, whole, licence, at)
        if on is not None and licence.status in STANDS:
            await end_licence(session, whole, licence, LicenceStep.TERMINATE, on, RIGHT_ENDED, at)


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], context: EventContext) -> None:
    """What was declared and taken on the younger row goes on on the older one; two declarations cannot."""
    of, into = event.payload.patent_id, event.payload.into
    if await living_of(session, of) is not None and await living_of(session, into) is not None:
        raise DeclarationStands
    for table in (OpenLicence, Notice, Licence):
        moved = sa.update(table).where(col(table.patent_id) == of).values(patent_id=into)
        await session.execute(moved.execution_options(synchronize_session=False))
    declared = await standing_of(session, into)
    if declared is not None:
        await reassess_patent(session, into, context.now)
        await availability_projection.show(session, declared)


BURDENED: Final = sa.select(col(OpenLicence.patent_id)).where(
    col(OpenLicence.patent_id).in_(sa.bindparam("ids", expanding=True)), col(OpenLicence.status).in_(sorted(LIVING))
)
SYNC_HANDLERS: Final[SyncHandlerTable] = {
    PatentStatusChanged: [_status_changed],
    LegalEventRecorded: [_legal_event_recorded],
    PatentsMerged: [_merged],
    RightRecorded: [_right_changed],
    RightEnded: [_right_changed],
    RightResumed: [_right_changed],
    RightCorrected: [_right_changed],
    HoldingAsserted: [_reassess],
    HoldingVerified: [_reassess],
    HoldingDisputed: [_reassess],
    HoldingEnded: [_reassess],
    HoldingDisplaced: [contest_all_of, end_declaration],
    ConsentGiven: [_reassess],
    ConsentRevoked: [_reassess],
    **declarant_verification.SYNC_HANDLERS,
}
BATCH_HANDLERS: Final[BatchHandlerTable] = {PatentUpdated: [_content_written]}
