"""Search on a Meilisearch server: asked directly, by our own client in this process, and through the API in turn."""

import asyncio
import itertools
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from backend.patent_search.index_fields import PATENTS
from search.engine import Query
from search.meilisearch.answers import asked
from search.meilisearch.client import Caller
from search.meilisearch.engine import MeilisearchEngine
from search.meilisearch.query import Plan, Sought, filters_of
from search.meilisearch.search import Searcher
from search.query_parser import understand
from tests.bench import load, search_engine, server
from tests.bench.corpus import documents, in_batches
from tests.bench.search import SMALL, targets
from tests.meili import NOT_RUN, meili
from tests.one_server import free_port

CLIENTS: Final = 8
SECONDS: Final = 2.0
ROUNDS: Final = 3
UID: Final = "patentmart_bench"
PATH: Final = "/multi-search"


async def _bodies(searcher: Searcher, queries: list[Query]) -> list[dict[str, Any]]:
    """What the API asks the server for each query, without the counts of words, which it remembers."""
    size = (await searcher.state()).patents
    made = []
    for query in queries:
        reading = understand(query.text, PATENTS)
        plan = Plan(PATENTS, reading, await searcher.counts_of(reading), size)
        questions = [Sought("")] if reading.is_empty else plan.questions()
        made.append(asked(PATENTS, UID, questions, filters_of(PATENTS, query.filters).values(), query))
    return made


def _direct(bodies: list[dict[str, Any]], key: str) -> list[bytes]:
    headers = {"authorization": f"Bearer {key}", "accept-encoding": "identity"}
    return [load.request("POST", PATH, headers, json.dumps(body).encode()) for body in bodies]


async def _by_client(caller: Caller, bodies: list[dict[str, Any]]) -> float:
    """Answers a second that our own client gets, eight at once."""
    until, count = time.perf_counter() + SECONDS, 0

    async def one(number: int) -> int:
        done = 0
        for body in itertools.cycle(bodies[number % len(bodies) :] + bodies[: number % len(bodies)]):
            await caller.post(PATH, body)
            done += 1
            if time.perf_counter() > until:
                break
        return done

    began = time.perf_counter()
    count = sum(await asyncio.gather(*map(one, range(CLIENTS))))
    return count / (time.perf_counter() - began)


async def _class(
    caller: Caller, bodies: list[dict[str, Any]], ports: tuple[int, int], key: str, requests: list[bytes]
) -> dict[str, float]:
    """The three in turn, so that a machine that slows down slows all of them."""
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, port, sent in (("direct", ports[0], _direct(bodies, key)), ("api", ports[1], requests)):
            many = await load.run(port, CLIENTS, SECONDS, load.repeating(sent))
            if set(many.statuses) != {200}:
                raise RuntimeError(f"answers that are no answers: {name} {many.statuses}")
            found.setdefault(name, []).append(many.throughput)
            found.setdefault(f"p50_{name}", []).append((await load.run(port, 1, 1.0, load.repeating(sent))).p50)
        found.setdefault("client", []).append(await _by_client(caller, bodies))
    return {name: statistics.median(values) for name, values in found.items()}


async def _filled(url: str, key: str) -> float:
    """Fill the index; give the seconds that took."""
    engine = MeilisearchEngine(PATENTS, url, key, key, uid=UID, time_limit=10)
    await engine.open()
    began = time.perf_counter()
    await engine.rebuild(in_batches(documents(SMALL)), 1)
    await engine.close()
    return time.perf_counter() - began


async def _measure(folder: Path, url: str, key: str) -> dict[str, float]:
    figures = {"index_seconds": await _filled(url, key)}
    port, caller = free_port(), Caller(url, key, 10.0)
    searcher = Searcher(caller, PATENTS, UID)
    environment = server.settings_of(
        folder, MEILI_URL=url, MEILI_SEARCH_KEY=key, MEILI_INDEX=UID, SEARCH_TIME_LIMIT_MS="10000"
    )
    # on any core: the search server, which is not ours to place, would take turns on the one that the API had
    with server.running(server.patentmart(port), environment, port, folder, on_one_core=False) as process:
        through = targets()
        for name, queries in search_engine.classes().items():
            bodies = await _bodies(searcher, queries)
            ports = (int(url.rpartition(":")[2]), port)
            for figure, value in (await _class(caller, bodies, ports, key, through[name])).items():
                figures[f"{figure}_{name}"] = value
        figures["server_mb"] = server.resident(process) / 1e6
    await caller.close()
    return figures | _ratios(figures, list(through))


def _ratios(figures: dict[str, float], names: list[str]) -> dict[str, float]:
    whole = {who: sum(1 / figures[f"{who}_{name}"] for name in names) for who in ("direct", "api", "client")}
    p50 = {who: statistics.median(figures[f"p50_{who}_{name}"] for name in names) for who in ("direct", "api")}
    return {
        "p50_ms_direct": p50["direct"],
        "p50_ms_api": p50["api"],
        "p50_ratio": statistics.median(figures[f"p50_api_{name}"] / figures[f"p50_direct_{name}"] for name in names),
        "throughput_ratio": whole["direct"] / whole["api"],
        "throughput_ratio_to_client": whole["client"] / whole["api"],
    }


def run() -> dict[str, float]:
    """Return the figures; SystemExit where there is no server."""
    if (found := meili()) is None:
        raise SystemExit(NOT_RUN)
    with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
        return asyncio.run(_measure(Path(folder), *found))
