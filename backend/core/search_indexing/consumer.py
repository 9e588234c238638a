"""Keeps an index up to date: follows the event stream and feeds the engine what has changed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any, Final

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.processes.worker_processes import Helper
from backend.core.search_indexing.document_dispatch import Maker
from backend.core.search_indexing.index import BATCH, SearchIndex
from search.documents import Change
from search.engine import Query, SearchEngine

AT_ONCE: Final = 2_000  # changes; each time they are applied, the index is committed
LOOK: Final = 0.25  # seconds until somebody who waits looks again whether anything is left that changes a document
STEPS: Final = 10  # batches of events in one go; then whoever measures learns of it


async def follow_stream(
    index: SearchIndex, database: Database, engine: SearchEngine, helper: Helper | None = None
) -> int:
    """Feed the engine what the next events changed, and give how many events that were; 0: it is up to date.

    The next documents are made while the engine takes in the ones before.
    """
    maker = Maker(index, database, helper)
    position, taken = await engine.position(), 0
    applying: asyncio.Task[None] | None = None
    try:
        for _ in range(STEPS):
            events, behind = await stream.events_after(database, position, without=index.passed_over)
            if behind == position:
                break
            affected = await index.affected(database, events)
            async for changes, reached in _portions(maker, affected, (position, behind)):
                applying = await _after(applying, engine.apply(changes, reached))
            position, taken = behind, taken + behind - position
            if len(events) < stream.BATCH:
                break
    finally:
        if applying is not None:
            await applying
    return taken


async def pass_over(index: SearchIndex, database: Database, engine: SearchEngine, place: int) -> None:
    """Move this process's view of an index on a server over events, up to a place, that change no document.

    The server is told of none of them, so that only whoever feeds it would know.
    """
    if not database.settings.meili_url:
        return
    while (position := await engine.position()) < place:
        events, behind = await stream.events_after(database, position, without=index.passed_over)
        affected = await index.affected(database, [event for event in events if event.seq <= place])
        if behind == position or (affected and await _has_documents(index, database, engine, affected)):
            return
        await engine.apply([], min(behind, place))


async def _has_documents(index: SearchIndex, database: Database, engine: SearchEngine, ids: Sequence[str]) -> bool:
    """Whether any of them is in the index or belongs there, or there are too many to be asked about."""
    if len(ids) > BATCH:
        return True
    async with database.read() as session:
        due = (await session.execute(index.ids_among, {"among": list(ids)})).first()
    return due is not None or (await engine.search(Query(among=tuple(ids), limit=0, highlight=False))).total > 0


async def wait_until_fed(
    index: SearchIndex, database: Database, engine: SearchEngine, place: int, seconds: float
) -> bool:
    """Whether the index holds, within so many seconds, all that the stream said up to a place."""
    if not database.settings.meili_url:
        return await engine.wait_for(place, seconds)
    until = asyncio.get_running_loop().time() + seconds
    while True:
        await pass_over(index, database, engine, place)
        left = until - asyncio.get_running_loop().time()
        if await engine.wait_for(place, min(max(left, 0), LOOK)):
            return True
        if left <= LOOK:
            return False


async def _after(before: asyncio.Task[None] | None, then: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    try:
        if before is not None:
            await before
    except BaseException:
        then.close()
        raise
    return asyncio.create_task(then)


async def _portions(
    maker: Maker, affected: Sequence[str], between: tuple[int, int]
) -> AsyncIterator[tuple[list[Change], int]]:
    """Yield the changes between two positions in portions, each with the position that the index then has."""
    changes: list[Change] = []
    async for batch in maker.changes(affected):
        if len(changes) + len(batch) > AT_ONCE:
            yield changes, between[0]
            changes = []
        changes += batch
    yield changes, between[1]
