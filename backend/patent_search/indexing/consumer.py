"""Keeps the search index up to date: follows the event stream and feeds the engine what has changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
import structlog

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.jobs.lease import Held, Taken
from backend.core.processes.worker_processes import Helper
from backend.core.settings import Settings
from backend.patent_search.indexing.affected_patents import UNLISTED, touched
from backend.patent_search.indexing.document_dispatch import MAKE, Maker
from backend.patent_search.indexing.engines import FedElsewhere, in_folder, leased, on_server
from backend.patent_search.indexing.local_index import OwnIndex
from backend.patent_search.indexing.reindex import asked_for, rebuild, rebuild_for
from backend.patent_search.indexing.status import index_line
from search.documents import Change
from search.engine import SearchEngine, SearchError, SearchUnavailable
from search.meilisearch.engine import MeilisearchEngine

AT_ONCE: Final = 2_000  # changes; each time they are applied, the index is committed
STEPS: Final = 10  # batches of events in one go; then whoever measures learns of it
POLL_LITE: Final = 1.0  # every writer of the same process wakes it
POLL: Final = 0.1
BETWEEN_TRIES: Final = 2.0  # seconds until a process tries again to be the one that feeds the search server
log = structlog.get_logger()


async def follow_stream(database: Database, engine: SearchEngine, helper: Helper | None = None) -> int:
    """Feed the engine what the next events changed, and give how many events that were; 0: it is up to date.

    The next documents are made while the engine takes in the ones before.
    """
    maker = Maker(database, helper)
    position, taken = await engine.position(), 0
    applying: asyncio.Task[None] | None = None
    try:
        for _ in range(STEPS):
            events, behind = await stream.events_after(database, position, without=UNLISTED)
            if behind == position:
                break
            async for changes, reached in _portions(database, maker, events, (position, behind)):
                applying = await _after(applying, engine.apply(changes, reached))
            position, taken = behind, taken + behind - position
            if len(events) < stream.BATCH:
                break
    finally:
        if applying is not None:
            await applying
    return taken


async def _after(before: asyncio.Task[None] | None, then: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    try:
        if before is not None:
            await before
    except BaseException:
        then.close()
        raise
    return asyncio.create_task(then)


async def _portions(
    database: Database, maker: Maker, events: Sequence[sa.Row[Any]], between: tuple[int, int]
) -> AsyncIterator[tuple[list[Change], int]]:
    """Yield the changes of the events between two positions, each with the position that the index then has."""
    changes: list[Change] = []
    async for batch in maker.changes(await touched(database, events)):
        if len(changes) + len(batch) > AT_ONCE:
            yield changes, between[0]
            changes = []
        changes += batch
    yield changes, between[1]


@contextlib.asynccontextmanager
async def running_index(state: Any) -> AsyncIterator[None]:
    """Open the index as `state.search` and keep it up to date until the end; fill it first where it was lost.

    Where another process has the folder, this one answers searches with 503 and does all else. A search server is
    searched by every process, and fed by one of those that have the key to write.
    """
    settings: Settings = state.settings
    engine: SearchEngine
    try:
        if settings.meili_url:
            engine = server = on_server(settings)
            work = [_feed(state, server)]
        else:
            engine = own = in_folder(settings)
            state.own_index = OwnIndex(state.database, settings, own)
            work = [_keep_up(state, engine, fill=state.own_index.fill)]
            if not settings.is_sqlite:
                work.append(stream.follow(state.own_index.follow, None, None, BETWEEN_TRIES))
    except SearchUnavailable as held:
        log.warning("index_not_ours", reason=str(held))
        yield
        return
    state.search = engine
    state.checks["search"] = lambda: index_line(state.database, engine)
    try:
        async with beside(*work):
            yield
    finally:
        await engine.close()


async def _feed(state: Any, engine: MeilisearchEngine) -> None:
    """Feed the search server whenever no other process does, and begin again however that ends."""
    while state.works and engine.may_write:
        try:
            async with leased(state.settings, state.database) as held, asyncio.TaskGroup() as tasks:
                await engine.open()
                rebuilding = tasks.create_task(_rebuild_when_asked(state, engine, held))
                try:
                    fill = partial(rebuild, state.database, engine, lambda _done: held())
                    await _keep_up(state, engine, fill, held)
                finally:
                    rebuilding.cancel()
        except* (FedElsewhere, Taken):
            pass
        except* SearchUnavailable as away:
            log.warning("search_server_away", reason=str(away.exceptions[0]))
        except* Exception:
            log.exception("feeding_failed")
        await asyncio.sleep(BETWEEN_TRIES)


async def _rebuild_when_asked(state: Any, engine: SearchEngine, held: Held) -> None:
    """Rebuild the index whenever a job asks for it, the one first that another process had begun."""
    while True:
        job_id = await asked_for(state.database)
        if job_id is not None:
            try:
                await rebuild_for(state.database, engine, job_id, held)
            except SearchError as why:
                log.warning("not_rebuilt", job=job_id, reason=str(why))
        await asyncio.sleep(BETWEEN_TRIES)


async def _keep_up(
    state: Any, engine: SearchEngine, fill: Callable[[], Awaitable[Any]], held: Held | None = None
) -> None:
    database: Database = state.database
    helper = None if state.apart is None else Helper(state.apart, database, MAKE)

    async def step() -> int:
        if held is not None:
            await held()
        try:
            if engine.needs_rebuild:
                await fill()
            taken = await follow_stream(database, engine, helper)
            if taken:
                state.metrics.indexed.set(await engine.position())
                state.metrics.documents.set(await engine.count())
                state.metrics.aside.set(len(engine.set_aside))
        except SearchUnavailable as away:
            log.warning("search_engine_away", reason=str(away))
            await asyncio.sleep(BETWEEN_TRIES)
            return 0
        return taken

    try:
        await stream.follow(step, state.sequenced, None, POLL_LITE if database.is_sqlite else POLL)
    finally:
        if helper is not None:
            helper.close()
