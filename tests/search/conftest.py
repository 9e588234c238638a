"""The promises of search, kept by every engine behind the port."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine
from search.engine import Query, SearchEngine
from search.meilisearch.engine import MeilisearchEngine
from tests.meili import NOT_RUN, meili

Find = Callable[..., Awaitable[list[str]]]
Put = Callable[..., Awaitable[None]]
ENGINES = ["embedded", "meilisearch"]


def patent(identity: str, title: str = "", **more: Any) -> PatentDocument:
    more.setdefault("listed_at", datetime(2025, 1, 1, tzinfo=UTC))
    return PatentDocument(
        id=identity, listing_id=f"lst_{identity}", served=b'{"id":"%s"}' % identity.encode(), title=title, **more
    )


@contextlib.asynccontextmanager
async def engine_of(kind: str, folder: Path, **settings: int) -> AsyncIterator[SearchEngine]:
    """An engine of this kind with an index of its own; the test says NOT RUN where it needs a server and none is."""
    if kind == "embedded":
        engine = EmbeddedEngine(PATENTS, folder / "index", time_limit=10)
        yield engine
        await engine.close()
        return
    if (server := meili()) is None:
        pytest.skip(NOT_RUN)
    url, key = server
    served = MeilisearchEngine(PATENTS, url, key, key, uid=f"test_{secrets.token_hex(6)}", time_limit=10, **settings)
    await served.open()
    yield served
    await served.drop()
    await served.close()


@pytest_asyncio.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    async with engine_of(request.param, tmp_path, at_once=10) as engine:
        yield engine


@pytest.fixture
def put(engine: SearchEngine) -> Put:
    """Puts patents into the engine, given whole or as titles by id."""

    async def put(*patents: PatentDocument, **titles: str) -> None:
        made = [patent(identity, title) for identity, title in titles.items()]
        await engine.apply([*patents, *made], await engine.position() + 1)

    return put


@pytest.fixture
def find(engine: SearchEngine) -> Find:
    """The ids found for a text, best first."""

    async def find(text: str, **more: Any) -> list[str]:
        return [hit.id for hit in (await engine.search(Query(text=text, **more))).hits]

    return find
