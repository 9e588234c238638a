"""The indexes of all domains while the server runs: opened, filled where they were lost, and kept up to date."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.jobs.lease import Held, Taken
from backend.core.observability import Metrics
from backend.core.processes.worker_processes import Helper, WorkerProcesses
from backend.core.search_indexing.consumer import follow_stream
from backend.core.search_indexing.document_dispatch import MAKE
from backend.core.search_indexing.engines import FedElsewhere, in_folder, leased, on_server
from backend.core.search_indexing.index import SearchIndex
from backend.core.search_indexing.lag import note_figures
from backend.core.search_indexing.local_index import OwnIndex
from backend.core.search_indexing.reindex import open_rebuild, rebuild, rebuild_for
from backend.core.settings import Settings
from search.engine import SearchEngine, SearchError, SearchUnavailable
from search.meilisearch.engine import MeilisearchEngine

POLL_LITE: Final = 1.0  # every writer of the same process wakes it
POLL: Final = 0.1
BETWEEN_TRIES: Final = 2.0  # seconds until a process tries again to be the one that feeds the search server
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RunningIndexes:
    """By name the engines that answer in this process, and the rebuilds of those indexes that are its own."""

    engines: Mapping[str, SearchEngine]
    own: Mapping[str, OwnIndex]


@contextlib.asynccontextmanager
async def running_indexes(
    indexes: Sequence[SearchIndex],
    *,
    settings: Settings,
    database: Database,
    metrics: Metrics,
    apart: WorkerProcesses | None,
    sequenced: asyncio.Event,
    works: bool,
) -> AsyncIterator[RunningIndexes]:
    """Open the indexes and keep them up to date until the end; fill first what was lost.

    Where another process has an index's folder, that index is left out: its searches are refused, and all else is done.
    A search server is searched by every process, and fed by one of those that have the key to write and that work.
    """
    engines: dict[str, SearchEngine] = {}
    own: dict[str, OwnIndex] = {}
    wakes: list[asyncio.Event] = []
    async with contextlib.AsyncExitStack() as stack:
        for index in indexes:
            follower = _Follower(index, settings, database, metrics, apart)
            try:
                opened = _on_server(follower, works=works) if settings.meili_url else _in_folder(follower)
            except SearchUnavailable as held:
                log.warning("index_not_ours", index=index.name, reason=str(held))
                continue
            engines[index.name] = opened.engine
            if opened.own is not None:
                own[index.name] = opened.own
            stack.push_async_callback(opened.engine.close)
            await stack.enter_async_context(beside(*opened.work))
            wakes.append(follower.wake)
        await stack.enter_async_context(beside(_wake_all(sequenced, wakes)))
        yield RunningIndexes(engines, own)


@dataclass(frozen=True, slots=True)
class _Opened:
    engine: SearchEngine
    own: OwnIndex | None
    work: Sequence[Coroutine[Any, Any, None]]


def _on_server(follower: "_Follower", *, works: bool) -> _Opened:
    engine = on_server(follower.settings, follower.index)
    return _Opened(engine, None, [_feed(follower, engine)] if works and engine.may_write else [])


def _in_folder(follower: "_Follower") -> _Opened:
    engine = in_folder(follower.settings, follower.index)
    own = OwnIndex(follower.index, follower.database, follower.settings, engine)
    work = [follower.keep_up(engine, fill=own.fill)]
    if not follower.settings.is_sqlite:
        work.append(stream.follow(own.follow, None, None, BETWEEN_TRIES))
    return _Opened(engine, own, work)


async def _wake_all(sequenced: asyncio.Event, wakes: Sequence[asyncio.Event]) -> None:
    """Wake each follower whenever the stream has grown: one that is busy must not miss what another one has seen."""
    while True:
        await sequenced.wait()
        sequenced.clear()
        for wake in wakes:
            wake.set()


class _Follower:
    """Keeps one index up to date."""

    def __init__(
        self,
        index: SearchIndex,
        settings: Settings,
        database: Database,
        metrics: Metrics,
        apart: WorkerProcesses | None,
    ) -> None:
        self.index, self.settings, self.database = index, settings, database
        self.wake = asyncio.Event()
        self._figures = metrics.index(index.suffix)
        self._apart = apart

    async def keep_up(self, engine: SearchEngine, fill: Callable[[], Awaitable[Any]], held: Held | None = None) -> None:
        """Feed the engine what changes, until the end; `held` is asked before each step."""
        database, helper = self.database, None
        if self._apart is not None:
            helper = Helper(self._apart, self.settings, database.clock, MAKE, self.index.name)

        async def step() -> int:
            if held is not None:
                await held()
            try:
                if engine.needs_rebuild:
                    await fill()
                taken = await follow_stream(self.index, database, engine, helper)
                if taken:
                    await note_figures(self._figures, engine)
            except SearchUnavailable as away:
                log.warning("search_engine_away", reason=str(away))
                await asyncio.sleep(BETWEEN_TRIES)
                return 0
            return taken

        try:
            await stream.follow(step, self.wake, None, POLL_LITE if database.is_sqlite else POLL)
        finally:
            if helper is not None:
                helper.close()


async def _feed(follower: _Follower, engine: MeilisearchEngine) -> None:
    """Feed the search server whenever no other process does, and begin again however that ends."""
    index, database = follower.index, follower.database
    while True:
        try:
            async with leased(follower.settings, database, index) as held, asyncio.TaskGroup() as tasks:
                await engine.open()
                rebuilding = tasks.create_task(_rebuild_on_request(index, database, engine, held))
                try:
                    fill = partial(rebuild, index, database, engine, partial(_check_held, held))
                    await follower.keep_up(engine, fill, held)
                finally:
                    rebuilding.cancel()
        except* (FedElsewhere, Taken):
            pass
        except* SearchUnavailable as away:
            log.warning("search_server_away", reason=str(away.exceptions[0]))
        except* Exception:
            log.exception("feeding_failed")
        await asyncio.sleep(BETWEEN_TRIES)


async def _check_held(held: Held, _done: int) -> None:
    await held()


async def _rebuild_on_request(index: SearchIndex, database: Database, engine: SearchEngine, held: Held) -> None:
    """Rebuild the index whenever a job asks for it, the one first that another process had begun."""
    while True:
        job_id = await open_rebuild(index, database)
        if job_id is not None:
            try:
                await rebuild_for(index, database, engine, job_id, held)
            except SearchError as why:
                log.warning("not_rebuilt", job=job_id, reason=str(why))
        await asyncio.sleep(BETWEEN_TRIES)
