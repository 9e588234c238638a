"""Killed while it imports and is written to, a server keeps what it acknowledged: the short form of the crash bench."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from backend.core.settings import Settings
from tests.bench.crash import measure
from tests.bench.crash_clients import EditedPatent, Ledger
from tests.bench.crash_compare import compare

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

KILLS = {"sqlite": 3, "postgres": 2}


@pytest.mark.timeout(600)
def test_what_a_killed_server_acknowledged_is_there_once(settings: Settings, tmp_path: Path) -> None:
    kind = "sqlite" if settings.is_sqlite else "postgres"
    found = measure(kind, KILLS[kind], tmp_path)
    assert found["acknowledged"] > 0
    assert found["rows_imported"] > 0
    assert found["vectors"] > 0
    wrong = ("lost", "doubled", "index_differences", "other_differences", "server_errors", "vectors_lost",
             "vectors_doubled")  # fmt: skip
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)


def test_what_is_lost_is_counted(app: FastAPI) -> None:
    patent = EditedPatent("201910000000.0", "pat_lost", ["title"])
    ledger = Ledger(
        parties={"never entered": "pty_lost", "sent, not acknowledged": None},
        patents={patent.number: patent},
        imports={"never sent.csv": "imp_lost"},
    )
    found = compare(app.state.settings, ledger)
    assert (found.lost, found.doubled) == (3, 0), found.examples
