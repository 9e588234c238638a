"""What a Meilisearch server refuses of a batch is told, and stops nothing else of it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.documents import Change, Removed
from search.engine import Begun, IndexWrong, Query
from search.meilisearch.engine import FRESH, MOVES_UNKEPT, STALE, MeilisearchEngine
from search.meilisearch.index_writer import Feeder
from tests.meili import meili
from tests.search.conftest import patent


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_a_document_at_fault_is_set_aside_with_its_reason(engine: MeilisearchEngine) -> None:
    patents = [patent(f"p{number}", "气凝胶") for number in range(9)]
    await engine.apply([*patents[:5], patent("编号 不许", "气凝胶"), *patents[5:]], 3)
    assert {hit.id for hit in (await engine.search(Query(text="气凝胶"))).hits} == {one.id for one in patents}
    assert await engine.position() == 3
    assert engine.set_aside.keys() == {"编号 不许"}
    assert "invalid_document_id" in engine.set_aside["编号 不许"]
    await engine.apply([patent("p1", "石墨烯")], 4)
    assert engine.set_aside.keys() == {"编号 不许"}, "what was set aside stays known"
    await engine.apply([Removed("编号 不许")], 5)
    assert engine.set_aside == {}


def tasks_of(engine: MeilisearchEngine) -> int:
    """Return how many tasks the server was given for the index."""
    url, key = meili() or ("", "")
    asked = {"indexUids": engine.uid, "limit": 1}
    return int(httpx.get(f"{url}/tasks", params=asked, headers={"Authorization": f"Bearer {key}"}).json()["total"])


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_what_changes_no_document_is_no_task_of_the_server(engine: MeilisearchEngine) -> None:
    await engine.apply([patent("p1", "气凝胶")], 3)
    before = tasks_of(engine)
    await engine.apply([], 4)
    await engine.apply([Removed("p2"), Removed("p3")], 5)
    assert (await engine.position(), tasks_of(engine)) == (5, before)
    await asyncio.sleep(FRESH + 0.05)
    assert (await engine.search(Query())).position == 5, "also once the server was looked at"
    await asyncio.sleep(0.3)
    assert await engine.position() == 5
    await engine.apply([Removed("p1"), Removed("p2")], 6)
    assert (await engine.count(), await engine.position()) == (0, 6)
    await engine.apply([], 6 + MOVES_UNKEPT)
    url, key = meili() or ("", "")
    again = MeilisearchEngine(PATENTS, url, key, uid=engine.uid, time_limit=10)
    assert await again.position() == 6 + MOVES_UNKEPT, "it is kept before too much would be read again"
    await again.close()


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_a_view_that_moved_is_forgotten_with_the_index_that_it_was_of(engine: MeilisearchEngine) -> None:
    await engine.apply([patent("p1", "气凝胶")], 3)
    url, key = meili() or ("", "")
    reader = MeilisearchEngine(PATENTS, url, key, uid=engine.uid, time_limit=10)
    assert await reader.position() == 3
    await reader.apply([], 9)
    assert await reader.position() == 9
    await engine.rebuild(batches([patent("p1", "气凝胶")]), 4)
    await asyncio.sleep(STALE)
    found = await reader.position()
    await reader.close()
    assert found == 4


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_an_index_is_rebuilt_at_the_start_only_where_its_settings_are_others(engine: MeilisearchEngine) -> None:
    url, key = meili() or ("", "")
    await engine.rebuild(batches([patent("p1", "气凝胶")]), 1)
    for time_limit, due in ((10, False), (20, True)):
        again = MeilisearchEngine(PATENTS, url, key, key, uid=engine.uid, time_limit=time_limit)
        await again.open()
        needs, found = again.needs_rebuild, await again.search(Query(text="气凝胶"))
        await again.close()
        assert (needs, found.total) == (due, 1), "the old index answers meanwhile"


class Killed(Exception):
    """The process ended here."""


async def batches(patents: list[PatentDocument], until: int | None = None) -> AsyncIterator[list[PatentDocument]]:
    """Yield them one by one, but no further than so many."""
    for one in patents[:until]:
        yield [one]
    if until is not None:
        raise Killed


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_a_rebuild_that_was_interrupted_is_gone_on_with(engine: MeilisearchEngine) -> None:
    patents = [patent(f"p{number:03}", "气凝胶") for number in range(60)]
    await engine.apply([patent("old", "气凝胶")], 1)
    with pytest.raises(Killed):
        await engine.rebuild(batches(patents, 35), 2)
    assert await found_by(engine) == {"old"}, "the old index answers until the swap"
    begun = await engine.unfinished()
    assert begun is not None
    assert (begun.position, begun.filled_to, begun.documents) == (2, "p029", 30)
    patents[50] = patent("p050", "石墨烯")

    async def since() -> AsyncIterator[list[Change]]:
        yield [Removed("p003"), patent("p004", "石墨烯"), patents[50]]

    with pytest.raises(Killed):  # a second time, with what has changed, and before anything of the rest
        await engine.rebuild(batches(patents[30:], 0), 7, Begun(begun, since()))
    again = await engine.unfinished()
    assert again is not None
    assert (again.filled_to, again.documents) == ("p029", 30), "p050 came early, p003 is gone"
    assert await engine.rebuild(batches(patents[30:]), 7, Begun(again, since())) == 59
    assert await engine.unfinished() is None
    assert await found_by(engine) == {one.id for one in patents} - {"p003", "p004", "p050"}
    assert {hit.id for hit in (await engine.search(Query(text="石墨烯"))).hits} == {"p004", "p050"}
    assert await engine.position() == 7


async def found_by(engine: MeilisearchEngine) -> set[str]:
    """Return what the word finds."""
    return {hit.id for hit in (await engine.search(Query(text="气凝胶", limit=100))).hits}


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_a_fresh_index_that_lacks_something_is_not_used(engine: MeilisearchEngine) -> None:
    await engine.apply([patent("old", "气凝胶")], 1)
    url, key = meili() or ("", "")
    thief = Feeder(url, key, PATENTS, f"{engine.uid}_next", cutoff_ms=800)

    async def stolen() -> AsyncIterator[list[PatentDocument]]:
        yield [patent("p1", "气凝胶")]
        yield [patent(f"q{number}", "气凝胶") for number in range(20)]
        await asyncio.to_thread(thief.put, [Removed("q5")], {"position": 1, "state": "x-1", "filled_to": ""}, {})
        yield [patent("p2", "气凝胶")]

    with pytest.raises(IndexWrong, match="21 documents instead of 22"):
        await engine.rebuild(stolen(), 2)
    assert await found_by(engine) == {"old"}
    assert await engine.unfinished() is None
