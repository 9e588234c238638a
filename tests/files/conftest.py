"""A server process for what a real connection is part of, once for each database."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from backend.core.settings import Settings
from tests.patent_search.test_search_server import database_of, served


@pytest_asyncio.fixture(scope="module")
async def connected(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    folder = tmp_path_factory.mktemp("connected")
    async with served(folder / "s", database_of(settings, folder)) as client:
        yield client
