"""`scripts/bench crash`: a server killed at random moments of imports and edits keeps all that it acknowledged.

Vectors that it was computing meanwhile are there in the end, each computed once but for a batch under way at a kill.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from backend.core.settings import read_settings
from tests.bench import crash_clients as clients
from tests.bench import crash_vectors as vectors
from tests.bench.crash_compare import compare
from tests.bench.server import patentmart, settings_of
from tests.fresh_server import OPERATOR, PASSWORD
from tests.machine import postgres_url
from tests.one_server import free_port

KILLS: Final = 100
BETWEEN: Final = (0.2, 3.0)  # seconds that the server lives once it serves
BEFORE_IT_SERVES: Final = 0.1  # the share of kills that meet a server which is still starting
BESIDE_IT: Final = 0.3  # the share of kills that meet an import's own process instead, where there is one
TASKS: Final = ((clients.edit, 1), (clients.edit, 2), (clients.edit, 3), (clients.import_files, 4))
EXAMPLES: Final = 50
LOGGED: Final = 20_000  # characters of the server's log, where something was lost


class Victim:
    """A server process that is killed and started again."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._folder, self._environment = folder, environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(patentmart(self.port), env=self._environment, stdout=log, stderr=log)

    def serves(self, patience: float = 60.0) -> None:
        """Wait until it answers."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.base}/healthz", timeout=5)
                return
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "server.log").read_text("utf-8")[-3000:]
            time.sleep(0.02)
        raise AssertionError("the server does not start")

    def kills_beside(self) -> bool:
        """Kill a process that works beside the server, reading or writing; False where there is none."""
        assert self._process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            aside = psutil.Process(self._process.pid).children()
            beside = [worker for one in aside for worker in one.children(recursive=True)]
            if beside:
                random.choice(beside).kill()
                return True
        return False

    def end(self, by: signal.Signals) -> None:
        """End it with the signal."""
        assert self._process is not None
        self._process.send_signal(by)
        self._process.wait(60)


def _kill(victim: Victim, kills: int) -> int:
    """Kill so many times; give how many met a process beside the server."""
    beside = 0
    for number in range(kills):
        if number % 10 == 0:
            print(f"  {number} of {kills} kills", flush=True)
        if random.random() >= BEFORE_IT_SERVES:
            victim.serves()
        time.sleep(random.uniform(*BETWEEN))
        if random.random() < BESIDE_IT and victim.kills_beside():
            beside += 1
            continue
        victim.end(signal.SIGKILL)
        victim.start()
    victim.serves()
    return beside


def checked(environment: dict[str, str]) -> list[dict[str, Any]]:
    """Return what `patentmart fsck` finds."""
    command = [sys.executable, "-m", "backend.cli", "fsck", "--json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert ran.returncode in (0, 1), ran.stderr
    return list(json.loads(ran.stdout)["checks"])


def measure(kind: str, kills: int, folder: Path) -> dict[str, float]:
    """Return the figures of so many kills on one kind of database, which lives in the folder."""
    url = "" if kind == "sqlite" else postgres_url("bench_crash")
    environment = settings_of(folder, DATABASE_URL=url, PATENTMART_LOG_LEVEL="error", **vectors.model(folder))
    operator = [sys.executable, "-m", "backend.cli", "create-operator", OPERATOR, "--name", "O", "--password", PASSWORD]
    subprocess.run(operator, env=environment, check=True, capture_output=True, timeout=120)
    victim, ledger = Victim(folder, environment), clients.Ledger()
    victim.start()
    victim.serves()
    try:
        email = clients.enter(victim.base, ledger)
        with clients.busy(victim.base, email, ledger, TASKS):
            beside = _kill(victim, kills)
        clients.settle(victim.base, email, ledger)
        vectors.settle(victim.base)
        checks = checked(environment)
    finally:
        victim.end(signal.SIGTERM)
    secret = environment["PATENTMART_SECRET"]
    settings = read_settings(database_url=url, patentmart_data_dir=folder, patentmart_secret=secret)
    found = compare(settings, ledger)
    for line in [*found.examples[-EXAMPLES:], *(example for check in checks for example in check["examples"])]:
        print(f"  {kind}: {line}")
    if found.lost:
        print((folder / "server.log").read_text("utf-8")[-LOGGED:])
    differences = {check["check"]: check["differences"] for check in checks}
    return {
        "kills": kills,
        "kills_beside": beside,
        "lost": found.lost,
        "doubled": found.doubled + ledger.answered_twice,
        "index_differences": differences.pop("the search index"),
        "other_differences": sum(differences.values()),
        "acknowledged": ledger.acknowledged,
        "rows_imported": found.rows,
        "server_errors": ledger.server_errors,
        **vectors.count(settings, folder, kills),
    }


def run(kinds: tuple[str, ...] = ("sqlite", "postgres"), kills: int | None = None) -> dict[str, float]:
    """Return the figures of the crash bench: the sum over the databases, and each database's own."""
    kills = kills or int(os.environ.get("BENCH_KILLS", KILLS))
    figures: dict[str, float] = {}
    for kind in kinds:
        folder = Path(tempfile.mkdtemp(prefix="patentmart-crash-"))
        found = measure(kind, kills, folder)
        shutil.rmtree(folder, ignore_errors=True)
        for name, value in found.items():
            figures[name] = figures.get(name, 0) + value
        figures |= {f"{name}_{kind}": value for name, value in found.items()}
    return figures


if __name__ == "__main__":
    print(json.dumps(run(tuple(sys.argv[1:]) or ("sqlite", "postgres")), indent=1))
