"""Killed half-way an import goes on: no row is lost, none comes twice."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from backend.core.settings import Settings
from tests.imports.people import number, table
from tests.machine import postgres_url

ROWS = 6_000
SERVE = """
import uvicorn
from backend.core import schema
from backend.core.settings import read_settings
from backend.main import create_app
settings = read_settings()
schema.upgrade(settings)
uvicorn.run(create_app(settings), port={port}, log_level="error")
"""
PASSWORD = "a rather long sentence of mine"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def server(folder: Path, database: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve from the folder until killed."""
    env = {
        **os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(folder), "DATABASE_URL": database,
        "PATENTMART_EXECUTOR_ID": "crash", "PATENTMART_LOG_LEVEL": "error", "SQLITE_SYNCHRONOUS": "NORMAL",
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], env=env)
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def signed_in(client: httpx.Client) -> dict[str, str]:
    member = {"email": "crash@example.com", "name": "断电", "password": PASSWORD}
    body = {"kind": "individual", "name": "断电发明人", "member": member}
    answer = client.post("/v1/organisations", json=body)
    assert answer.status_code == 201, answer.text
    form = {"grant_type": "password", "username": "crash@example.com", "password": PASSWORD}
    return {"Authorization": f"Bearer {client.post('/v1/oauth/token', data=form).json()['access_token']}"}


def every_row(client: httpx.Client, address: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while cursor is not None or not items:
        asked = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{address}/rows", headers=headers, params=asked).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return items


def until(client: httpx.Client, address: str, headers: dict[str, str], *, rows: int) -> dict[str, Any]:
    """Give the import once so many rows are done, or it has ended."""
    for _ in range(1_200):
        found: dict[str, Any] = client.get(address, headers=headers).json()
        if found["progress"]["done"] >= rows or found["status"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_an_import_killed_half_way_goes_on(settings: Settings, tmp_path: Path) -> None:
    database = "" if settings.lite else postgres_url("crash")
    port = free_port()
    content = table(*({"申请号": number(), "名称": f"第 {n} 件"} for n in range(ROWS)))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        with server(tmp_path, database, port):
            headers = signed_in(client)
            answer = client.post(
                "/v1/imports",
                headers=headers,
                files={"file": ("f.csv", content)},
                data={"kind": "patents", "mode": "apply"},
            )
            assert answer.status_code == 202, answer.text
            address = answer.headers["Location"]
            before = until(client, address, headers, rows=500)
            assert before["status"] == "applying", before
        with server(tmp_path, database, port):
            found = until(client, address, headers, rows=ROWS + 1)
            assert found["status"] == "done", found
            assert found["counts"]["created"] == ROWS
            assert [row["row"] for row in every_row(client, address, headers)] == list(range(2, ROWS + 2))
