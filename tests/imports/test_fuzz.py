"""Whatever file comes, it ends in rows or in a declared problem: no crash, no hang, no growth."""

import pytest

from tests.bench.fuzz import MOST_GROWN, fuzz
from tests.bench.mutations import FORMS, spoilt

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("form", FORMS)
def test_spoilt_files_end_in_a_declared_problem(form: str) -> None:
    found = fuzz(form, 3)
    assert found.crashes == []
    assert found.hangs == []
    assert found.inputs > 0
    assert found.grown_mb < MOST_GROWN


def test_a_seed_gives_the_same_file_again() -> None:
    assert spoilt("csv", 7) == spoilt("csv", 7)
    assert len({spoilt("csv", seed) for seed in range(20)}) > 10
