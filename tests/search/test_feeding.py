"""The index follows the event stream, is rebuilt while it answers, and survives being killed or damaged."""

import asyncio
import itertools
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.documents import Removed
from search.embedded.engine import EmbeddedEngine
from search.engine import Query, SearchEngine, SearchUnavailable
from tests.bench.corpus import in_batches
from tests.search.conftest import Find, patent

pytestmark = pytest.mark.slow

_FEED = """
import asyncio, itertools, sys
from pathlib import Path
from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine
from tests.search.conftest import patent
async def feed():
    engine = EmbeddedEngine(PATENTS, Path(sys.argv[1]))
    for position in itertools.count(await engine.position() + 1):
        await engine.apply([patent(f"p{position}_{n}", "气凝胶") for n in range(7)], position)
        print(position, flush=True)
asyncio.run(feed())
"""
_REBUILD = """
import asyncio, itertools, sys
from pathlib import Path
from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine
from tests.search.conftest import patent
async def batches():
    for number in itertools.count():
        yield [patent(f"new{number}_{n}", "石墨烯") for n in range(200)]
        print(number, flush=True)
asyncio.run(EmbeddedEngine(PATENTS, Path(sys.argv[1])).rebuild(batches(), 99))
"""


async def test_putting_replaces_and_removing_removes_and_both_may_be_repeated(engine: SearchEngine, find: Find) -> None:
    for _ in range(2):
        await engine.apply([patent("a", "气凝胶"), patent("b", "气凝胶")], 1)
        await engine.apply([patent("a", "石墨烯"), Removed("b"), Removed("never")], 2)
    assert (await find("气凝胶"), await find("石墨烯")) == ([], ["a"])
    assert [identity async for identity in engine.ids()] == ["a"]
    assert (await engine.count(), await engine.position()) == (1, 2)


async def test_the_last_of_several_changes_of_one_patent_stands(engine: SearchEngine, find: Find) -> None:
    await engine.apply([patent("a", "气凝胶"), Removed("a"), patent("a", "石墨烯")], 1)
    assert (await find("气凝胶"), await find("石墨烯")) == ([], ["a"])


async def test_the_position_never_moves_back_and_moves_without_changes(engine: SearchEngine) -> None:
    await engine.apply([patent("a", "气凝胶")], 5)
    generation = engine.generation
    await engine.apply([], 9)
    await engine.apply([], 7)
    answer = await engine.search(Query())
    assert (answer.position, answer.generation) == (9, generation)
    await engine.apply([patent("b", "气凝胶")], 10)
    assert engine.generation != generation


async def test_a_search_may_wait_for_a_position(engine: SearchEngine) -> None:
    waiting = asyncio.create_task(engine.wait_for(3, 5.0))
    await engine.apply([], 2)
    assert not waiting.done()
    await engine.apply([], 3)
    assert await waiting
    assert await engine.wait_for(3, 0)
    assert not await engine.wait_for(4, 0.05)


async def test_nothing_is_half_applied(engine: SearchEngine) -> None:
    await engine.apply([patent("a", "气凝胶")], 1)
    with pytest.raises(TypeError):
        await engine.apply([Removed("a"), patent("b", None)], 2)
    assert (await engine.count(), await engine.position()) == (1, 1)
    await engine.apply([patent("c", "气凝胶")], 2)
    assert {identity async for identity in engine.ids()} == {"a", "c"}


async def test_the_old_index_answers_and_is_fed_while_the_new_one_is_filled(engine: SearchEngine, find: Find) -> None:
    await engine.apply([patent("old", "气凝胶"), patent("gone", "气凝胶")], 1)
    assert engine.needs_rebuild

    async def batches() -> AsyncIterator[list[PatentDocument]]:
        yield [patent("old", "气凝胶"), patent("gone", "气凝胶")]
        assert set(await find("气凝胶")) == {"old", "gone"}
        await engine.apply([patent("fed", "石墨烯 新"), Removed("gone"), patent("late", "石墨烯 新")], 7)
        assert set(await find("石墨烯")) == {"fed", "late"}
        yield [patent("late", "播种机"), patent("gone", "气凝胶"), patent("more", "气凝胶")]

    generation = engine.generation
    assert await engine.rebuild(batches(), 3) == 4
    assert {identity async for identity in engine.ids()} == {"old", "fed", "late", "more"}
    assert set(await find("石墨烯")) == {"fed", "late"}
    assert await engine.position() == 7
    assert engine.generation != generation
    assert not engine.needs_rebuild
    await engine.apply([Removed("old")], 8)
    assert await engine.count() == 3


async def test_readers_see_the_old_index_or_the_new_one_and_never_less(engine: SearchEngine) -> None:
    await engine.rebuild(in_batches(patent(f"p{number}", "气凝胶") for number in range(2_000)), 1)
    seen = set()

    async def read() -> None:
        while True:
            seen.add((await engine.search(Query(text="气凝胶"))).total)
            await asyncio.sleep(0)

    reader = asyncio.create_task(read())
    for size in (3_000, 1_000):
        await engine.rebuild(in_batches((patent(f"p{n}", "气凝胶") for n in range(size)), 300), 1)
        await asyncio.sleep(0.05)
    reader.cancel()
    assert seen == {2_000, 3_000, 1_000}


