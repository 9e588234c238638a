"""A server process on a fresh database with the platform's first owner, for tests that a real connection is part of."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

PASSWORD = "a rather long sentence of mine"
OPERATOR = "operator@example.com"
SERVE = """
import uvicorn
from backend.core.settings import read_settings
from backend.main import create_app
uvicorn.run(create_app(read_settings()), port={port}, log_level="error")
"""


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{base}/healthz")
            return
        assert process.poll() is None, "the server ended"
        time.sleep(0.1)


def _environment(folder: Path, database: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATENTMART_DEMO": "1",
        "PATENTMART_DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "PATENTMART_EXECUTOR_ID": "fresh-server",
        "PATENTMART_LOG_LEVEL": "error",
        "SQLITE_SYNCHRONOUS": "NORMAL",
        "RATE_CALLER_PER_MINUTE": "0",
        "RATE_ADDRESS_PER_MINUTE": "0",
    }


@contextlib.contextmanager
def fresh_server(folder: Path, database: str) -> Iterator[str]:
    """Give its address."""
    operator = [sys.executable, "-m", "backend.cli", "create-operator", OPERATOR]
    signs_in = ["--name", "Operator", "--password", PASSWORD]
    subprocess.run([*operator, *signs_in], env=_environment(folder, database), check=True, timeout=120)
    with serving(folder, database) as base:
        yield base


@contextlib.contextmanager
def serving(folder: Path, database: str) -> Iterator[str]:
    """Serve the database and folder that there are; give the address."""
    port, environment = _free_port(), _environment(folder, database)
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def sign_in(base: str) -> str:
    """Give a token of the platform's owner."""
    form = {"grant_type": "password", "username": OPERATOR, "password": PASSWORD}
    answer = httpx.post(f"{base}/v1/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
