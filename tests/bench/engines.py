"""`scripts/bench relevance --meilisearch`: how well both engines find the same, and how much of it they share."""

import asyncio
import contextlib
import os
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.engine import Query, SearchEngine
from search.meilisearch.engine import MeilisearchEngine
from search.text import cut, fold
from tests.bench.corpus import in_batches
from tests.bench.relevance import (
    citable,
    engine_over,
    quality,
    queries,
    ranked_by,
    substring_recall,
    title_patents,
)
from tests.meili import NOT_RUN, meili

DEPTH: Final = 10
ITEMS: Final = 400  # known items that are sought
WORDS: Final = 3  # of a title, by which it is sought
SEED: Final = 20_190_712


def run() -> dict[str, float]:
    """Return the figures; SystemExit where there is no server."""
    if (server := meili()) is None:
        raise SystemExit(NOT_RUN)
    return asyncio.run(_run(*server))


@contextlib.asynccontextmanager
async def _both(
    url: str, key: str, name: str, patents: Sequence[PatentDocument]
) -> AsyncIterator[dict[str, SearchEngine]]:
    """Yield both engines, filled with the same patents."""
    with tempfile.TemporaryDirectory() as folder:
        embedded = await engine_over(Path(folder), patents)
        served = MeilisearchEngine(PATENTS, url, key, key, uid=f"bench_{name}_{os.getpid()}", time_limit=10.0)
        try:
            await served.open()
            await served.rebuild(in_batches(patents), 1)
            yield {"embedded": embedded, "meilisearch": served}
        finally:
            await embedded.close()
            await served.drop()
            await served.close()


async def _run(url: str, key: str) -> dict[str, float]:
    figures: dict[str, float] = {}
    async with _both(url, key, "citing", list(citable())) as engines:
        for name, engine in engines.items():
            figures[f"recall_at_10_{name}"], figures[f"ndcg_at_10_{name}"] = await quality(ranked_by(engine))
        figures["overlap_at_10_citing"] = await _overlap(engines, [text for _, text in queries()])
    titles = title_patents()
    async with _both(url, key, "titles", titles) as engines:
        sought = _known_items(titles)
        for name, engine in engines.items():
            figures[f"known_item_recall_{name}"], figures[f"known_item_mrr_{name}"] = await _found(engine, sought)
        figures["overlap_at_10_known_items"] = await _overlap(engines, [text for _, text in sought])
        figures["substring_recall_meilisearch"] = await substring_recall(engines["meilisearch"], titles)
    return figures


def _known_items(titles: Sequence[PatentDocument]) -> list[tuple[str, str]]:
    """Return patents that somebody looks for by some words of their titles that he remembers."""
    luck, found = random.Random(SEED), list[tuple[str, str]]()
    while len(found) < ITEMS:
        patent = luck.choice(titles)
        said = [word for word in dict.fromkeys(cut(fold(patent.title))) if len(word) > 1]
        if len(said) >= WORDS:
            found.append((patent.id, " ".join(luck.sample(said, WORDS))))
    return found


async def _top(engine: SearchEngine, text: str) -> list[str]:
    return [hit.id for hit in (await engine.search(Query(text=text, limit=DEPTH, highlight=False))).hits]


async def _found(engine: SearchEngine, sought: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """The share found among the first ten, and the mean reciprocal rank."""
    places = [(await _top(engine, text), identity) for identity, text in sought]
    ranks = [found.index(identity) + 1 for found, identity in places if identity in found]
    return len(ranks) / len(sought), sum(1 / rank for rank in ranks) / len(sought)


async def _overlap(engines: dict[str, SearchEngine], texts: Sequence[str]) -> float:
    """The mean share of the first ten that both give, of those that either gives."""
    shares = []
    for text in texts:
        one, other = [set(await _top(engine, text)) for engine in engines.values()]
        if one | other:
            shares.append(len(one & other) / max(len(one), len(other)))
    return sum(shares) / len(shares)
