"""A server process of this checkout, for tests that kill it, crowd it or read what it logs: a module with a PORT."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import httpx
import psutil
import uvicorn

from backend import worker_main
from backend.app import create_app
from backend.cli.serving import configuration
from backend.core.database import schema
from backend.core.processes.worker_processes import set_aside
from backend.core.settings import read_settings
from tests.forked import Forked

UNLIMITED = dict.fromkeys(  # what organisations may do in a day is tested where that is the promise
    (
        "REGISTRATIONS_PER_DAY_OF_ADDRESS", "CLAIMS_PER_DAY", "PATENTS_PER_DAY", "IMPORT_ROWS_PER_DAY",
        "IMPORT_ROWS_PER_DAY_UNVERIFIED", "UPLOAD_BYTES_PER_DAY", "UPLOAD_BYTES_PER_DAY_UNVERIFIED",
        "IMPORT_BYTES_WAITING", "IMPORT_BYTES_WAITING_UNVERIFIED", "FINANCING_REQUESTS_PER_DAY",
        "FINANCING_DISCLOSURES_PER_DAY",
    ),
    str(10**12),
)  # fmt: skip


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Process(Protocol):
    """What tests do with a server's process."""

    pid: int

    def poll(self) -> int | None:
        """Return its exit code once it has ended."""

    def kill(self) -> None:
        """Kill it."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    process: Process
    base: str

    def workers(self) -> list[psutil.Process]:
        """Return the processes beside it that work at the moment."""
        aside = psutil.Process(self.process.pid).children()
        return [child for one in aside for child in one.children()]


def environment_of(folder: Path, database: str) -> dict[str, str]:
    """Return the environment of a server that works in the folder, on SQLite where no database is named."""
    return {
        **os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(folder), "DATABASE_URL": database,
        "PATENTMART_LOG_LEVEL": "error", "MEILI_URL": "", "SQLITE_SYNCHRONOUS": "NORMAL",
        "RATE_CALLER_PER_MINUTE": "0", "RATE_ADDRESS_PER_MINUTE": "0", **UNLIMITED,
        "CONNECTIONS_PER_ADDRESS": "4000",  # all of a test's callers have one address
    }  # fmt: skip


def _wait(base: str, process: Process) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{base}/healthz", timeout=30)
            return
        assert process.poll() is None, "the server ended"
        time.sleep(0.1)
    raise AssertionError("the server does not start")


@contextlib.contextmanager
def running(
    folder: Path,
    database: str,
    *,
    port: int | None = None,
    module: str = "tests.one_server",
    ends_by: signal.Signals = signal.SIGKILL,
    log: IO[bytes] | None = None,
    **settings: str,
) -> Iterator[Running]:
    """Serve from the folder, on SQLite where no database is named, until the end."""
    port = port or free_port()
    env = {**environment_of(folder, database), **settings}
    folder.mkdir(exist_ok=True)
    process = Forked(module, [port], env, {} if log is None else {2: log.name})
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield Running(process, f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(ends_by)
        process.wait(30)


def main(port: int) -> None:
    """Serve on the port, as `patentmart serve` does but for the demonstration's register."""
    settings = read_settings()
    aside = set_aside(worker_main.work)
    schema.upgrade(settings)
    uvicorn.Server(configuration(create_app(settings, apart=aside), "127.0.0.1", port)).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
