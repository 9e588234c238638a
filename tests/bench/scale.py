"""`scripts/bench scale`: both engines with 30,000 and 300,000 patents, from the time to fill them to what they take."""

import asyncio
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine
from search.meilisearch.engine import MeilisearchEngine
from tests.bench import search_engine
from tests.bench.corpus import documents, in_batches
from tests.bench.server import resident
from tests.meili import NOT_RUN, meili

SIZES: Final = tuple(int(size) for size in os.environ.get("BENCH_SCALE_SIZES", "30000,300000").split(","))
ASKED: Final = 200  # searches of each class
WARM: Final = 20
COLUMNS: Final = ("index_seconds", "memory_mb", "disk_mb", "p50_ms")


async def _p50(engine: SearchEngine) -> dict[str, float]:
    """The median milliseconds of each class of queries, one after another."""
    found = {}
    for name, queries in search_engine.classes().items():
        took = []
        for number in range(WARM + ASKED):
            began = time.perf_counter()
            await engine.search(queries[number % len(queries)])
            took.append(time.perf_counter() - began)
        found[name] = statistics.median(took[WARM:]) * 1_000
    return found


async def _filled(engine: SearchEngine, size: int) -> tuple[float, dict[str, float]]:
    began = time.perf_counter()
    await engine.rebuild(in_batches(documents(size)), 1)
    return time.perf_counter() - began, await _p50(engine)


async def _embedded(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        before = resident(psutil.Process())
        engine = EmbeddedEngine(PATENTS, Path(folder), time_limit=60.0)
        seconds, p50 = await _filled(engine, size)
        figures = {
            "index_seconds": seconds,
            "memory_mb": (resident(psutil.Process()) - before) / 1e6,
            "disk_mb": await asyncio.to_thread(_size, Path(folder)),
        }
        await engine.close()
    return figures | {f"p50_ms_{name}": value for name, value in p50.items()}


def _size(folder: Path) -> float:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6


async def _served(url: str, key: str, size: int) -> dict[str, float]:
    uid = f"bench_scale_{os.getpid()}"
    engine = MeilisearchEngine(PATENTS, url, key, key, uid=uid, time_limit=60.0)
    try:
        await engine.open()
        before = await _disk(url, key)
        seconds, p50 = await _filled(engine, size)
        figures = {"index_seconds": seconds, "memory_mb": _memory(url), "disk_mb": await _disk(url, key) - before}
    finally:
        await engine.drop()
        await engine.close()
    return figures | {f"p50_ms_{name}": value for name, value in p50.items()}


async def _disk(url: str, key: str) -> float:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client:
        return float((await client.get("/stats")).json()["usedDatabaseSize"]) / 1e6


def _memory(url: str) -> float:
    """The resident megabytes of the server, with what it maps of its files; 0 where it runs elsewhere."""
    port = int(url.rpartition(":")[2])
    listening = (
        one for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN and one.laddr.port == port
    )
    pid = next((one.pid for one in listening if one.pid), None)
    return psutil.Process(pid).memory_info().rss / 1e6 if pid else 0.0


def run() -> dict[str, float]:
    """Return the figures of each engine at each size, and how the medians grow."""
    server, figures = meili(), dict[str, float]()
    if server is None:
        print(f"  {NOT_RUN}: the embedded engine alone")
    for size in SIZES:
        found = {"embedded": asyncio.run(_embedded(size))}
        if server is not None:
            found["meilisearch"] = asyncio.run(_served(*server, size))
        for name, values in found.items():
            print(f"  {name} with {size:,} patents: filled in {values['index_seconds']:.0f} s", flush=True)
            figures |= {f"{name}_{size}_{figure}": value for figure, value in values.items()}
    names = ("embedded", "meilisearch") if server else ("embedded",)
    for name, size in itertools.product(names, SIZES):
        p50 = (value for figure, value in figures.items() if figure.startswith(f"{name}_{size}_p50_ms_"))
        figures[f"{name}_{size}_p50_ms"] = statistics.median(p50)
    for name in names:
        figures[f"{name}_p50_growth"] = figures[f"{name}_{SIZES[-1]}_p50_ms"] / figures[f"{name}_{SIZES[0]}_p50_ms"]
    _print(names, figures)
    return figures


def _print(names: Sequence[str], figures: Mapping[str, float]) -> None:
    table = Table("engine", "patents", *COLUMNS, "p50 growth")
    for name, size in itertools.product(names, SIZES):
        growth = f"{figures[f'{name}_p50_growth']:.2f}" if size == SIZES[-1] else ""
        table.add_row(name, f"{size:,}", *(f"{figures[f'{name}_{size}_{one}']:,.1f}" for one in COLUMNS), growth)
    Console(width=100).print(table)
