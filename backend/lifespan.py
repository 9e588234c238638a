"""What the app works with while it runs: opened in the order in which one part needs the other, closed in reverse."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI
from starlette.datastructures import State

from backend.core import demo_clock
from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.domain import ReportingService, ServiceSite
from backend.core.events import stream
from backend.core.events.watch import Watch
from backend.core.jobs.executors import executor, taking_up
from backend.core.jobs.queue import Jobs, Runtime
from backend.core.platform import Platform, WorkRuntime
from backend.core.search_indexing.lag import index_line
from backend.core.search_indexing.running import running_indexes
from backend.core.storage.blobs import make_blobs
from backend.delivery.email import readiness
from backend.delivery.jobs import delivering


@contextlib.asynccontextmanager
async def _doing_jobs(runtime: WorkRuntime, jobs: Jobs) -> AsyncIterator[None]:
    """Do long work in this process, and take up what a process left that is gone."""
    database = runtime.database
    async with contextlib.AsyncExitStack() as stack:
        name = await stack.enter_async_context(executor(database, database.settings))
        stack.push_async_callback(asyncio.to_thread, jobs.stop)  # before the name is another's
        await asyncio.to_thread(jobs.launch, runtime, name)
        await stack.enter_async_context(taking_up(database, database.settings, jobs.client, name))
        yield


@contextlib.asynccontextmanager
async def _sequencing(database: Database) -> AsyncIterator[asyncio.Event]:
    """Yield what tells that events have their numbers: PostgreSQL's are numbered once committed, SQLite's by then."""
    if database.is_sqlite:
        yield database.written
        return
    sequenced = asyncio.Event()
    async with beside(stream.follow(lambda: stream.sequence(database), database.written, sequenced, 0.1)):
        yield sequenced


@contextlib.asynccontextmanager
async def _same_time(database: Database) -> AsyncIterator[None]:
    """Show the demonstration's time as the database keeps it, whichever of several processes has moved it."""
    await demo_clock.load_offset(database)
    if database.is_sqlite or not database.settings.patentmart_demo:
        yield
        return
    async with beside(demo_clock.follow_offset(database)):
        yield


@contextlib.asynccontextmanager
async def _searching(state: State) -> AsyncIterator[None]:
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
    database = state.database = Database(state.settings, state.clock, state.registry.handlers)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        state.watch = Watch(database)
        await stack.enter_async_context(_same_time(database))
        state.services = {}
        jobs = state.jobs = database.jobs = Jobs(database.settings)
        stack.push_async_callback(asyncio.to_thread, jobs.close)
        state.blobs = make_blobs(database.settings, jobs.engine)
        if state.works:
            runtime = Runtime(database, _platform(state), asyncio.get_running_loop())
            await stack.enter_async_context(_doing_jobs(runtime, jobs))
        else:
            await asyncio.to_thread(jobs.connect)
        state.checks[readiness.CHECK] = readiness.ServerCheck(database.settings).line
        state.measures = [partial(readiness.measure, database, state.metrics)]
        state.sequenced = await stack.enter_async_context(_sequencing(database))
        if state.works:
            await stack.enter_async_context(delivering(database, state.registry, state.metrics))
        await stack.enter_async_context(_searching(state))
        site = ServiceSite(database=database, works=state.works, engines=state.search, services=state.services)
        for name, service in state.registry.services.items():
            running = state.services[name] = await stack.enter_async_context(service(site))
            if isinstance(running, ReportingService):
                state.checks[name] = running.readiness
        yield


def _platform(state: State) -> Platform:
    return Platform(
        registry=state.registry,
        blobs=state.blobs,
        worker_processes=state.apart,
        engines=lambda: state.search,
        own_indexes=lambda: state.own_indexes,
        services=lambda: state.services,
        is_stopping=lambda: state.stopping,
    )
