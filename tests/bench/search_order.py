"""What our own order costs beside the engine's: the same queries on the same engine in turn, in this process."""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from backend.patent_search.index_fields import PATENTS
from backend.patent_search.listed_texts import vector_of_document
from search.embedded.engine import EmbeddedEngine
from search.engine import Query
from search.ranking.known import Known, RankingMemory
from search.ranking.pages import Place
from search.ranking.ranked_search import RankedSearch
from search.similarity.collection import Collection
from tests.bench import search_engine
from tests.bench.corpus import documents

ROUNDS: Final = 15


async def figures(engine: EmbeddedEngine, count: int) -> dict[str, float]:
    """Return by class of queries how many times as long an answer takes in our order, remembered and made anew."""
    collection = Collection()
    collection.put({one.id: vector_of_document(one) for one in documents(count)})
    collection.settle()
    found = {}
    for name, queries in search_engine.classes().items():
        texts = [query for query in queries if query.text]
        if texts:
            found |= await _of_class(name, engine, collection, texts)
    return found


async def _of_class(
    name: str, engine: EmbeddedEngine, collection: Collection, queries: Sequence[Query]
) -> dict[str, float]:
    known = Known(collection=collection)
    searching = RankedSearch(PATENTS, engine, known)

    async def remembered(query: Query) -> Any:
        return await searching.page(query, Place())

    async def anew(query: Query) -> Any:
        own = RankedSearch(PATENTS, engine, Known(collection=collection, memory=RankingMemory()))
        return await own.page(query, Place())

    times = {
        who: await _median(ask, queries) for who, ask in (("engine", engine.search), ("", remembered), ("_anew", anew))
    }
    return {f"order{who}_{name}": taken / times["engine"] for who, taken in times.items() if who != "engine"}


async def _median(ask: Callable[[Query], Awaitable[Any]], queries: Sequence[Query]) -> float:
    """Return the median over the queries of the shortest time of each: what other processes do lengthens others."""
    shortest = []
    for query in queries:
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await ask(query)
            times.append(time.perf_counter() - began)
        shortest.append(min(times))
    return statistics.median(shortest)
