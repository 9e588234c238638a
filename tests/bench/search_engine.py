"""How fast the embedded engine is by itself: in this process, on one thread."""

import itertools
import json
import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

from backend.patent_search.index_fields import PATENTS, Facet, Filters, Sort
from search.embedded.engine import EmbeddedEngine
from search.engine import Query
from tests.bench.corpus import documents, in_batches

_QUERIES = json.loads(Path(__file__).with_name("queries.json").read_text(encoding="utf-8"))
_DATES = {"filed_from", "filed_to", "expires_after", "listed_from"}


def classes() -> dict[str, list[Query]]:
    """The committed queries by class, each class once as it is and once with five facets (`…_facets`)."""
    facets = tuple(map(Facet, _QUERIES["facets"]))
    found: dict[str, list[Query]] = {}
    for name, queries in _QUERIES["classes"].items():
        found[name] = [_query(query, ()) for query in queries]
        found[f"{name}_facets"] = [_query(query, facets) for query in queries]
    return found


async def built(folder: Path, count: int) -> EmbeddedEngine:
    """An engine over so many made-up patents, built in the folder unless they are there already."""
    engine = EmbeddedEngine(PATENTS, folder)
    if engine.needs_rebuild or await engine.count() != count:
        await engine.rebuild(in_batches(documents(count)), 1)
    return engine


async def latencies(engine: EmbeddedEngine, queries: list[Query], rounds: int = 15) -> tuple[float, float]:
    """The median time of one query in milliseconds, and the median number of hits."""
    times, hits = [], []
    for turn in range(rounds + 1):
        for query in queries:
            start = time.perf_counter()
            answer = await engine.search(query)
            taken = time.perf_counter() - start
            if turn:  # the first round warms the page cache up
                times.append(taken * 1_000)
                hits.append(answer.total)
    return statistics.median(times), statistics.median(hits)


async def throughput(engine: EmbeddedEngine, queries: list[Query], seconds: float = 3.0) -> float:
    """Queries answered a second, one after another."""
    start, done = time.perf_counter(), 0
    for query in itertools.cycle(queries):
        await engine.search(query)
        done += 1
        if time.perf_counter() - start >= seconds:
            break
    return done / (time.perf_counter() - start)


async def figures(small: EmbeddedEngine, large: EmbeddedEngine) -> dict[str, dict[str, float]]:
    """For each class: p50 at both sizes, its growth, hits at both sizes, and the share of hits at the larger."""
    found = {}
    size = await large.count()
    for name, queries in classes().items():
        before, hits_before = await latencies(small, queries)
        after, hits_after = await latencies(large, queries)
        found[name] = {
            "p50_small": before,
            "p50_large": after,
            "growth": after / before,
            "hits_small": hits_before,
            "hits_large": hits_after,
            "hit_growth": hits_after / max(hits_before, 1),
            "hit_share": hits_after / size,
        }
    return found


def _query(form: dict[str, Any], facets: tuple[Facet, ...]) -> Query:
    filters = {name: _value(name, value) for name, value in form.get("filters", {}).items()}
    sort = Sort(form["sort"]) if "sort" in form else None
    return Query(text=form.get("text", ""), filters=Filters(**filters), sort=sort, facets=facets)


def _value(name: str, value: Any) -> Any:
    if name in _DATES:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def table(found: dict[str, dict[str, float]]) -> str:
    """The figures as a person reads them."""
    head = f"{'class':24}{'p50 27,500':>12}{'p50 200,000':>13}{'growth':>9}{'hits':>9}{'hit growth':>12}{'share':>8}"
    rows = [
        f"{name:24}{row['p50_small']:9.2f} ms{row['p50_large']:10.2f} ms{row['growth']:8.1f}x"
        f"{row['hits_large']:9.0f}{row['hit_growth']:11.1f}x{row['hit_share']:8.2%}"
        for name, row in found.items()
    ]
    return "\n".join([head, *rows])


async def compared(small: Path, large: Path) -> dict[str, dict[str, float]]:
    """The figures of the engine at 27,500 and 200,000 made-up patents, kept in these folders."""
    engines = [await built(small, 27_500), await built(large, 200_000)]
    try:
        return await figures(engines[0], engines[1])
    finally:
        for engine in engines:
            await engine.close()
