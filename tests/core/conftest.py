"""Further apps on the database of the test's app, as another process would be one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI

from backend.app import create_app
from backend.core.clock import Clock
from backend.core.database.sessions import Database
from tests.core import spare

Another = Callable[..., httpx.AsyncClient]


@pytest_asyncio.fixture
async def another(app: FastAPI) -> AsyncIterator[Another]:
    async with AsyncExitStack() as stack:

        def make(*, clock: Clock | None = None, address: str = "127.0.0.1", **settings: Any) -> httpx.AsyncClient:
            further = create_app(app.state.settings.model_copy(update=settings), clock)
            further.include_router(spare.router)
            state = further.state
            state.database = Database(state.settings, state.clock, state.registry.handlers)
            state.jobs = state.database.jobs = app.state.jobs  # DBOS runs once in a process
            state.blobs = app.state.blobs
            stack.push_async_callback(state.database.close)
            transport = httpx.ASGITransport(app=further, raise_app_exceptions=False, client=(address, 1))
            return httpx.AsyncClient(transport=transport, base_url="http://test")

        yield make


@pytest_asyncio.fixture
async def spared(another: Another) -> httpx.AsyncClient:
    """A client of an app that has the spare endpoints."""
    return another()
