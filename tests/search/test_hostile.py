"""No text breaks search or keeps it long."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.patent_search.index_fields import PATENTS, Facet
from search.embedded.engine import EmbeddedEngine
from search.engine import Answer, Query, SearchEngine, SearchTimeout, SearchUnavailable
from search.query_parser import understand
from search.text import cut, fold, fold_evenly, pieces, roots
from tests.search.conftest import Put, patent


@given(st.text())
def test_folding_twice_changes_nothing_and_even_folding_keeps_every_place(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(fold_evenly(text)) == len(text)
    assert "\x00" not in fold(text)


@given(st.text(alphabet="锂離子電池半导體ABＣlithium ,，。5g\x00", max_size=40))
def test_every_word_cut_is_in_the_text_and_pieces_cover_it(text: str) -> None:
    folded = fold(text)
    letters = [letter for letter in folded if letter.isalnum()]
    assert "".join(cut(folded)) == "".join(letters)
    assert set("".join(pieces(folded))) == set(letters)
    assert all(len(piece) == 1 or piece.isascii() or piece in folded for piece in pieces(folded))
    assert len(roots(folded)) >= len(pieces(folded)) or not letters


@given(st.text())
def test_any_text_is_understood(text: str) -> None:
    reading = understand(text, PATENTS)
    assert all(word.term.roots and word.term.pieces for word in reading.words)
    assert understand(text, PATENTS) == reading


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.text(max_size=60))
async def test_any_text_is_answered(engine: SearchEngine, text: str) -> None:
    if not await engine.count():
        await engine.apply(
            [patent("a", "锂离子电池 lithium battery", numbers=("CN110007813A",), ipc=("H01M10/0525",))], 1
        )
    answer = await engine.search(Query(text=text))
    assert answer.total in {0, 1}


@pytest.mark.parametrize(
    "text",
    [
        "电" * 100_000, "battery " * 50_000, '"' * 10_001, "“" * 5_000 + "”" * 5_000, "\x00" * 10_000, "🔋" * 10_000,
        "，。！" * 9_000, "a" * 100_000, "1" * 100_000, "1 " * 50_000, "H01M" * 10_000, "锂離 " * 20_000,
        "()[]{}*?~^:\\+-" * 500,
        "zqxjk" * 7 + " zqxjkv" * 300, "\ud800\udfff", "CN" * 5_000, "20171 " * 8_000,
    ],
)  # fmt: skip
async def test_hostile_text_is_answered_at_once(put: Put, engine: SearchEngine, text: str) -> None:
    await put(a="锂离子电池 lithium battery")
    start = time.perf_counter()
    await engine.search(Query(text=text))
    assert time.perf_counter() - start < 1.0


async def test_too_many_costly_searches_at_once_are_refused_and_the_engine_lives_on(engine: SearchEngine) -> None:
    await engine.apply([patent(f"p{number}", "气凝胶", abstract="气凝胶") for number in range(3_000)], 1)
    costly = Query(text="气凝胶", facets=tuple(Facet), limit=2_000)
    answers = await asyncio.gather(*(engine.search(costly) for _ in range(300)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, SearchUnavailable | SearchTimeout)]
    assert refused
    assert all(isinstance(answer, Answer | SearchUnavailable | SearchTimeout) for answer in answers)
    assert await _total_when_it_answers(engine, Query(text="气凝胶")) == 3_000


async def _total_when_it_answers(engine: SearchEngine, query: Query) -> int:
    """A server that failed several times in a row is left in peace for a while."""
    async with asyncio.timeout(10):
        while True:
            with suppress(SearchUnavailable):
                return (await engine.search(query)).total
            await asyncio.sleep(0.2)


async def test_a_search_past_its_time_limit_is_given_up(tmp_path: Path) -> None:
    engine = EmbeddedEngine(PATENTS, tmp_path / "index", time_limit=0.001)
    await engine.apply([patent(f"p{number}", "气凝胶", abstract="气凝胶") for number in range(3_000)], 1)
    with pytest.raises(SearchTimeout):
        await engine.search(Query(text="气凝胶", facets=tuple(Facet), limit=3_000))
    await engine.close()
