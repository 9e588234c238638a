"""Another index costs a list of fields: every engine makes all it needs of it from that."""

import contextlib
import dataclasses
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from search.embedded.engine import EmbeddedEngine
from search.engine import FacetValue, Query, SearchEngine
from search.index_spec import AnyOf, Codes, End, IndexSpec, Keyword, Kind, Quantity, Tier, Within
from search.meilisearch.engine import MeilisearchEngine
from tests.bench.corpus import in_batches
from tests.meili import NOT_RUN, meili
from tests.search.conftest import ENGINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an enterprise looks for."""

    id: str
    title: str
    served: bytes = b"{}"
    details: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    budget_fen: int | None = None
    readiness: int | None = None
    open_until: date | None = None
    published_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


NEEDS = IndexSpec(
    name="needs",
    tiers=(Tier("title", 3.0, ("title",), near=((3, 1.0),)), Tier("details", 1.0, ("details",))),
    excerpts={"title": 100, "details": 0},
    keywords=(Keyword("sector", lambda need: need.sectors, is_facet=True, is_found_within=True),),
    quantities=(
        Quantity("readiness", "readiness", Kind.LEVEL),
        Quantity("budget", "budget_fen", Kind.AMOUNT, sort="budget"),
        Quantity("until", "open_until", Kind.DAY, sort="open_until"),
        Quantity("published", "published_at", Kind.INSTANT),
    ),
    filters=(
        AnyOf("sector", "sector"),
        Within("readiness_min", "readiness", End.LEAST),
        Within("budget_min", "budget", End.LEAST),
        Within("budget_max", "budget", End.MOST),
        Within("open_after", "until", End.AFTER),
        Within("published_from", "published", End.LEAST),
    ),
)
LATER = dataclasses.replace(NEEDS, version=1)
FOUR = (
    Need(
        id="a",
        title="水下机器人的密封圈",
        sectors=("海洋装备",),
        budget_fen=500,
        readiness=3,
        open_until=date(2026, 5, 1),
    ),
    Need(id="b", title="Seals of underwater robots", budget_fen=200, readiness=7, open_until=date(2026, 6, 1)),
    Need(id="c", title="电池", details=("水下", "密封圈"), sectors=("储能", "海洋装备")),
    Need(id="d", title="CN110007813A H01M10", published_at=datetime(2026, 2, 1, tzinfo=UTC)),
)


@contextlib.asynccontextmanager
async def opened(kind: str, spec: IndexSpec, place: str, folder: Path) -> AsyncIterator[SearchEngine]:
    if kind == "embedded":
        engine = EmbeddedEngine(spec, folder / place, time_limit=10)
        try:
            yield engine
        finally:
            await engine.close()
        return
    if (server := meili()) is None:
        pytest.skip(NOT_RUN)
    served = MeilisearchEngine(spec, server[0], server[1], server[1], uid=place, time_limit=10)
    try:
        await served.open()
        yield served
    finally:
        await served.close()


@pytest.fixture
def place() -> str:
    return f"test_{secrets.token_hex(6)}"


@pytest_asyncio.fixture(params=ENGINES)
async def needs(request: pytest.FixtureRequest, tmp_path: Path, place: str) -> AsyncIterator[SearchEngine]:
    async with opened(request.param, NEEDS, place, tmp_path) as engine:
        await engine.rebuild(in_batches(FOUR), 1)
        yield engine
        if isinstance(engine, MeilisearchEngine):
            await engine.drop()


async def ids(engine: SearchEngine, text: str = "", **more: object) -> list[str]:
    return [hit.id for hit in (await engine.search(Query(text=text, **more))).hits]  # type: ignore[arg-type]


async def test_its_words_are_sought_by_the_weights_of_its_own_tiers(needs: SearchEngine) -> None:
    assert await ids(needs, "密封圈") == ["a", "c"]
    assert await ids(needs, "robot seal") == ["b", "a"], "a word and what means the same, in any inflection"
    [hit] = (await needs.search(Query(text="水下 电池", filters={"sector": ("储能",)}))).hits
    assert (hit.highlights, hit.matched_on) == ({"title": "<mark>电池</mark>"}, ("title", "details"))


async def test_without_codes_of_its_own_numbers_and_classes_are_words(needs: SearchEngine) -> None:
    answer = await needs.search(Query(text="H01M10"))
    assert ([hit.id for hit in answer.hits], answer.understood.words) == (["d"], ("h01m10",))
    assert (answer.understood.classes, answer.understood.numbers) == ((), ())


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"sector": ("海洋装备",)}, {"a", "c"}),
        ({"readiness_min": 4}, {"b"}),
        ({"budget_min": 300}, {"a"}),
        ({"budget_min": 200, "budget_max": 200}, {"b"}),
        ({"open_after": date(2026, 5, 1)}, {"b"}),
        ({"published_from": date(2026, 1, 15)}, {"d"}),
        ({}, {"a", "b", "c", "d"}),
    ],
)
async def test_its_filters_keep_their_bounds(needs: SearchEngine, filters: dict[str, object], left: set[str]) -> None:
    assert set(await ids(needs, filters=filters)) == left


async def test_a_filter_that_it_does_not_have_is_refused_and_not_passed_over(needs: SearchEngine) -> None:
    with pytest.raises(ValueError, match="no filter buyer"):
        await needs.search(Query(filters={"buyer": ("x",)}))


async def test_it_is_sorted_by_its_own_orders_and_else_the_newest_comes_first(needs: SearchEngine) -> None:
    assert (await ids(needs, sort="budget"))[:2] == ["b", "a"]
    assert (await ids(needs, sort="-budget"))[:2] == ["a", "b"]
    assert (await ids(needs, sort="-open_until"))[:2] == ["b", "a"]
    assert (await ids(needs))[0] == "d"


async def test_its_facets_are_counted_and_found_by_a_part_of_a_value(needs: SearchEngine) -> None:
    counted = (await needs.search(Query(facets=("sector",)))).facets["sector"]
    assert counted == [FacetValue("海洋装备", 2), FacetValue("储能", 1)]
    assert await needs.facet_values("sector", "装备", Query(), 10) == [FacetValue("海洋装备", 2)]


@pytest.mark.parametrize("kind", ENGINES)
async def test_other_values_in_the_same_fields_ask_for_a_rebuild(kind: str, tmp_path: Path, place: str) -> None:
    async with opened(kind, NEEDS, place, tmp_path) as engine:
        await engine.rebuild(in_batches(FOUR), 1)
    async with opened(kind, NEEDS, place, tmp_path) as engine:
        assert not engine.needs_rebuild
    async with opened(kind, LATER, place, tmp_path) as engine:
        assert engine.needs_rebuild
        await engine.rebuild(in_batches(FOUR), 1)
        assert not engine.needs_rebuild
    async with opened(kind, LATER, place, tmp_path) as engine:
        assert (engine.needs_rebuild, await engine.count()) == (False, 4)
        if isinstance(engine, MeilisearchEngine):
            await engine.drop()


@pytest.mark.parametrize("kind", ENGINES)
async def test_another_list_of_fields_asks_for_a_rebuild(kind: str, tmp_path: Path, place: str) -> None:
    more = dataclasses.replace(NEEDS, keywords=(*NEEDS.keywords, Keyword("buyer", lambda _need: ("x",))))
    async with opened(kind, NEEDS, place, tmp_path) as engine:
        await engine.rebuild(in_batches(FOUR), 1)
    async with opened(kind, more, place, tmp_path) as engine:
        assert engine.needs_rebuild
        if isinstance(engine, MeilisearchEngine):
            await engine.drop()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"filters": (AnyOf("buyer", "buyer"),)}, "buyer"),
        ({"filters": (Within("age", "years", End.MOST),)}, "years"),
        ({"classes": Codes("class", "title", lambda code: (code,))}, "class"),
        ({"document_numbers": Codes("sector", "numbers", lambda code: (code,))}, "numbers"),
        ({"quantities": NEEDS.quantities[:3], "filters": ()}, "instant"),
        ({"keywords": (*NEEDS.keywords, Keyword("details", lambda need: need.details))}, "another field details"),
        ({"keywords": (*NEEDS.keywords, Keyword("every", lambda need: need.details))}, "another field every"),
    ],
)
def test_a_list_of_fields_that_names_what_is_not_there_is_refused(change: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        dataclasses.replace(NEEDS, **change)  # type: ignore[arg-type]
