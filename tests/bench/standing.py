"""`scripts/bench standing`: 1,000 new patents by file, all published at once, while 10,000 needs stand, and with none.

The needs are the titles of a day's register, each with a sentence; the new patents have other titles of that register.
"""

import asyncio
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from backend.core.ids import new_id
from backend.demo.organisations import organisations
from backend.patents.numbers.canonical import check_digit
from tests.bench import server
from tests.bench.followed_stream import mark_as_told, opened, until_evaluated
from tests.bench.importing import followed, sent, signed_in
from tests.bench.matching import register_titles
from tests.one_server import free_port

PATENTS: Final = int(os.environ.get("BENCH_PATENTS", "27500"))
NEEDS: Final = int(os.environ.get("BENCH_NEEDS", "10000"))
LISTINGS: Final = int(os.environ.get("BENCH_LISTINGS", "1000"))
SEED: Final = 16
ROW: Final = {
    "status": "published", "ipc": "[]", "technology_fields": "[]", "clusters": "[]", "deal_types": "[]",
    "budget_visibility": "secret", "confidential": 0, "mended": 1, "times_asked": 0, "version": 1,
}  # fmt: skip


def _insert(database: Path, titles: list[str]) -> None:
    """Have an enterprise of the demonstration look for each of these."""
    with opened(database) as connection:
        (asker,) = connection.execute("SELECT id FROM organisation WHERE kind = 'enterprise' ORDER BY id").fetchone()
        (now,) = connection.execute("SELECT max(created_at) FROM organisation").fetchone()
        same = {**ROW, "organisation_id": asker, "created_at": now, "published_at": now, "public_at": now}
        rows = [
            {**same, "id": new_id("need"), "title": title, "problem": f"我们希望找到{title}方面的成熟技术。"}
            for title in titles
        ]
        names = ",".join(rows[0])
        places = ",".join(f":{name}" for name in rows[0])
        connection.executemany(f"INSERT INTO need ({names}) VALUES ({places})", rows)  # noqa: S608 - our own words


def _write(path: Path, holder: str, titles: list[str], begin: int) -> None:
    """Write a register of new patents of a holder with these titles."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("申请号", "名称", "申请日", "授权公告日", "法律状态", "分类号", "申请人"))
        for number, title in enumerate(titles, start=begin):
            digits = f"20231{8_000_000 + number}"
            row = (
                f"CN{digits}.{check_digit(digits)}",
                title,
                "2023-03-01",
                "2024-06-04",
                "有效",
                "H01M10/0525",
                holder,
            )
            writer.writerow(row)


async def _slowest(client: httpx.AsyncClient, ready: asyncio.Event) -> float:
    """Return the milliseconds of the slowest search while the memory is filled."""
    slowest = 0.0
    while not ready.is_set():
        began = time.perf_counter()
        await client.get("/v1/patents/search", params={"q": "电池"})
        slowest = max(slowest, (time.perf_counter() - began) * 1_000)
        await asyncio.sleep(0.1)
    return slowest


async def _publish(client: httpx.AsyncClient, import_id: str, count: int) -> None:
    """Publish what came with a file, as its holder does: every patent a listing."""
    terms = {"deal_types": ["ordinary_licence"], "price_fen": 5_000_000}
    body = {"action": "publish", "filter": {"import_id": import_id}, "terms": terms}
    asked = await client.post("/v1/listings/bulk", json=body)
    asked.raise_for_status()
    while True:
        job = (await client.get(asked.headers["location"])).json()
        if job["finished_at"] is not None:
            break
        await asyncio.sleep(0.1)
    if job["summary"] != {"outcomes": {"published": count}}:
        raise RuntimeError(job)


async def _listed(client: httpx.AsyncClient, file: Path, count: int) -> None:
    found = await sent(client, file)
    await _publish(client, found["id"], count)


async def _times(port: int, files: tuple[Path, Path], email: str, database: Path) -> dict[str, float]:
    client = await signed_in(port, email)
    ready, began = asyncio.Event(), time.perf_counter()
    watching = asyncio.create_task(_slowest(client, ready))
    await _listed(client, files[0], 1)
    await until_evaluated(database)
    ready.set()
    figures = {"ready_seconds": time.perf_counter() - began, "slowest_search_until_ready_ms": await watching}
    mark_as_told(database)
    began = time.perf_counter()
    await _listed(client, files[1], LISTINGS)
    await followed(client, database)
    figures["import_seconds"] = time.perf_counter() - began
    await until_evaluated(database)
    figures["evaluated_seconds"] = time.perf_counter() - began
    await client.aclose()
    return figures


def _measure(needs: list[str], titles: list[str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="patentmart-standing-") as name:
        folder = Path(name)
        database = folder / "data" / "patentmart.sqlite"
        env = server.settings_of(folder / "data", PATENTMART_DEMO="1", PATENTMART_LOG_LEVEL="warning")
        seed = [sys.executable, "-m", "backend.cli", "seed", "--patents", str(PATENTS)]
        subprocess.run(seed, env=env, check=True, capture_output=True)
        if needs:
            _insert(database, needs)
        holder = next(one for one in organisations() if one.kind == "university")
        files = folder / "first.csv", folder / "all.csv"
        _write(files[0], holder.name, titles[:1], 1_000_000 - 1)
        _write(files[1], holder.name, titles[1:], 0)
        port = free_port()
        with server.running(server.patentmart(port), env, port, folder, on_one_core=False):
            return asyncio.run(_times(port, files, holder.sign_ins[0].email, database))


def run() -> dict[str, float]:
    """Return the figures with no needs and with all of them."""
    titles = sorted({text.title for text in register_titles().values()})
    random.Random(SEED).shuffle(titles)
    needs, fresh = titles[:NEEDS], titles[NEEDS : NEEDS + LISTINGS + 1]
    without, with_needs = _measure([], fresh), _measure(needs, fresh)
    figures = {f"{name}_without_needs": value for name, value in without.items()} | with_needs
    more = with_needs["evaluated_seconds"] - without["evaluated_seconds"]  # the import itself takes the rest
    figures["ms_a_listing"] = more * 1_000 / LISTINGS
    figures["import_slowed"] = with_needs["import_seconds"] / without["import_seconds"]
    return figures
