"""Real parts for every test: SQLite and PostgreSQL, the embedded index, the app behind its front door."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.core import schema
from backend.core.settings import Settings, read_settings
from backend.main import create_app
from tests import given_back
from tests.machine import postgres_url
from tests.meili import meili

given_back.watch()
SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Iterator[Settings]:
    folder = Path(tempfile.mkdtemp(prefix="patentmart-test-"))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = "" if request.param == "sqlite" else postgres_url(f"test_{worker}")
    server = meili() if url else None  # the scaled shape whole, where there is a search server
    settings = read_settings(
        meili_url=server[0] if server else "",
        meili_search_key=server[1] if server else "",
        meili_write_key=server[1] if server else "",
        meili_index=f"test_{worker}_{secrets.token_hex(4)}",
        search_time_limit_ms=10_000 if server else 1_000,
        patentmart_demo=True,
        patentmart_data_dir=folder,
        webhook_private_addresses=True,
        database_url=url,
        patentmart_log_level="error",
        registrations_per_day_of_address=10**9,  # every test registers organisations, all from one address
        rate_caller_per_minute=0,
        rate_address_per_minute=0,
        access_token_minutes=1440,  # the members of a session's fixtures work until its end, however slow the machine
        sqlite_synchronous="NORMAL",
    )
    schema.upgrade(settings)
    yield settings
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def shared() -> Path:
    """The folder of real data; absent only where the project is used outside its workplace."""
    if not SHARED.exists() and not os.environ.get("CI"):
        pytest.skip("../shared is not here")
    return SHARED
