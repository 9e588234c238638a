"""The short form of `scripts/bench abuse`: within the memory that the system grants, the server lives and answers."""

from pathlib import Path

import pytest

from tests.bench.abuse import measure
from tests.machine import postgres_url

pytestmark = pytest.mark.slow

ROOM = 700  # MB beyond what the server has when it begins: one archive of 4 million entries would take 1,600


@pytest.mark.timeout(900)
def test_hostile_input_of_each_kind_ends_in_refusals_and_keeps_nobody_waiting(
    tmp_path: Path, database_kind: str
) -> None:
    url = "" if database_kind == "sqlite" else postgres_url("abuse")
    soon = {"HEADER_SECONDS": "3", "BODY_SECONDS": "3", "BODY_BYTES_PER_SECOND": "1000000"}
    found = measure.measure(tmp_path, 4, url, ROOM, **soon)
    assert {name: value for name, value in found.items() if name.startswith("server_errors")} == {
        f"server_errors_{name}": 0 for name in measure.ATTACKS
    }
    assert all(found[f"sent_mb_{name}"] >= 4 for name in measure.ATTACKS)
    assert (
        max(value for name, value in found.items() if name.startswith("healthz_p50")) < 1_000
    )  # others use the machine
    assert max(value for name, value in found.items() if name.startswith("peak_mb")) < 1_000
