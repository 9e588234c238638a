"""Real parts for every test: SQLite and PostgreSQL, the embedded index, the app behind its front door."""

import asyncio
import atexit
import contextlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.app import create_app
from backend.core.database import schema
from backend.core.settings import Settings, read_settings
from search.engine import SearchUnavailable
from tests import given_back
from tests.machine import postgres_url
from tests.meili import meili
from tests.scenarios.waiting import INDEXED

given_back.watch()
os.environ.setdefault("PATENTMART_SEMANTIC", "off")  # also of servers that tests start; those of vectors set it
LOOK: Final = 0.05  # seconds
WORKER: Final = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE: Final = f"template_{WORKER}"
SLOW_MODULE: Final = re.compile(r"^pytestmark = .*\bmark\.slow\b", re.MULTILINE)
COSTLY: Final = Path(__file__).with_name("costly.txt")  # tests that took 0.4 s of a processor and more when measured
SHARED = Path(__file__).parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="SQLite alone, and nothing that takes long")
    parser.addoption(
        "--both", action="store_true", help="both databases for every test, not only where they can differ"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a module unread of which nothing would run: collecting takes a good part of a quick run."""
    is_module = config.getoption("--quick") and collection_path.suffix == ".py"
    return True if is_module and SLOW_MODULE.search(collection_path.read_text("utf-8")) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        costly = set(COSTLY.read_text("utf-8").splitlines())
        left_out = {
            item
            for item in items
            if item.get_closest_marker("slow") or "postgres" in item.name or item.nodeid.partition("[")[0] in costly
        }
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test SQLite, and PostgreSQL too where the databases can differ: `pytest.mark.both_databases`."""
    if "database_kind" in metafunc.fixturenames:
        option = metafunc.config.getoption
        is_on_both = option("--both") or metafunc.definition.get_closest_marker("both_databases") is not None
        kinds = ["sqlite", "postgres"] if is_on_both and not option("--quick") else ["sqlite"]
        metafunc.parametrize("database_kind", kinds, scope="module")


def settings_for(folder: Path, url: str, server: tuple[str, str] | None = None) -> Settings:
    """Return the settings of an app whose limits no test reaches by accident."""
    return read_settings(
        meili_url=server[0] if server else "",
        meili_search_key=server[1] if server else "",
        meili_write_key=server[1] if server else "",
        meili_index=f"test_{WORKER}_{secrets.token_hex(4)}",
        search_time_limit_ms=10_000,  # however slow the machine: the limit itself is tested where it is kept
        patentmart_demo=True,
        patentmart_data_dir=folder,
        webhook_private_addresses=True,
        database_url=url,
        patentmart_log_level="error",
        registrations_per_day_of_address=10**9,  # every test registers organisations, all from one address
        password_resets_per_day_from_address=10**9,
        rate_caller_per_minute=0,
        rate_address_per_minute=0,
        previews_per_address_per_minute=0,
        comparisons_per_caller_per_minute=0,
        loan_costs_per_address_per_minute=0,
        financing_requests_per_day=10**9,
        match_digest_quiet_seconds=0,
        match_told_again_after_hours=0,
        access_token_minutes=1440,  # the members of a module's fixtures work until its end, however slow the machine
        sqlite_synchronous="NORMAL",
    )


@cache
def template(kind: str) -> Path:
    """Return a folder with an upgraded SQLite database, or that of an upgraded PostgreSQL one named `TEMPLATE`."""
    folder = Path(tempfile.mkdtemp(prefix="patentmart-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    schema.upgrade(settings_for(folder, "" if kind == "sqlite" else postgres_url(TEMPLATE)))
    return folder


@pytest.fixture(scope="module")
def settings(database_kind: str) -> Iterator[Settings]:
    """The settings of an app on a database of the module's own, in which nothing lies that other tests left."""
    folder = Path(tempfile.mkdtemp(prefix="patentmart-test-"))
    if database_kind == "sqlite":
        shutil.copytree(template("sqlite"), folder, dirs_exist_ok=True)
        yield settings_for(folder, "")
    else:
        template("postgres")
        server = meili()  # the scaled shape whole, where there is a search server
        yield settings_for(folder, postgres_url(f"test_{WORKER}", TEMPLATE), server)
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await indexes_answer(app)
        yield app


async def indexes_answer(app: FastAPI) -> None:
    """Wait until a search server has made the indexes of a fresh database, however slow its disk."""
    async with asyncio.timeout(INDEXED):
        for engine in app.state.search.values():
            while not engine.generation:
                with contextlib.suppress(SearchUnavailable):
                    await engine.position()
                await asyncio.sleep(LOOK)


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; absent only where the project is used outside its workplace."""
    if not SHARED.exists() and not os.environ.get("CI"):
        pytest.skip("../shared is not here")
    return SHARED
