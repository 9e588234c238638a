"""The keys of a search server can do what the platform does with them, and nothing else."""

import secrets
from collections.abc import AsyncIterator

import pytest

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.engine import Query, SearchError, SearchUnavailable
from search.meilisearch.engine import MeilisearchEngine
from search.meilisearch.keys import keys
from tests.meili import NOT_RUN, meili
from tests.one_server import free_port
from tests.search.conftest import patent


async def one(*patents: PatentDocument) -> AsyncIterator[tuple[PatentDocument, ...]]:
    """Yield them as the only batch."""
    yield patents


async def test_with_them_an_index_is_fed_rebuilt_and_searched_and_the_one_to_search_writes_nothing() -> None:
    if (server := meili()) is None:
        pytest.skip(NOT_RUN)
    url, master = server
    uid = f"test_{secrets.token_hex(6)}"
    search, write = keys(url, master, [uid])
    assert keys(url, master, [uid]) == (search, write), "they are made once"
    engine = MeilisearchEngine(PATENTS, url, search, write, uid=uid, time_limit=10)
    thief = MeilisearchEngine(PATENTS, url, search, search, uid=uid, time_limit=10)
    try:
        await engine.open()
        await engine.rebuild(one(patent("p1", "气凝胶")), 1)
        await engine.apply([patent("p2", "气凝胶")], 2)
        assert (await engine.search(Query(text="气凝胶"))).total == 2
        with pytest.raises(SearchError):
            await thief.apply([patent("p3", "气凝胶")], 3)
    finally:
        await engine.drop()
        await engine.close()
        await thief.close()


def test_a_server_that_is_away_or_refuses_makes_none() -> None:
    with pytest.raises(SearchUnavailable):
        keys(f"http://127.0.0.1:{free_port()}", "nobody's", ["patents"])
