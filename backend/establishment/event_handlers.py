"""When an organisation's private rows are looked at again: it was verified, or somebody named it as a holder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.log import PUBLIC, BatchHandler, DomainEvent, SyncHandler
from backend.core.jobs import queue
from backend.establishment import merge_follow_up
from backend.establishment.queries import has_private_rows
from backend.establishment.service import MATCH


async def _organisation_verified(session: AsyncSession, event: DomainEvent, _at: datetime) -> None:
    await queue.enqueue(session, MATCH, event.subject)


async def _holder_named(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
    await _match_those_named(session, [event], at)


async def _match_those_named(
    session: AsyncSession, happenings: Sequence[DomainEvent], _at: datetime | None = None
) -> None:
    """A row of which several organisations hear names some of them beside who entered it, unless it says it does not.

    Each of them is looked at as a whole, which a file that only writes facts must not ask for with every batch.
    """
    naming = (event for event in happenings if event.data.get("holders_named", True))
    audiences = ([one for one in event.audience if one != PUBLIC] for event in naming)
    named = {one for audience in audiences if len(audience) > 1 for one in audience}
    if not named:
        return
    for organisation_id in await has_private_rows(session, named):
        await queue.enqueue(session, MATCH, organisation_id)


SYNC_HANDLERS: Final[dict[str, list[SyncHandler]]] = {
    **merge_follow_up.SYNC_HANDLERS,
    "organisation.verified": [_organisation_verified],
    "holding.asserted": [_holder_named],
    "holding.verified": [_holder_named],
}
BATCH_HANDLERS: Final[dict[str, list[BatchHandler]]] = {
    "patent.registered": [_match_those_named],
    "patent.updated": [_match_those_named],
}
