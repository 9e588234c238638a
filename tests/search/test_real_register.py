"""What new users asked of the real register, on both engines."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from search.engine import Answer, Query, SearchEngine
from tests.bench.corpus import in_batches
from tests.bench.relevance_sets import DATA, title_patents
from tests.search.conftest import ENGINES, engine_of

pytestmark = pytest.mark.usefixtures("shared")


@dataclass(frozen=True)
class Register:
    """The titles by id, and the engine that has them."""

    titles: dict[str, str]
    engine: SearchEngine

    async def found(self, text: str, limit: int = 1_000) -> Answer:
        return await self.engine.search(Query(text=text, limit=limit, highlight=False))

    async def titles_of(self, text: str, limit: int = 1_000) -> list[str]:
        return [self.titles[hit.id] for hit in (await self.found(text, limit)).hits]

    def holding(self, *parts: str) -> set[str]:
        return {title for title in self.titles.values() if all(part in title for part in parts)}


@pytest_asyncio.fixture(scope="module", params=ENGINES)
async def register(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Register | None]:
    """The register in an engine; None where it is not there, for which `shared` skips the test."""
    if not DATA.is_dir():
        yield None
        return
    patents = title_patents()
    async with engine_of(request.param, tmp_path_factory.mktemp("register")) as engine:
        await engine.rebuild(in_batches(patents), 1)
        yield Register({patent.id: patent.title for patent in patents}, engine)


async def test_the_everyday_word_for_noise_finds_the_technical_one(register: Register) -> None:
    found = await register.titles_of("噪音")
    assert register.holding("噪声") | register.holding("噪音") <= set(found)


async def test_a_battery_management_system_is_found_by_its_parts(register: Register) -> None:
    answer = await register.found("电池管理系统")
    found = {register.titles[hit.id] for hit in answer.hits}
    assert register.holding("电池", "管理") <= found
    parts = {part.text: part.total for part in answer.understood.parts}
    assert parts["电池"] >= 500
    assert parts["管理"] >= 200


async def test_too_loud_does_not_find_terahertz(register: Register) -> None:
    assert register.holding("太赫兹")
    assert not [title for title in await register.titles_of("电机噪音太大怎么办") if "太" in title]


async def test_c_plus_plus_does_not_find_every_c(register: Register) -> None:
    assert await register.titles_of("C++") == sorted(register.holding("C++"))


async def test_an_excluded_word_is_in_no_hit_and_in_no_count(register: Register) -> None:
    with_it, without = await register.found("电机"), await register.found("电机 -汽车")
    found = [register.titles[hit.id] for hit in without.hits]
    assert not [title for title in found if "汽车" in title]
    assert 0 < without.total < with_it.total
    assert (await register.found("-汽车")).total == len(register.titles) - sum(
        "汽车" in title for title in register.titles.values()
    )


async def test_a_temperature_below_zero_excludes_nothing(register: Register) -> None:
    assert (await register.found("低温 -20℃")).understood.excluded == ()


@pytest.mark.parametrize(
    "spellings", [("Wi-Fi", "wifi", "WIFI"), ("IL6", "IL-6"), ("5um", "5μm", "5 µm"), ("3D", "3-D"), ("CO2", "ＣＯ₂")]
)
async def test_every_spelling_finds_the_same(register: Register, spellings: tuple[str, ...]) -> None:
    found = [set(await register.titles_of(spelling)) for spelling in spellings]
    assert all(one == found[0] for one in found)


async def test_whoever_says_all_comes_before_whoever_says_the_common_word_often(register: Register) -> None:
    first = await register.titles_of("废旧锂电池回收", 300)
    wanted = {title for title in register.holding("回收") if "电池" in title}
    assert wanted
    assert wanted <= set(first)
