"""Our own order: a score is the sum of its parts, and pages lead through everything once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.listed_texts import vector_of_document
from search.engine import Meaning, Query, SearchUnavailable
from search.query_parser import understand
from search.ranking.asked import Asked, asked
from search.ranking.explanation import Explanation, words_by_term
from search.ranking.known import Known
from search.ranking.pages import Order, Place
from search.ranking.ranked_search import RankedSearch
from search.ranking.score import scores
from search.semantic.embedder import Floats
from search.semantic.quantised import packed
from search.semantic.vector_matrix import VectorMatrix
from search.similarity.collection import Collection
from tests.bench.corpus import in_batches
from tests.search.conftest import ENGINES, engine_of

WORDS = (
    "锂电池",
    "回收",
    "正极材料",
    "石墨烯",
    "电解液",
    "换热器",
    "机器人",
    "焊接",
    "铝",
    "battery",
    "recycling",
    "噪声",
)
TEXTS = st.lists(st.sampled_from([*WORDS, "的", "怎么", "，", " "]), min_size=1, max_size=9).map("".join)
TITLES = st.lists(TEXTS, min_size=1, max_size=12)


def _patent(number: int, title: str, abstract: str = "", kind: str = "invention") -> PatentDocument:
    return PatentDocument(
        id=f"pat_{number:05}",
        listing_id=f"lst_{number:05}",
        served=b"{}",
        title=title,
        abstract=abstract,
        ipc=(f"H01M{number % 5 + 1}/05",),
        kind=kind,
        listed_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
    )


def _collection(patents: Sequence[PatentDocument]) -> Collection:
    collection = Collection()
    collection.put({one.id: vector_of_document(one) for one in patents})
    collection.settle()
    return collection


def _without(text: str, sought: Asked, word: str) -> Asked:
    """What is asked for without a word, by the same statistics."""
    names = words_by_term(text, [one.text for one in sought.words])
    terms = {term: weight for term, weight in sought.profile.terms.items() if word not in names[term]}
    words = tuple(one for one in sought.words if one.text != word)
    return replace(sought, profile=replace(sought.profile, terms=terms, classes={}), words=words, together=0.0)


def _unknown(count: int) -> Floats:
    return np.full(count, np.nan, dtype=np.float32)


@given(text=TEXTS, titles=TITLES)
@settings(max_examples=60, deadline=None)
def test_a_score_is_the_sum_of_its_parts(text: str, titles: list[str]) -> None:
    patents = [_patent(number, title) for number, title in enumerate(titles)]
    collection = _collection(patents)
    sought = asked(text, understand(text, PATENTS), collection)
    points = scores(sought, collection, [one.id for one in patents], _unknown(len(patents)))
    explanation = Explanation(text, sought)
    for patent, whole in zip(patents, points.tolist(), strict=True):
        vector = collection.vector(patent.id)
        assert vector is not None
        parts = explanation.parts(vector)
        assert whole == sum(part.points for part in parts)
        assert all(part.words for part in parts)


@given(text=TEXTS, titles=TITLES)
@settings(max_examples=60, deadline=None)
def test_removing_a_word_removes_exactly_the_parts_that_name_it(text: str, titles: list[str]) -> None:
    patents = [_patent(number, title) for number, title in enumerate(titles)]
    collection = _collection(patents)
    sought = asked(text, understand(text, PATENTS), collection)
    explanation = Explanation(text, sought)
    for word in explanation.words:
        less = scores(_without(text, sought, word), collection, [one.id for one in patents], _unknown(len(patents)))
        for patent, left in zip(patents, less.tolist(), strict=True):
            vector = collection.vector(patent.id)
            assert vector is not None
            assert left == sum(part.points for part in explanation.parts(vector) if word not in part.words)


@pytest.mark.parametrize("kind", ENGINES)
async def test_pages_lead_through_everything_once_also_beyond_what_is_ordered_again(kind: str, tmp_path: Path) -> None:
    patents = [_patent(n, f"锂电池{'回收' if n % 7 == 0 else '正极'}方法{n}", "石墨烯" * (n % 3)) for n in range(700)]
    async with engine_of(kind, tmp_path) as engine:
        await engine.rebuild(in_batches(patents), 1)
        searching = RankedSearch(PATENTS, engine, Known(collection=_collection(patents)))
        query, place, found = Query(text="锂电池回收", limit=64), Place(), list[str]()
        while True:
            page = await searching.page(query, place)
            found += [hit.id for hit in page.answer.hits]
            assert page.answer.total == len(patents)
            if page.next is None:
                break
            place = page.next
            assert place.order is Order.WORDS
    assert len(found) == len(set(found)) == len(patents)
    recycling = {one.id for one in patents if "回收" in one.title}
    assert set(found[: len(recycling)]) == recycling


@pytest.mark.parametrize("kind", ENGINES)
async def test_designs_come_after_what_solves_technical_problems(kind: str, tmp_path: Path) -> None:
    patents = [_patent(n, "电动机散热装置", kind="design" if n % 2 else "invention") for n in range(10)]
    async with engine_of(kind, tmp_path) as engine:
        await engine.rebuild(in_batches(patents), 1)
        designs = {one.id for one in patents if one.kind == "design"}
        known = Known(collection=_collection(patents), designs=designs)
        page = await RankedSearch(PATENTS, engine, known).page(Query(text="电动机散热"), Place())
        asked_for = Query(text="电动机散热", filters={"kind": ("design",)})
        alone = await RankedSearch(PATENTS, engine, known).page(asked_for, Place())
    assert [hit.id in designs for hit in page.answer.hits] == [False] * 5 + [True] * 5
    assert {hit.id for hit in alone.answer.hits} == designs


class _Lexicon:
    """The vectors of a small world: what a text means is said in a table, and is not known at once where it is slow."""

    def __init__(self, meanings: dict[str, int]) -> None:
        self._meanings = meanings
        self.is_slow = False
        self.asked: list[str] = []

    async def of(self, text: str, patience: float) -> Floats | None:
        self.asked.append(text)
        return None if self.is_slow and patience < 0.5 else self.vector(text)

    def vector(self, text: str) -> Floats:
        found = np.full(8, 0.2, dtype=np.float32)
        found[self._meanings[text]] = 1.0
        return found / np.float32(np.linalg.norm(found))


CHINESE, ENGLISH = "废旧锂电池回收方法", "Recovery of spent lithium cells"
QUESTION, TENTS = "How to recycle batteries", "tent with poles"


def _in_two_languages() -> tuple[list[PatentDocument], _Lexicon, Known]:
    patents = [
        _patent(0, ENGLISH),
        _patent(1, CHINESE),
        *(_patent(n, f"A tent with poles, number {n}") for n in range(2, 60)),
    ]
    meanings = {ENGLISH: 1, CHINESE: 1, QUESTION: 1, TENTS: 2} | {one.title: 2 for one in patents[2:]}
    lexicon = _Lexicon(meanings)
    matrix: VectorMatrix[str] = VectorMatrix(8)
    matrix.put({one.id: packed(lexicon.vector(one.title)) for one in patents})
    matrix.settle()
    return patents, lexicon, Known(collection=_collection(patents), vectors=matrix, query_vectors=lexicon)


@pytest.mark.parametrize("kind", ENGINES)
async def test_a_question_finds_what_means_the_same_in_the_other_language(kind: str, tmp_path: Path) -> None:
    patents, _, known = _in_two_languages()
    async with engine_of(kind, tmp_path) as engine:
        await engine.rebuild(in_batches(patents), 1)
        searching = RankedSearch(PATENTS, engine, known)
        found = (await searching.page(Query(text=QUESTION, facets=("ipc_class",), limit=5), Place())).answer
        narrowed = Query(text=QUESTION, filters={"ipc": ("H01M2",)})
        of_class = (await searching.page(narrowed, Place())).answer
    assert {hit.id for hit in found.hits[:2]} == {"pat_00000", "pat_00001"}
    assert found.total == 2
    assert found.understood.by_meaning == 2
    assert found.understood.meaning is Meaning.USED
    assert sum(one.count for one in found.facets["ipc_class"]) == found.total
    assert [hit.matched_on for hit in found.hits[:2]] == [("meaning",)] * 2
    assert "pat_00001" in {hit.id for hit in of_class.hits}
    assert "pat_00000" not in {hit.id for hit in of_class.hits}


async def test_words_alone_answer_where_the_model_is_busy_and_pages_keep_the_first_ones_order(tmp_path: Path) -> None:
    patents, lexicon, known = _in_two_languages()
    async with engine_of("embedded", tmp_path) as engine:
        await engine.rebuild(in_batches(patents), 1)
        searching = RankedSearch(PATENTS, engine, known)
        lexicon.is_slow = True
        busy = await searching.page(Query(text=TENTS, limit=20), Place())
        assert busy.answer.understood.meaning is Meaning.BUSY
        assert busy.next is not None
        assert busy.next.order is Order.WORDS
        lexicon.is_slow = False
        second = await searching.page(Query(text=TENTS, limit=20), busy.next)
        assert second.answer.understood.meaning is Meaning.NOT_USED
        first = await searching.page(Query(text=TENTS, limit=20), Place())
        lexicon.is_slow = True
        assert first.next is not None
        assert first.next.order is Order.MEANING
        waited = await searching.page(Query(text=TENTS, limit=20), first.next)
        assert waited.answer.understood.meaning is Meaning.USED
        with pytest.raises(SearchUnavailable):
            await RankedSearch(PATENTS, engine, None).page(Query(text=TENTS, limit=20), first.next)
    assert not {hit.id for hit in waited.answer.hits} & {hit.id for hit in first.answer.hits}
    assert not {hit.id for hit in second.answer.hits} & {hit.id for hit in busy.answer.hits}


async def test_numbers_and_other_orders_ask_no_model(tmp_path: Path) -> None:
    patents, lexicon, known = _in_two_languages()
    async with engine_of("embedded", tmp_path) as engine:
        await engine.rebuild(in_batches(patents), 1)
        searching = RankedSearch(PATENTS, engine, known)
        for query in (Query(text=QUESTION, sort="-listed_at"), Query(), Query(text="ZL201910123456.7")):
            answer = (await searching.page(query, Place())).answer
            assert answer.understood.meaning is Meaning.NOT_USED
    assert lexicon.asked == []
