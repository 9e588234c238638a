"""Killed or stopped half-way an import goes on: no row is lost, none comes twice."""

import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.core.settings import Settings
from tests.imports.people import number, table
from tests.machine import postgres_url
from tests.one_server import free_port, running

ROWS = 6_000
PASSWORD = "a rather long sentence of mine"


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


@pytest.mark.parametrize("ends_by", [signal.SIGKILL, signal.SIGTERM])
def test_an_import_whose_server_ended_half_way_goes_on(
    settings: Settings, tmp_path: Path, ends_by: signal.Signals
) -> None:
    database = "" if settings.lite else postgres_url(f"crash_{ends_by.name.lower()}")
    port = free_port()
    content = table(*({"申请号": number(), "名称": f"第 {n} 件"} for n in range(ROWS)))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        with running(tmp_path, database, port=port, ends_by=ends_by):
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
        with running(tmp_path, database, port=port):
            found = until(client, address, headers, rows=ROWS + 1)
            assert found["status"] == "done", found
            assert found["counts"]["created"] == ROWS
            assert [row["row"] for row in every_row(client, address, headers)] == list(range(2, ROWS + 2))
