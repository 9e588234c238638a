"""`patentmart import` is the API's own road, with a progress bar."""

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from backend.core.settings import Settings
from tests.one_server import free_port, running
from tests.scenarios.import_progress import PASSWORD, sign_in_inventor
from tests.scenarios.imports import csv_table, new_number

pytestmark = pytest.mark.slow


def patentmart(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATENTMART_PASSWORD": PASSWORD, "COLUMNS": "200", **settings}
    command = [sys.executable, "-m", "backend.cli", "import", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_file_is_imported_from_the_command_line(settings: Settings, tmp_path: Path) -> None:
    if not settings.is_sqlite:
        return
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    file, bad, whole = tmp_path / "register.csv", tmp_path / "rejected.csv", tmp_path / "whole.csv"
    file.write_bytes(csv_table({"申请号": new_number(), "名称": "甲"}, {"申请号": "2.02E+12", "名称": "乙"}))
    who = ("--server", address, "--as", "crash@example.com")
    with running(tmp_path / "data", "", port=port):
        with httpx.Client(base_url=address, timeout=30) as client:
            sign_in_inventor(client)
        checked = patentmart(str(file), *who)
        assert checked.returncode == 3, checked.stderr
        assert "2 rows checked, nothing changed: 1 to be created, 1 rejected." in checked.stderr
        applied = patentmart(str(file), *who, "--mode", "apply", "--rejected", str(bad))
        assert applied.returncode == 3, applied.stderr
        assert "2 rows: 1 created, 1 rejected." in applied.stderr
        assert "A spreadsheet rounded this number" in applied.stderr
        assert "2.02E+12" in bad.read_text("utf-8-sig")
        whole.write_bytes(csv_table({"申请号": new_number(), "名称": "丙"}))
        detached = patentmart(str(whole), *who, "--mode", "apply", "--detach")
        assert detached.returncode == 0, detached.stderr
        (import_id,) = re.findall(r"--follow (imp_\w+)", detached.stderr)
        followed = patentmart("--follow", import_id, *who)
        assert followed.returncode == 0, followed.stderr
        assert "1 row: 1 created." in followed.stderr
        ended = patentmart("--cancel", import_id, *who)
        assert ended.returncode == 1
        assert "ended already" in ended.stderr
        assert patentmart(*who).returncode == 2
        refused = patentmart(str(file), *who, "--kind", "nonsense")
        assert refused.returncode == 1
        assert "patents" in refused.stderr
    away = patentmart(str(file), *who)
    assert away.returncode == 1
    assert f"No server answers at {address}" in away.stderr


def test_interrupted_the_import_goes_on_and_the_way_back_is_told(settings: Settings, tmp_path: Path) -> None:
    if not settings.is_sqlite:
        return
    port = free_port()
    address, file = f"http://127.0.0.1:{port}", tmp_path / "long.csv"
    file.write_bytes(csv_table(*({"申请号": new_number(), "名称": f"第 {n} 件"} for n in range(40_000))))
    with running(tmp_path / "data", "", port=port), httpx.Client(base_url=address, timeout=30) as client:
        headers = sign_in_inventor(client)
        env = {**os.environ, "PATENTMART_PASSWORD": PASSWORD, "COLUMNS": "200"}
        command = [sys.executable, "-m", "backend.cli", "import", str(file), "--mode", "apply"]
        who = ["--server", address, "--as", "crash@example.com"]
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
        with subprocess.Popen([*command, *who], env=env, stderr=subprocess.PIPE, text=True) as watching:
            signal.signal(signal.SIGINT, before)
            items: list[dict[str, str]] = []
            while not items or items[0]["status"] != "applying":
                assert watching.poll() is None
                time.sleep(0.05)
                items = client.get("/v1/imports", headers=headers).json()["items"]
            time.sleep(1)
            watching.send_signal(signal.SIGINT)
            _, said = watching.communicate(timeout=30)
        assert watching.returncode == 130, said
        assert f"--follow {items[0]['id']}" in said
        assert f"--cancel {items[0]['id']}" in said
        assert client.get(f"/v1/imports/{items[0]['id']}", headers=headers).json()["status"] == "applying"
        cancelled = patentmart("--cancel", items[0]["id"], *who)
        assert cancelled.returncode == 0, cancelled.stderr
        assert "Cancelled after" in cancelled.stderr


def test_without_a_server_the_command_serves_for_as_long_as_it_takes(settings: Settings, tmp_path: Path) -> None:
    if not settings.is_sqlite:
        return
    file, port, data = tmp_path / "register.csv", free_port(), tmp_path / "data"
    file.write_bytes(csv_table({"申请号": new_number(), "名称": "甲"}))
    with running(data, "", port=port), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        sign_in_inventor(client)
    own = {"PATENTMART_DATA_DIR": str(data), "PATENTMART_DEMO": "0", "PATENTMART_SECRET": secrets.token_hex(32)}
    done = patentmart(str(file), "--mode", "apply", "--as", "crash@example.com", "--own-server", **own)
    assert done.returncode == 0, done.stderr
    assert "1 row: 1 created." in done.stderr
