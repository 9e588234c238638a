"""What a Meilisearch server refuses of a batch is told, and stops nothing else of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.documents import Change, Removed
from search.engine import Begun, IndexWrong, Query
from search.meilisearch.engine import MeilisearchEngine
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
