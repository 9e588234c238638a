"""What a change of a patent means for its rights, in the same transaction; and who is told of rights in the inbox."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import BatchHandlerTable, EventContext, SyncHandlerTable
from backend.establishment.codes import Proposal
from backend.establishment.events import EstablishmentTaken
from backend.patents import queries as patent_queries
from backend.patents.codes import EventKind
from backend.patents.events import (
    HoldingDisplaced,
    HoldingDisputed,
    HoldingEnded,
    HoldingEvent,
    HoldingVerified,
    LegalEventRecorded,
    PatentsMerged,
    PatentUpdated,
)
from backend.patents.models import LegalEvent, PatentAvailability
from backend.rights.availability import reassess_patent
from backend.rights.codes import RightKind
from backend.rights.entries.termination import end_entry
from backend.rights.errors import GrantsConflict
from backend.rights.events import RightCorrected, RightEnded, RightEvent, RightRecorded, RightResumed
from backend.rights.ledger import Entry
from backend.rights.models import Consent, RightClaim, RightEntry
from backend.rights.permissions.grant_conflict_rules import stand_apart
from backend.rights.queries import entries_of, entry_of, was_known

DISPLACED: Final = "recorder_displaced"  # why an entry ended that rested on the word of whom an office displaced
SUSPENSIONS: Final = frozenset({EventKind.SUSPENDED, EventKind.SUSPENSION_LIFTED})


async def _merged(
    session: AsyncSession, event: DomainEvent[PatentsMerged | EstablishmentTaken], context: EventContext
) -> None:
    """What burdens the younger row burdens the older one from now on; nothing attached to either is lost."""
    of, into = event.payload.patent_id, event.payload.into
    theirs, ours = await _standing(session, of), await _standing(session, into)
    if not stand_apart(theirs, ours, china_day(context.now)):
        raise GrantsConflict
    for table in (RightEntry, RightClaim, Consent):
        await session.execute(sa.update(table).where(col(table.patent_id) == of).values(patent_id=into))
    offer = await session.get(PatentAvailability, of)
    if offer is not None:
        await session.delete(offer)
        await session.flush()
    await reassess_patent(session, into, context)


async def _changed(session: AsyncSession, event: DomainEvent[RightEvent | HoldingEvent], context: EventContext) -> None:
    await reassess_patent(session, event.payload.patent_id, context)


async def _legal_event(session: AsyncSession, event: DomainEvent[LegalEventRecorded], context: EventContext) -> None:
    if event.payload.kind in SUSPENSIONS:  # of all else a listing hears by its status
        await reassess_patent(session, event.payload.patent_id, context)


async def _content_written(
    session: AsyncSession, events: Sequence[DomainEvent[PatentUpdated]], context: EventContext
) -> None:
    """Whatever files say of many patents counts at once for those whose offers it may bar, or bar no more."""
    ids = [event.subject for event in events]
    statement = sa.select(col(PatentAvailability.patent_id)).where(col(PatentAvailability.patent_id).in_(ids))
    suspended = sa.select(col(LegalEvent.patent_id)).where(
        col(LegalEvent.patent_id).in_(ids), col(LegalEvent.kind) == EventKind.SUSPENDED
    )
    for patent_id in sorted(await session.scalars(sa.union(statement, suspended))):
        await reassess_patent(session, patent_id, context)


async def _standing(session: AsyncSession, patent_id: str) -> list[Entry]:
    rows = [row for row in await entries_of(session, patent_id) if was_known(row)]
    return [entry_of(row) for row in rows if "under" not in row.details]


BURDENED: Final = sa.select(col(RightEntry.patent_id)).where(
    col(RightEntry.patent_id).in_(sa.bindparam("ids", expanding=True)),
    col(RightEntry.kind) != RightKind.CO_OWNER_AGREEMENT,
    col(RightEntry.corrected_at).is_(None),
)


async def _taken(session: AsyncSession, event: DomainEvent[EstablishmentTaken], context: EventContext) -> None:
    """What an accepted holder's row said of rights is the patent's once a holder or an office takes it."""
    if Proposal.RIGHTS in event.payload.takes:
        await _merged(session, event, context)


async def _displaced(session: AsyncSession, event: DomainEvent[HoldingDisplaced], context: EventContext) -> None:
    """What a displaced holder recorded of rights holds no more; of licences taken here an office decides each."""
    whole = await patent_queries.load(session, event.payload.patent_id, lock=True)
    rows = await entries_of(session, event.payload.patent_id) if whole else []
    today = china_day(context.now)
    for entry in rows:
        is_over = entry.ended_on is not None and entry.ended_on <= today
        its_word = entry.recorded_by == event.payload.organisation_id and entry.granted_for is None
        if whole is not None and its_word and not is_over and entry.corrected_at is None:
            await end_entry(session, whole, entry, max(today, entry.starts_on), DISPLACED, by=None, now=context.now)


MERGE_RULES: Final = (MergeRule(tables=("right_entry", "right_claim", "consent", "standing_offer"), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {
    EstablishmentTaken: [_taken],
    LegalEventRecorded: [_legal_event],
    RightRecorded: [_changed],
    RightEnded: [_changed],
    RightResumed: [_changed],
    RightCorrected: [_changed],
    HoldingDisputed: [_changed],
    HoldingVerified: [_changed],
    HoldingEnded: [_changed],
    HoldingDisplaced: [_displaced],
}
BATCH_HANDLERS: Final[BatchHandlerTable] = {PatentUpdated: [_content_written]}
