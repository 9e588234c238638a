"""`scripts/bench soak`: many clients on many processes, of which one is killed every few seconds; nothing is lost."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from backend.core.clock import Clock
from backend.core.consistency import Line, Site
from backend.core.database.sessions import Database
from backend.core.processes.supervisor import SHORT_LIFE
from backend.core.search_indexing import consistency_checks
from backend.core.settings import Settings, read_settings
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.search_index import INDEX
from search.embedded.engine import EmbeddedEngine
from tests.bench import crash_clients as clients
from tests.bench.crash import checked
from tests.bench.crash_compare import compare
from tests.bench.server import settings_of
from tests.fresh_server import OPERATOR, PASSWORD
from tests.machine import postgres_url
from tests.many import Many, running
from tests.meili import NOT_RUN, meili

SECONDS: Final = 60.0
EVERY: Final = 5.0  # seconds between two kills at least
PROCESSES: Final = (4, 2)  # that answer, and that work
CLIENTS: Final = 50
WRITERS: Final = 0.4  # of the clients; two more send files
BEHIND: Final = 60.0  # seconds in which every index must have caught up
ASKED: Final = 60  # times, each on a connection of its own, so that every process is met


def _tasks(count: int) -> list[clients.Task]:
    writers = round(count * WRITERS)
    tasks: list[clients.Task] = [(clients.edit, n) for n in range(1, 1 + writers)]
    tasks += [(clients.import_files, n) for n in (40, 70)]
    return tasks + [(clients.read, n) for n in range(count - len(tasks))]


def _kill_for(seconds: float, kept: list[Many]) -> int:
    """Kill a random process every few seconds and return how many were killed.

    One that has just begun is spared: the supervisor takes a process that ends so soon for one that cannot begin, and
    waits with the next.
    """
    kills, until = 0, time.monotonic() + seconds
    while time.monotonic() + EVERY < until:
        time.sleep(EVERY)
        grown = time.time() - SHORT_LIFE
        victims = [one for many in kept for one in many.all() if one.create_time() < grown]
        if not victims:
            continue
        random.choice(victims).kill()
        kills += 1
        print(f"  {kills} killed", flush=True)
    time.sleep(max(0.0, until - time.monotonic()))
    return kills


def _behind(base: str) -> int:
    """Return how many of the answers to /readyz told of an index that lies behind, when there was time to catch up."""
    until = time.monotonic() + BEHIND
    while True:
        late = 0
        for _ in range(ASKED):
            lines = httpx.get(f"{base}/readyz", timeout=30).json()["checks"]
            late += not any(line["name"] == "search" and ", 0 events " in line["detail"] for line in lines)
        if not late or time.monotonic() > until:
            return late
        time.sleep(0.5)


async def _differing(settings: Settings, folder: Path) -> int:
    """Return how many documents of a process's own index differ from the database."""
    database, engine, line = Database(settings, Clock()), EmbeddedEngine(PATENTS, folder), Line("index")
    try:
        site = Site(database, {INDEX.name: engine}, blobs=None, repair=False, follows=False)  # type: ignore[arg-type]
        await consistency_checks.compare(INDEX, site, line)
    finally:
        await engine.close()
        await database.close()
    return line.differences


def measure(folder: Path, seconds: float, count: int, processes: tuple[int, int] = PROCESSES) -> dict[str, float]:
    """Return the figures of so many clients for so long; the processes work in the folder."""
    url, server = postgres_url("bench_soak"), meili()
    search: dict[str, str] = {}
    if server is None:
        print(f"  {NOT_RUN}: each process has an index of its own")
    else:
        url_, key = server
        search = {
            "MEILI_URL": url_,
            "MEILI_SEARCH_KEY": key,
            "MEILI_WRITE_KEY": key,
            "MEILI_INDEX": f"soak_{os.getpid()}",
        }
    environment = settings_of(folder, DATABASE_URL=url, PATENTMART_LOG_LEVEL="warning", **search)
    operator = [sys.executable, "-m", "backend.cli", "create-operator", OPERATOR, "--name", "O", "--password", PASSWORD]
    subprocess.run(operator, env=environment, check=True, capture_output=True, timeout=120)
    ledger = clients.Ledger(share=100_000)
    with (
        running(folder / "api", environment, "serve", "--no-work", "--processes", str(processes[0])) as api,
        running(folder / "work", environment, "worker", "--processes", str(processes[1])) as work,
    ):
        email = clients.enter(api.base, ledger)
        with clients.busy(api.base, email, ledger, _tasks(count)):
            kills = _kill_for(seconds, [api, work])
        clients.settle(api.base, email, ledger)
        behind = _behind(api.base)
        checks = checked({**environment, "PATENTMART_DATA_DIR": str(folder / "work")})
    settings = read_settings(
        database_url=url, patentmart_data_dir=folder, patentmart_secret=environment["PATENTMART_SECRET"]
    )
    ours = (one for one in folder.glob("*/index*") if one.is_dir() and not one.name.startswith("index_"))
    folders = [] if server else sorted(ours)  # those of other indexes bear their name behind it
    own = sum(asyncio.run(_differing(settings, one)) for one in folders)
    found = compare(settings, ledger)
    examples = [*found.examples[:50], *(example for check in checks for example in check["examples"])]
    for line in examples:
        print(f"  {line}")
    differences = {check["check"]: check["differences"] for check in checks}
    return {
        "processes": sum(processes),
        "clients": count,
        "seconds": seconds,
        "kills": kills,
        "lost": found.lost,
        "doubled": found.doubled + ledger.answered_twice,
        "index_differences": differences.pop("the search index") + behind + own,
        "other_differences": sum(differences.values()),
        "unanswered": ledger.unanswered,
        "server_errors": ledger.server_errors,
        "written": ledger.acknowledged,
        "read": ledger.read,
        "rows_imported": found.rows,
    }


def run() -> dict[str, float]:
    """Return the figures of the soak."""
    folder = Path(tempfile.mkdtemp(prefix="patentmart-soak-"))
    figures = measure(folder, float(os.environ.get("BENCH_SOAK_SECONDS", SECONDS)), CLIENTS)
    if not figures["lost"] + figures["doubled"] + figures["server_errors"]:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"  its logs are in {folder}")
    return figures
