"""The app: puts the domains together. The only place that knows all of them."""

import asyncio
import contextlib
import importlib
import pkgutil
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import SQLModel

import backend
from backend.core import events, health, movable, problems, stream
from backend.core.blobs import make_blobs
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.front import Front
from backend.core.jobs import Jobs
from backend.core.observe import Metrics, set_up_logging
from backend.core.openapi import describe
from backend.core.settings import Settings

# ---- provisional while the domains are being written: takes whatever is there
MODULES: dict[str, Any] = {}
for _found in pkgutil.walk_packages(backend.__path__, "backend."):
    if any(p in _found.name for p in ("accounts", "catalogue", "imports", "indexing", "reference", "demo")):
        try:
            MODULES[_found.name] = importlib.import_module(_found.name)
        except Exception as _error:
            print("NOT IMPORTED", _found.name, repr(_error))


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    state, settings = app.state, app.state.settings
    state.database = Database(settings, state.clock, state.inline)
    async with state.database.writer.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
        await connection.execute(sa.text("INSERT INTO stream_head (id, position) VALUES (1, 0) ON CONFLICT DO NOTHING"))
    await movable.load_offset(state.database)
    state.jobs = Jobs(settings)
    state.database.jobs = state.jobs
    await asyncio.to_thread(state.jobs.launch, state, asyncio.get_running_loop())
    state.blobs = make_blobs(settings, state.jobs._engine)
    tasks = []
    sequenced = state.database.written
    if not settings.lite:
        sequenced = asyncio.Event()
        tasks.append(
            asyncio.create_task(
                stream.follow(lambda: stream.sequence(state.database), state.database.written, sequenced, 0.1)
            )
        )
    state.sequenced = sequenced
    async with contextlib.AsyncExitStack() as stack:
        indexing = MODULES.get("backend.indexing.consumer")
        if indexing is not None and hasattr(indexing, "running_index"):
            await stack.enter_async_context(indexing.running_index(state))
        yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(state.jobs.close)
    await state.database.close()


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Give the app for these settings."""
    set_up_logging(settings.patentmart_log_level)
    app = FastAPI(title="patentmart", version="0.1.0", lifespan=lifespan, redirect_slashes=False)
    state = app.state
    state.settings, state.clock, state.metrics, state.search = settings, clock or Clock(), Metrics(), None
    event_key = settings.key("event")
    state.event_token = lambda number: events.event_token(event_key, number)
    state.honours_keys = lambda path: not path.startswith("/v1/oauth/")
    state.inline, state.sweeps, state.import_kinds = {}, [], {}

    async def stranger(request: Any, session: Any) -> str:
        request.state.caller = None
        return "stranger"

    access = MODULES.get("backend.accounts.access")
    state.identify = getattr(access, "identify", stranger)
    for name, module in MODULES.items():
        for kind, handlers in getattr(module, "INLINE", {}).items():
            state.inline.setdefault(kind, []).extend(handlers)
        if "sweep" in vars(module) and name.endswith("jobs"):
            state.sweeps.append(module.sweep)
        if "IMPORT_KINDS" in vars(module):
            state.import_kinds.update(module.IMPORT_KINDS)
    state.checks = {"database": lambda: health.check_database(state.database)}
    problems.install(app)
    app.include_router(health.router)
    for name, module in sorted(MODULES.items(), key=lambda m: "search_routes" not in m[0]):  # before {patent_id}
        if "routes" in name.rsplit(".", 1)[-1] and hasattr(module, "router"):
            app.include_router(module.router)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.add_middleware(Front, settings=settings, metrics=state.metrics)
    return app
