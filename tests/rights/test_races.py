"""Grants that cannot both stand, made at one moment, on both databases as they are served: the lawful ones stand."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench import race
from tests.bench.race_arena import Answered, Racer
from tests.bench.race_judge import badly_answered, needlessly_refused, unlawful
from tests.one_server import running
from tests.scenarios.members import Member

pytestmark = pytest.mark.slow

ATTEMPTS = 25  # of each shape


@contextlib.contextmanager
def forked(folder: Path, environment: Mapping[str, str], processes: int) -> Iterator[race.Served]:
    """Serve with processes that have loaded everything before they start, each at an address of its own."""
    settings = {
        name: value for name, value in environment.items() if name not in ("DATABASE_URL", "PATENTMART_DATA_DIR")
    }
    with contextlib.ExitStack() as stack:
        each = [folder] if processes == 1 else [folder / str(n) for n in range(processes)]
        started = [stack.enter_context(running(one, environment["DATABASE_URL"], **settings)) for one in each]
        yield race.Served(tuple(one.base for one in started), tuple(one.process.pid for one in started))


@pytest.mark.parametrize("shape", race.SHAPES)
def test_of_racing_grants_the_lawful_set_stands_and_the_losers_are_told_why(shape: str, tmp_path: Path) -> None:
    found = race.measure(tmp_path, shape, ATTEMPTS, race.GRANTS, forked, SQLITE_SYNCHRONOUS="NORMAL")
    assert (found.unlawful, found.faults) == (0, [])
    assert found.attempts == ATTEMPTS
    counted = {kind.name: found.counts[f"{kind.name}_granted"] for kind in race.GRANTS}
    assert all(counted.values()), counted
    assert sum(found.counts[f"{kind.name}_refused"] for kind in race.GRANTS) >= ATTEMPTS
    assert sum(found.counts[f"{kind.name}_errors"] for kind in race.GRANTS) == 0
    assert found.processes_met == (1 if shape == "sqlite" else race.PROCESSES)
    assert shape != "sqlite" or found.beside["files"] >= 1


def entry(name: str, licence_type: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return an entry of the ledger as the API shows it."""
    kind = "pledge" if licence_type is None else "licence"
    shown: dict[str, Any] = {
        "id": f"rgt_{name}", "patent_id": "pat_1", "kind": kind, "origin": "here", "licence_type": licence_type,
        "starts_on": "2026-01-01", "ends_on": None, "ended_on": None, "corrected_by": None, "territory": [],
        "fields": [], "working": [], "own_working": False, "carves_out": [],
    }  # fmt: skip
    return shown | fields


@pytest.mark.parametrize(
    ("one", "other", "lawful"),
    [
        (entry("a", "exclusive"), entry("b", "exclusive"), False),
        (entry("a", "sole"), entry("b", "ordinary"), False),
        (entry("a", "sole"), entry("b", "ordinary", own_working=True), True),
        (entry("a", "exclusive", carves_out=["rgt_b"]), entry("b", "ordinary"), True),
        (entry("a", "exclusive", territory=["500000"]), entry("b", "ordinary", territory=["500101"]), False),
        (entry("a", "exclusive", territory=["110000"]), entry("b", "ordinary", territory=["500101"]), True),
        (entry("a", "exclusive", ends_on="2026-05-31"), entry("b", "sole", starts_on="2026-06-01"), True),
        (entry("a", "exclusive"), entry("b", "exclusive", ended_on="2026-02-01"), True),
        (entry("a", "exclusive"), entry("b", "exclusive", origin="outside"), True),
        (entry("a"), entry("b"), False),
        (entry("a", "ordinary", own_working=True), entry("b", "ordinary", own_working=True), False),
    ],
)
def test_who_judges_the_races_knows_the_matrix(one: dict[str, Any], other: dict[str, Any], lawful: bool) -> None:
    assert (list(unlawful([one, other])) == []) is lawful


def test_who_judges_the_races_sees_lost_answers_and_empty_refusals() -> None:
    racer = Racer("exclusive", Member("", "", ""), "/", entry("asked", "exclusive"))
    bare = Answered(racer, 409, {"code": "not_permitted"})
    lost = Answered(racer, 201, {"id": "rgt_gone"})
    assert len(list(badly_answered([bare, lost, Answered(racer, 500), Answered(racer, 0)], [], []))) == 4
    assert list(needlessly_refused([bare], [])) != []
    assert list(needlessly_refused([bare], [entry("a", "exclusive")])) == []
