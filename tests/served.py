"""A real server with a small demonstration: the commands that a person gives, in processes that have loaded them."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests import forked
from tests.commands import patentmart
from tests.one_server import Running, free_port

PATENTMART = Path(sys.executable).with_name("patentmart")


def _answers(address: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    return False


def answering(process: "subprocess.Popen[str]", address: str) -> bool:
    """Whether the server answers in time; not where it ended."""
    for _ in range(1_200):
        if _answers(address):
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.1)
    process.kill()
    return False


@contextlib.contextmanager
def demonstration(folder: Path, patents: int, **settings: str) -> Iterator[str]:
    """Yield the address of a server on SQLite with so many made-up patents, and settings of its own."""
    with demonstrating(folder, patents, **settings) as one:
        yield one.base


@contextlib.contextmanager
def demonstrating(folder: Path, patents: int, **settings: str) -> Iterator[Running]:
    """Run it."""
    env = {
        **os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(folder), "DATABASE_URL": "",
        "PATENTMART_LOG_LEVEL": "error", "SQLITE_SYNCHRONOUS": "NORMAL",
        **settings,
    }  # fmt: skip
    assert patentmart(env, "seed", "--patents", str(patents)).exit_code == 0
    port = free_port()
    process = forked.Forked("tests.command_line", ["serve", "--port", str(port)], env, {1: str(folder / "said.txt")})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if _answers(address):
                break
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
        yield Running(process, address)
    finally:
        process.terminate()
        process.wait(30)
