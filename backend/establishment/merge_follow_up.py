"""What becomes of requests whose row or patent is merged into another, or established: they go on where it stands."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.core.jobs import queue
from backend.establishment import queries
from backend.establishment.codes import EstablishmentState
from backend.establishment.events import EstablishmentWithdrawn
from backend.establishment.models import Establishment
from backend.establishment.rules import LIVING, Step, next_state
from backend.establishment.service import MATCH, append_events, hearers_of, settle
from backend.patents import queries as patent_queries
from backend.patents.events import PatentEstablished, PatentJoined, PatentsMerged
from backend.patents.queries import PatentAggregate

UNSEEN: Final = 0  # no row has this version, so that nobody accepts what became of two rows before it is shown


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], context: EventContext) -> None:
    """The row that stays is the one that is asked about, or the one that is asked for."""
    of, into = event.payload.patent_id, event.payload.into
    await _move_rows(session, of, into, context.now)
    await _move_patents(session, of, into, context.now)


async def _joined(session: AsyncSession, event: DomainEvent[PatentJoined], context: EventContext) -> None:
    """Whoever had the row joined settles what was asked about it; what was asked for by its id goes on."""
    await _move_patents(session, event.payload.patent_id, event.payload.into, context.now)


async def _established(session: AsyncSession, event: DomainEvent[PatentEstablished], context: EventContext) -> None:
    """A row that was established has what was asked for it."""
    waiting = await queries.living_of_row(session, [event.subject])
    for request in waiting.values():
        await settle(session, request, event.subject, context.now)


async def _move_rows(session: AsyncSession, of: str, into: str, at: datetime) -> None:
    target = await _whole(session, into)
    there = (await queries.living_of_row(session, [into])).get(into)
    for one in await queries.open_of_row(session, of):
        living = one.state in LIVING
        if living and target.patent.is_established:
            await settle(session, one, into, at)
            continue
        older = one
        if living and there is not None:
            older, younger = sorted((one, there), key=lambda r: (r.asked_at, r.id))
            await _withdraw(session, younger, at)
        older.row_id, older.row_version = into, UNSEEN
        older.version += 1
        await session.flush()
        if older.state is EstablishmentState.ASKED:
            await queue.enqueue(session, MATCH, older.organisation_id)


async def _move_patents(session: AsyncSession, of: str, into: str, at: datetime) -> None:
    asking = {one.organisation_id: one for one in await queries.living_without_row(session, into)}
    for one in await queries.about(session, of):
        one.patent_id = into
        one.version += 1
        twin = asking.get(one.organisation_id)
        if twin is not None and one.row_id is None and one.state in LIVING:
            await _withdraw(session, max(one, twin, key=lambda r: (r.asked_at, r.id)), at)
    await session.flush()


async def _withdraw(session: AsyncSession, one: Establishment, at: datetime) -> None:
    """Of two requests for one row the older stands."""
    target = (
        await _whole(session, one.patent_id) if one.patent_id and one.state is EstablishmentState.PROPOSED else None
    )
    one.state = next_state(one.state, Step.WITHDRAW, by_office=False)
    one.version += 1
    await append_events(session, one, EstablishmentWithdrawn, hearers_of(target) if target else (), None, at)


async def _whole(session: AsyncSession, patent_id: str) -> PatentAggregate:
    whole = await patent_queries.load(session, patent_id)
    if whole is None:
        raise LookupError(patent_id)
    return whole


MERGE_RULES: Final = (MergeRule(tables=("establishment",), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {
    PatentJoined: [_joined],
    PatentEstablished: [_established],
}
