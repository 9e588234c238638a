"""A real server process for benches: started by the command line, pinned to one core, stopped at the end."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psutil

from tests.one_server import UNLIMITED

SERVER_CORE: Final = 0
LOAD_CORE: Final = 1


def pin(core: int) -> None:
    """Keep this process on one core, where the machine has more than one."""
    if core in range(os.cpu_count() or 1):
        os.sched_setaffinity(0, {core})


def _pin(process: int) -> None:
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(process, {SERVER_CORE})


def settings_of(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a server that works in the folder, with limits that a bench does not reach."""
    return {
        **os.environ,
        "PATENTMART_DEMO": "0",
        "PATENTMART_SECRET": secrets.token_hex(32),
        "PATENTMART_DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "RATE_CALLER_PER_MINUTE": "100000000",
        "RATE_ADDRESS_PER_MINUTE": "100000000",
        "CONNECTIONS_PER_ADDRESS": "4000",
        **UNLIMITED,
        "ACCESS_TOKEN_MINUTES": "1440",  # a million records of XML may take longer than a sign-in lasts
        **more,
    }


@contextlib.contextmanager
def running(
    command: Sequence[str], environment: dict[str, str], port: int, folder: Path, *, on_one_core: bool = True
) -> Iterator[psutil.Process]:
    """Run a program that listens on the port, logging into the folder, until the block ends."""
    with (folder / f"log-{port}.txt").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        if on_one_core:
            _pin(process.pid)
        try:
            _wait(port, process)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def resident(process: psutil.Process) -> int:
    """Return the resident bytes of a server and of what works beside it; what they share counts once (PSS)."""
    count = 0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            count += int(one.memory_full_info().pss)
    return count


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def patentmart(port: int) -> list[str]:
    """Return the command that serves."""
    return [sys.executable, "-m", "backend.cli", "serve", "--port", str(port)]


def uvicorn(module: str, port: int) -> list[str]:
    """Return the command that serves an app of the benches with the same server and settings."""
    head = [sys.executable, "-m", "uvicorn", module, "--port", str(port), "--no-access-log"]
    return [*head, "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
