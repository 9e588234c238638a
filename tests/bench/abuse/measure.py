"""`scripts/bench abuse`: hostile input of each kind in turn, while somebody else asks whether the server lives.

A kind is a file beside this one with an `attack(target, budget)` that sends so many bytes; a measurement that is no
attack has a `measure(target)` that gives its figures. Both are entered below. The times of number lookups are measured
on servers of their own, that nobody attacked.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import psutil

from backend.core.settings import Settings
from tests.bench import server
from tests.bench.abuse import archives, big_forms, deep_json, half_sent, long_headers, number_lookup_times, slow_bodies
from tests.bench.abuse.target import Target
from tests.commands import make_operator
from tests.one_server import free_port

MEGABYTES: Final = 1_000
OPERATOR, PASSWORD = "bench@example.com", "correct horse battery staple"
ATTACKS: Final[Mapping[str, Callable[[Target, int], Awaitable[None]]]] = {
    "archives": archives.attack,
    "long_headers": long_headers.attack,
    "half_sent": half_sent.attack,
    "slow_bodies": slow_bodies.attack,
    "deep_json": deep_json.attack,
    "big_forms": big_forms.attack,
}
MEASUREMENTS: Final[Mapping[str, Callable[[Target], Awaitable[dict[str, float]]]]] = {}


@contextmanager
def _watched(port: int, process: psutil.Process, figures: dict[str, float], name: str) -> Iterator[None]:
    """Put into the figures how long /healthz took meanwhile, and the most memory that the server held."""
    probe = subprocess.Popen([sys.executable, "-m", "tests.bench.abuse.probe", str(port)], stdout=subprocess.PIPE)
    assert probe.stdout is not None
    probe.stdout.readline()  # it is ready
    over, peak = threading.Event(), [0.0]

    def look() -> None:
        while not over.wait(0.2):
            peak[0] = max(peak[0], server.resident(process) / 1e6)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
        probe.terminate()
        said, _ = probe.communicate(timeout=60)
    took = sorted(json.loads(said))
    figures[f"healthz_p50_ms_{name}"] = took[len(took) // 2]
    figures[f"healthz_p99_ms_{name}"] = took[int(0.99 * (len(took) - 1))]
    figures[f"healthz_worst_ms_{name}"] = took[-1]
    figures[f"peak_mb_{name}"] = peak[0]


async def _attacked(name: str, target: Target, budget: int) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await ATTACKS[name](target, budget)
    print(f"  {name}: {dict(sorted(target.answers.items()))}", flush=True)
    return {
        f"seconds_{name}": loop.time() - began,
        f"sent_mb_{name}": target.sent / 1e6,
        f"server_errors_{name}": sum(count for status, count in target.answers.items() if status == 500),
    }


def _token(port: int) -> str:
    form = {"grant_type": "password", "username": OPERATOR, "password": PASSWORD}
    answer = httpx.post(f"http://127.0.0.1:{port}/v1/oauth/token", data=form, timeout=60)
    return str(answer.raise_for_status().json()["access_token"])


def measure(folder: Path, megabytes: float, database: str = "", room_mb: int = 1_500, **more: str) -> dict[str, float]:
    """Return the figures of attacks with so many megabytes of each kind on a server with these settings.

    The server may have `room_mb` of addresses more than it has when it begins: the operating system sees to that.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the attack opens more connections than many shells allow
    port = free_port()
    bounds = {"CONNECTIONS_PER_ADDRESS": str(Settings.model_fields["connections_per_address"].default)}
    settings = server.settings_of(folder, **bounds, DATABASE_URL=database, PATENTMART_LOG_LEVEL="error", **more)
    make_operator(settings, OPERATOR, PASSWORD)
    figures: dict[str, float] = {}
    with server.running(server.patentmart(port), settings, port, folder) as process:
        server.pin(server.LOAD_CORE)
        token = _token(port)
        most = process.memory_info().vms + (room_mb << 20)
        process.rlimit(psutil.RLIMIT_AS, (most, most))
        for name in ATTACKS:
            with _watched(port, process, figures, name):
                figures |= asyncio.run(_attacked(name, Target(port, token), int(megabytes * 1e6)))
        for measured in MEASUREMENTS.values():
            figures |= asyncio.run(measured(Target(port, token)))
        figures["server_mb_after"] = server.resident(process) / 1e6
    figures["healthz_p99_ms"] = max(value for name, value in figures.items() if name.startswith("healthz_p99"))
    return figures


def run() -> dict[str, float]:
    """Return the figures of the abuse bench."""
    with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
        figures = measure(Path(folder), float(os.environ.get("BENCH_ABUSE_MB", MEGABYTES)))
    return figures | number_lookup_times.measure()


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
