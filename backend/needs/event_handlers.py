"""What follows for needs from what happens elsewhere, in the same transaction."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.events import OrganisationRefused
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.needs import queries, steps
from backend.needs.codes import TakenDownBy


async def _organisation_refused(
    session: AsyncSession, event: DomainEvent[OrganisationRefused], context: EventContext
) -> None:
    """Only verified organisations have needs published."""
    for need in await queries.locked_open_of(session, event.subject):
        await steps.take_down(session, None, need, TakenDownBy.NOT_VERIFIED, None, context.now)


SYNC_HANDLERS: Final[SyncHandlerTable] = {OrganisationRefused: [_organisation_refused]}
