"""A first start that is killed recovers by itself at the next."""

import contextlib
import os
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.served import PATENTMART

pytestmark = pytest.mark.slow

SIZE = 4_000


def loaded(folder: Path) -> int:
    """Return how many patents the database holds, as another process sees it."""
    with contextlib.suppress(sqlite3.OperationalError):
        connection = sqlite3.connect(f"file:{folder / 'patentmart.sqlite'}?mode=ro", uri=True)
        with contextlib.closing(connection):
            return int(connection.execute("SELECT count(*) FROM patent WHERE private_to = ''").fetchone()[0])
    return 0


def test_a_first_start_killed_half_way_is_finished_by_the_next(tmp_path: Path) -> None:
    env = {**os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    command = [PATENTMART, "seed", "--patents", str(SIZE)]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as first:
        for _ in range(1_000):
            if loaded(tmp_path):
                break
            time.sleep(0.05)
        first.kill()
    assert 0 < loaded(tmp_path) < SIZE
    second = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=200)
    assert second.returncode == 0, second.stderr
    assert loaded(tmp_path) == SIZE
    assert b'"complete": true' in (tmp_path / "index" / "current.json").read_bytes()
