"""`patentmart import` is the API's own road, with a progress bar."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from backend.core.settings import Settings
from tests.imports.people import number, table
from tests.imports.test_crash import PASSWORD, free_port, server, signed_in


def patentmart(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATENTMART_PASSWORD": PASSWORD, "COLUMNS": "200"}
    command = [sys.executable, "-m", "backend.cli", "import", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_file_is_imported_from_the_command_line(settings: Settings, tmp_path: Path) -> None:
    if not settings.lite:
        return
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    file, bad = tmp_path / "register.csv", tmp_path / "rejected.csv"
    file.write_bytes(table({"申请号": number(), "名称": "甲"}, {"申请号": "2.02E+12", "名称": "乙"}))
    who = ("--server", address, "--as", "crash@example.com")
    with server(tmp_path / "data", "", port):
        with httpx.Client(base_url=address, timeout=30) as client:
            signed_in(client)
        checked = patentmart(str(file), *who)
        assert checked.returncode == 0, checked.stderr
        assert "Checked, nothing was changed (rows: 2): 1 created, 1 rejected" in checked.stderr
        applied = patentmart(str(file), *who, "--mode", "apply", "--rejected", str(bad))
        assert applied.returncode == 0, applied.stderr
        assert "Done (rows: 2): 1 created, 1 rejected" in applied.stderr
        assert "2.02E+12" in bad.read_text("utf-8-sig")
        refused = patentmart(str(file), *who, "--kind", "nonsense")
        assert refused.returncode == 1
        assert "patents" in refused.stderr
    away = patentmart(str(file), *who)
    assert away.returncode == 1
    assert f"No server answers at {address}" in away.stderr
