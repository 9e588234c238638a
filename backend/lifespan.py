"""What the app works with while it runs: opened in the order in which one part needs the other, closed in reverse."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import FastAPI

from backend.core import demo_clock
from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.watch import Watch
from backend.core.jobs.executors import executor, taking_up
from backend.core.jobs.queue import Jobs
from backend.core.search_indexing.lag import index_line
from backend.core.search_indexing.running import running_indexes
from backend.core.storage.blobs import make_blobs
from backend.delivery.jobs import delivering


@contextlib.asynccontextmanager
async def _running_jobs(state: Any) -> AsyncIterator[None]:
    """Be able to ask for long work, and do it where this process works."""
    jobs = state.jobs = state.database.jobs = Jobs(state.settings)
    state.blobs = make_blobs(state.settings, jobs.engine)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, jobs.close)
        if not state.works:
            await asyncio.to_thread(jobs.connect)
        else:
            name = await stack.enter_async_context(executor(state.database, state.settings))
            stack.push_async_callback(asyncio.to_thread, jobs.stop)  # before the name is another's
            await asyncio.to_thread(jobs.launch, state, asyncio.get_running_loop(), name)
            await stack.enter_async_context(taking_up(state.database, state.settings, jobs.client, name))
        yield


@contextlib.asynccontextmanager
async def _sequencing(state: Any) -> AsyncIterator[None]:
    """On PostgreSQL, number the events that are committed; on SQLite they have their number by then."""
    state.sequenced = state.database.written
    if state.settings.is_sqlite:
        yield
        return
    state.sequenced = asyncio.Event()
    number = stream.follow(lambda: stream.sequence(state.database), state.database.written, state.sequenced, 0.1)
    async with beside(number):
        yield


@contextlib.asynccontextmanager
async def _same_time(state: Any) -> AsyncIterator[None]:
    """Show the demonstration's time as the database keeps it, whichever of several processes has moved it."""
    await demo_clock.load_offset(state.database)
    if state.settings.is_sqlite or not state.settings.patentmart_demo:
        yield
        return
    async with beside(demo_clock.follow_offset(state.database)):
        yield


@contextlib.asynccontextmanager
async def _searching(state: Any) -> AsyncIterator[None]:
    """Answer searches, and keep the indexes of all domains up to date."""
    indexes, database = state.registry.search_indexes, state.database
    async with running_indexes(
        indexes,
        settings=state.settings,
        database=database,
        metrics=state.metrics,
        apart=state.apart,
        sequenced=state.sequenced,
        works=state.works,
    ) as running:
        state.search, state.own_indexes = running.engines, running.own
        for index in indexes:
            if (engine := running.engines.get(index.name)) is not None:
                state.checks[index.check] = partial(index_line, index, database, engine)
        yield


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what the app works with, in the order in which one part needs the other, and close it in the reverse."""
    state = app.state
    state.database = Database(state.settings, state.clock, state.registry.handlers)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(state.database.close)
        state.watch = Watch(state.database)
        await stack.enter_async_context(_same_time(state))
        await stack.enter_async_context(_running_jobs(state))
        await stack.enter_async_context(_sequencing(state))
        await stack.enter_async_context(delivering(state))
        await stack.enter_async_context(_searching(state))
        yield
