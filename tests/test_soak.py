"""Many clients on many processes of which one after the other is killed: nothing is lost, nothing comes twice."""

from pathlib import Path

import pytest

from tests.bench import soak

pytestmark = pytest.mark.slow

NAUGHT = ("lost", "doubled", "index_differences", "other_differences", "unanswered", "server_errors")


def test_killed_one_by_one_the_processes_lose_nothing_and_leave_no_request_without_an_answer(tmp_path: Path) -> None:
    found = soak.measure(tmp_path, seconds=60, count=20, processes=(2, 2))
    assert found["kills"] >= 3
    assert found["written"] > 100 < found["read"]
    assert {name: found[name] for name in NAUGHT} == dict.fromkeys(NAUGHT, 0)
