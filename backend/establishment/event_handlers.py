"""When an organisation's private rows are looked at again: it was verified, or somebody named it as a holder."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.events import OrganisationVerified
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.handlers import BatchHandlerTable, EventContext, SyncHandlerTable
from backend.core.jobs import queue
from backend.establishment import merge_follow_up
from backend.establishment.queries import has_private_rows
from backend.establishment.service import MATCH
from backend.patents.events import (
    HoldingAsserted,
    HoldingEvent,
    HoldingVerified,
    PatentContentEvent,
    PatentRegistered,
    PatentUpdated,
)


async def _organisation_verified(
    session: AsyncSession, event: DomainEvent[OrganisationVerified], _context: EventContext
) -> None:
    await queue.enqueue(session, MATCH, event.subject)


async def _holder_named(session: AsyncSession, event: DomainEvent[HoldingEvent], _context: EventContext) -> None:
    await _match_those_named(session, [event.audience])


async def _content_written(
    session: AsyncSession, events: Sequence[DomainEvent[PatentContentEvent]], _context: EventContext
) -> None:
    await _match_those_named(session, [event.audience for event in events if event.payload.holders_named])


async def _match_those_named(session: AsyncSession, audiences: Iterable[Sequence[str]]) -> None:
    """A row of which several organisations hear names some of them beside who entered it, unless it says it does not.

    Each of them is looked at as a whole, which a file that only writes facts must not ask for with every batch.
    """
    organisations = ([one for one in audience if one != PUBLIC] for audience in audiences)
    named = {one for audience in organisations if len(audience) > 1 for one in audience}
    if not named:
        return
    for organisation_id in await has_private_rows(session, named):
        await queue.enqueue(session, MATCH, organisation_id)


SYNC_HANDLERS: Final[SyncHandlerTable] = {
    **merge_follow_up.SYNC_HANDLERS,
    OrganisationVerified: [_organisation_verified],
    HoldingAsserted: [_holder_named],
    HoldingVerified: [_holder_named],
}
BATCH_HANDLERS: Final[BatchHandlerTable] = {
    PatentRegistered: [_content_written],
    PatentUpdated: [_content_written],
}
