"""Killed or stopped half-way an import goes on: no row is lost, none comes twice."""

import signal
from pathlib import Path

import httpx
import pytest

from backend.core.settings import Settings
from tests.machine import postgres_url
from tests.one_server import free_port, running
from tests.scenarios.import_progress import get_every_row, sign_in_inventor, wait_for_rows
from tests.scenarios.imports import csv_table, new_number

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

ROWS = 6_000


@pytest.mark.parametrize("ends_by", [signal.SIGKILL, signal.SIGTERM])
def test_an_import_whose_server_ended_half_way_goes_on(
    settings: Settings, tmp_path: Path, ends_by: signal.Signals
) -> None:
    database = "" if settings.is_sqlite else postgres_url(f"crash_{ends_by.name.lower()}")
    port = free_port()
    content = csv_table(*({"申请号": new_number(), "名称": f"第 {n} 件"} for n in range(ROWS)))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        with running(tmp_path, database, port=port, ends_by=ends_by):
            headers = sign_in_inventor(client)
            answer = client.post(
                "/v1/imports",
                headers=headers,
                files={"file": ("f.csv", content)},
                data={"kind": "patents", "mode": "apply"},
            )
            assert answer.status_code == 202, answer.text
            address = answer.headers["Location"]
            before = wait_for_rows(client, address, headers, rows=500)
            assert before["status"] == "applying", before
        with running(tmp_path, database, port=port):
            found = wait_for_rows(client, address, headers, rows=ROWS + 1)
            assert found["status"] == "done", found
            assert found["counts"]["created"] == ROWS
            assert [row["row"] for row in get_every_row(client, address, headers)] == list(range(2, ROWS + 2))