async def test_a_rebuild_that_fails_leaves_the_old_index(engine: SearchEngine, find: Find, tmp_path: Path) -> None:
    await engine.apply([patent("old", "气凝胶")], 1)

    async def batches() -> AsyncIterator[list[PatentDocument]]:
        yield [patent("new", "气凝胶")]
        with pytest.raises(SearchUnavailable):
            await engine.rebuild(in_batches([]), 1)
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        await engine.rebuild(batches(), 2)
    assert await find("气凝胶") == ["old"]
    assert _generations(tmp_path / "index") <= 1  # a server has no folder here
    assert await engine.rebuild(in_batches([patent("new", "气凝胶")]), 2) == 1


async def test_what_was_applied_is_there_after_a_restart(tmp_path: Path) -> None:
    engine = EmbeddedEngine(PATENTS, tmp_path)
    await engine.rebuild(in_batches([patent("a", "气凝胶")]), 3)
    await engine.apply([patent("b", "气凝胶")], 4)
    await engine.close()
    with pytest.raises(SearchUnavailable):
        await engine.search(Query())
    again = EmbeddedEngine(PATENTS, tmp_path)
    assert (await again.count(), await again.position(), again.needs_rebuild) == (2, 4, False)
    await again.close()


def _meta(folder: Path) -> Path:
    """Return the file that says which others are committed."""
    (generation,) = folder.glob("generation-*")
    return generation / "meta.json"


def _deletions(folder: Path) -> list[Path]:
    return list(folder.glob("generation-*/*.del"))


async def test_a_kill_between_a_file_of_deletions_and_its_commit_does_not_stop_the_index(tmp_path: Path) -> None:
    """The file stands there, named in no commit, and the next commit would give its own the same name."""
    engine = EmbeddedEngine(PATENTS, tmp_path)
    await engine.apply([patent(f"p{number}") for number in range(3)], 1)
    await engine.close()
    committed = _meta(tmp_path).read_bytes()
    engine = EmbeddedEngine(PATENTS, tmp_path)
    await engine.apply([Removed("p0")], 2)
    await engine.close()
    assert _deletions(tmp_path)
    _meta(tmp_path).write_bytes(committed)
    engine = EmbeddedEngine(PATENTS, tmp_path)
    assert (await engine.search(Query())).total == 3
    await engine.apply([Removed("p0")], 2)
    assert (await engine.search(Query())).total == 2
    await engine.close()


async def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    engine = EmbeddedEngine(PATENTS, tmp_path)
    with pytest.raises(SearchUnavailable):
        EmbeddedEngine(PATENTS, tmp_path)
    await engine.close()
    await EmbeddedEngine(PATENTS, tmp_path).close()


async def test_killed_while_feeding_position_and_patents_agree(tmp_path: Path) -> None:
    luck = random.Random(1)
    reached = 0
    for _ in range(4):
        reached = max(reached, _killed(_FEED, tmp_path, after=luck.randrange(3, 15)))
        engine = EmbeddedEngine(PATENTS, tmp_path)
        position = await engine.position()
        assert position >= reached
        wanted = {f"p{at}_{n}" for at in range(1, position + 1) for n in range(7)}
        assert {identity async for identity in engine.ids()} == wanted
        await engine.close()


async def test_killed_while_rebuilding_the_old_index_answers(tmp_path: Path) -> None:
    engine = EmbeddedEngine(PATENTS, tmp_path)
    await engine.apply([patent("old", "气凝胶")], 4)
    await engine.close()
    _killed(_REBUILD, tmp_path, after=5)
    assert _generations(tmp_path) == 2
    engine = EmbeddedEngine(PATENTS, tmp_path)
    assert [hit.id for hit in (await engine.search(Query())).hits] == ["old"]
    assert await engine.position() == 4
    assert _generations(tmp_path) == 1
    await engine.close()


@pytest.mark.parametrize("damage", ["remove", "truncate", "scribble", "empty"])
@pytest.mark.parametrize("suffix", ["meta.json", ".store", ".term", ".idx", ".fast", "current.json"])
async def test_a_damaged_index_opens_empty_and_asks_to_be_rebuilt(tmp_path: Path, damage: str, suffix: str) -> None:
    engine = EmbeddedEngine(PATENTS, tmp_path)
    await engine.rebuild(in_batches(patent(f"p{number}", "气凝胶") for number in range(50)), 3)
    await engine.close()
    _damage(tmp_path, suffix, damage)
    engine = EmbeddedEngine(PATENTS, tmp_path)
    assert (engine.needs_rebuild, await engine.position(), await engine.count()) == (True, 0, 0)
    assert await engine.rebuild(in_batches([patent("a", "气凝胶")]), 3) == 1
    await engine.close()


def _generations(folder: Path) -> int:
    return len(list(folder.glob("generation-*")))


def _damage(folder: Path, suffix: str, how: str) -> None:
    file = next(file for file in folder.rglob("*") if file.name.endswith(suffix) and file.stat().st_size)
    content = file.read_bytes()
    middle = len(content) // 3
    if how == "remove":
        file.unlink()
    elif how == "truncate":
        file.write_bytes(content[:middle])
    elif how == "empty":
        file.write_bytes(b"")
    else:
        file.write_bytes(
            content[:middle] + bytes(byte ^ 0x5A for byte in content[middle : middle + 9]) + content[middle + 9 :]
        )


def _killed(program: str, folder: Path, *, after: int) -> int:
    """Run a program until it has printed so many numbers, and kill it: the last of them."""
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        printed = list(itertools.islice(running.stdout, after))
        running.send_signal(signal.SIGKILL)
    return int(printed[-1])
