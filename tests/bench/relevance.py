"""How well searches find, on the embedded engine and beside it on a Meilisearch server, with vectors and without.

`engine` is the engine's own order, `words` our order without vectors, `meaning` our order with them (where the model is
installed). Titles that nobody judged count as if they answered nothing: their share stands beside each figure.
"""

import asyncio
import contextlib
import math
import os
import random
import statistics
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.listed_texts import vector_of_document
from search.engine import Query, SearchEngine
from search.meilisearch.engine import MeilisearchEngine
from search.ranking.known import Known
from search.ranking.pages import Place
from search.ranking.ranked_search import RankedSearch
from search.semantic.embedder import LONGEST, Embedder
from search.semantic.vector_matrix import VectorMatrix
from search.similarity.collection import Collection
from search.similarity.language import CHINESE, ENGLISH, language_of
from tests.bench import relevance_sets as sets
from tests.bench.bench_vectors import AtLeisure, model, vectors_of
from tests.bench.corpus import in_batches
from tests.bench.judged import judged_queries

DEPTH: Final = 10
DRAWS: Final = 1_000  # of a bootstrap
MIDDLE: Final = (25, 975)  # … of which these bound 95 %
GAINS: Final = {2: 3, 1: 1, 0: 0}
CANDIDATES: Final = 300
FEWEST: Final = 30  # texts of a pair of languages that is counted
SEED: Final = 20_190_712
Find = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to search a set of patents: its name, and what gives the ids found for a text, best first."""

    name: str
    find: Find


def run(server: tuple[str, str] | None = None) -> dict[str, float]:
    """Return the figures of all sets; those of Meilisearch where there is a server (its address and key)."""
    return asyncio.run(_run(server))


async def _run(server: tuple[str, str] | None) -> dict[str, float]:
    figures: dict[str, float] = {}
    embedder = model()
    titles = sets.title_patents()
    async with _ways(titles, embedder, server) as ways:
        for way in ways:
            _note(figures, way, await _judged(way.find))
        for way in ways[:: 3 if embedder else 2]:
            _note(figures, way, {"pieces": await sets.substring_recall(way.find, titles)})
    patents = sets.citable()
    async with _ways(patents, embedder, server) as ways:
        for way in ways:
            _note(figures, way, await _items(way.find, patents))
            _note(figures, way, await _citations(way.find, patents))
    english = [one for one in patents if language_of(f"{one.title} {one.abstract}") == ENGLISH]
    async with _ways(english, embedder, server) as ways:
        for way in ways:
            found = await _citations(way.find, english, CHINESE)
            _note(figures, way, {f"{name}_among_en": value for name, value in found.items() if name.endswith("zh_en")})
    return figures


def _note(figures: dict[str, float], way: Way, found: dict[str, float]) -> None:
    for name, value in found.items():
        figures[f"{name}_{way.name}"] = value
        print(f"  {name}_{way.name}  {value:.4f}", flush=True)


@contextlib.asynccontextmanager
async def _ways(
    patents: Sequence[PatentDocument], embedder: Embedder | None, server: tuple[str, str] | None
) -> AsyncIterator[list[Way]]:
    """Yield the ways to search these patents."""
    collection = Collection()
    collection.put({one.id: vector_of_document(one) for one in patents})
    collection.settle()
    knowns = {"words": Known(collection=collection)}
    if embedder is not None:
        matrix: VectorMatrix[str] = VectorMatrix(embedder.dimensions)
        texts = [f"{one.title}\n{one.abstract}".strip()[:LONGEST] for one in patents]
        matrix.put(dict(zip([one.id for one in patents], vectors_of(embedder, texts), strict=True)))
        matrix.settle()
        knowns["meaning"] = Known(collection=collection, vectors=matrix, query_vectors=AtLeisure(embedder))
    async with _engines(patents, server) as engines:
        yield [
            Way(f"{order}{suffix}", _found_by(engine, known))
            for suffix, engine in engines.items()
            for order, known in {"engine": None, **knowns}.items()
        ]


@contextlib.asynccontextmanager
async def _engines(
    patents: Sequence[PatentDocument], server: tuple[str, str] | None
) -> AsyncIterator[dict[str, SearchEngine]]:
    """Yield the engines, filled with the same patents, by what the names of their figures end with."""
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        embedded = await sets.engine_over(Path(folder), patents)
        stack.push_async_callback(embedded.close)
        engines: dict[str, SearchEngine] = {"": embedded}
        if server is not None:
            url, key = server
            served = MeilisearchEngine(PATENTS, url, key, key, uid=f"bench_{os.getpid()}", time_limit=10.0)
            stack.push_async_callback(served.close)
            await served.open()
            stack.push_async_callback(served.drop)
            await served.rebuild(in_batches(patents), 1)
            engines["_meilisearch"] = served
        yield engines


def _found_by(engine: SearchEngine, known: Known | None) -> Find:
    searching = RankedSearch(PATENTS, engine, known)

    async def find(text: str, most: int) -> list[str]:
        page = await searching.page(Query(text=text, limit=most, highlight=False), Place())
        return [hit.id for hit in page.answer.hits]

    return find


async def _judged(find: Find) -> dict[str, float]:
    """Judged questions of enterprises over the titles: nDCG@10 with gains 3 and 1, by kind, with intervals."""
    queries, grades = judged_queries()
    by_kind: dict[str, list[float]] = defaultdict(list)
    unread, recall = 0, []
    for query in queries:
        judged = grades[query["id"]]
        keys = [one.removeprefix("pat_") for one in await find(query["q"], CANDIDATES)]
        gain = _graded(judged, keys[:DEPTH])
        by_kind[""].append(gain)
        by_kind[f"_{query['type']}"].append(gain)
        unread += sum(key not in judged for key in keys[:DEPTH])
        if wanted := {key for key, grade in judged.items() if grade == max(GAINS)}:
            recall.append(len(wanted.intersection(keys)) / len(wanted))
    figures = {f"sme_ndcg{kind}": statistics.fmean(gains) for kind, gains in by_kind.items()}
    for kind, gains in by_kind.items():
        figures[f"sme_ndcg{kind}_low"], figures[f"sme_ndcg{kind}_high"] = _interval(gains)
    return figures | {
        "sme_unread": unread / DEPTH / len(queries),
        "sme_recall_at_300_of_grade_2": statistics.fmean(recall),
    }


def _graded(judged: dict[str, int], found: Sequence[str]) -> float:
    gain = sum(GAINS[judged.get(key, 0)] / math.log2(place + 2) for place, key in enumerate(found))
    ideal = sorted((GAINS[grade] for grade in judged.values()), reverse=True)[:DEPTH]
    return gain / sum(one / math.log2(place + 2) for place, one in enumerate(ideal))


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """Return what 95 % of the means of as many values drawn again lie between."""
    luck = random.Random(SEED)
    means = sorted(statistics.fmean(luck.choices(values, k=len(values))) for _ in range(DRAWS))
    return means[MIDDLE[0]], means[MIDDLE[1]]


async def _items(find: Find, patents: Sequence[PatentDocument]) -> dict[str, float]:
    """Known items by three of their words, and by the rarest of those: recall@10, and the mean reciprocal rank."""
    items = sets.known_items(patents)
    three = [(await find(" ".join(words), DEPTH), identity) for identity, words in items]
    ranks = [1 / (found.index(identity) + 1) for found, identity in three if identity in found]
    return {"items_by_3_words_recall": len(ranks) / len(items), "items_by_3_words_mrr": sum(ranks) / len(items)}


async def _citations(find: Find, patents: Sequence[PatentDocument], asking: str | None = None) -> dict[str, float]:
    """Texts of citing patents, in one language alone where that is said, and those they cite: recall@10 by languages.

    The citing patents stand among the others, and are left out of what is found.
    """
    cited = sets.cited()
    spoken = {one.id: language_of(f"{one.title} {one.abstract}") or "other" for one in patents}
    recalls: dict[str, list[float]] = defaultdict(list)
    for citing, text in sets.queries():
        language, wanted = language_of(text) or "other", cited[citing] & spoken.keys()
        if not wanted or asking not in (None, language):
            continue
        found = [one for one in await find(text, DEPTH + 1) if one != citing][:DEPTH]
        recalls[""].append(len(wanted.intersection(found)) / len(wanted))
        for other in {spoken[one] for one in wanted}:
            of_other = {one for one in wanted if spoken[one] == other}
            recalls[f"_{language}_{other}"].append(len(of_other.intersection(found)) / len(of_other))
    return {f"citations_recall{pair}": statistics.fmean(v) for pair, v in recalls.items() if len(v) >= FEWEST}
