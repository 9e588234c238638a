"""Which needs are counted where: nobody takes a published sum apart into fewer than ten needs."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.introductions.figures.codes import Grouping
from backend.introductions.figures.rules import (
    LEAST,
    LEAST_ASKERS,
    Case,
    counted_in_cells,
    counted_in_total,
    counted_until,
    counts,
    four_quarters_before,
    joined,
    quarter_after,
    quarters,
)

NUMBER = count()
CASES = st.lists(
    st.builds(
        Case,
        id=st.builds(lambda: f"need{next(NUMBER)}"),
        organisation_id=st.sampled_from(("a", "b", "c", "d", "e", "f")),
        confidential=st.booleans(),
        clusters=st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple),
        region=st.sampled_from((None, "500000", "500100", "510000", "110000")),
        days_to_introduction=st.sampled_from((None, 1, 30)),
    ),
    max_size=80,
)


def needs(many: int, *, confidential: bool = False, region: str | None = "500000") -> list[Case]:
    return [
        Case(id=f"need{next(NUMBER)}", organisation_id=f"org{number % 5}", confidential=confidential, region=region)
        for number in range(many)
    ]


@given(CASES, st.sampled_from(Grouping))
def test_no_sum_and_no_difference_is_of_fewer_than_ten(cases: list[Case], grouping: Grouping) -> None:
    total = counted_in_total(cases)
    cells = counted_in_cells(cases, grouping)
    assert len(total) == 0 or len(total) >= LEAST
    assert all(len(cell) >= LEAST for cell in cells.values())
    for which in (lambda case: True, lambda case: case.confidential):  # noqa: ARG005 - everybody, and what is hidden
        inside = {case.id for cell in cells.values() for case in cell if which(case)}
        rest = {case.id for case in total if which(case)} - inside
        assert not cells or len(rest) == 0 or len(rest) >= LEAST
    counted = {case.id for cell in cells.values() for case in cell}
    sets = [*cells.values(), total, *([[case for case in total if case.id not in counted]] if cells else [])]
    for hidden in ([case for case in those if case.confidential] for those in sets):
        askers = {case.organisation_id for case in hidden}
        assert not hidden or (len(hidden) >= LEAST and len(askers) >= LEAST_ASKERS)


@pytest.mark.parametrize(
    ("public", "confidential", "counted"),
    [(9, 0, 0), (10, 0, 10), (10, 9, 10), (10, 10, 20), (0, 10, 10), (3, 9, 0)],
)
def test_confidential_needs_count_from_ten_on(public: int, confidential: int, counted: int) -> None:
    cases = needs(public) + needs(confidential, confidential=True)
    assert len(counted_in_total(cases)) == counted


def test_confidential_needs_of_few_organisations_are_not_counted_as_each_knows_its_own() -> None:
    own = [replace(case, organisation_id="one") for case in needs(20, confidential=True)]
    others = [replace(case, organisation_id=f"other{n}") for n, case in enumerate(needs(4, confidential=True))]
    assert counted_in_total(own + others[:3]) == []
    assert len(counted_in_total(own + others)) == 24


def test_a_cell_is_left_out_where_another_could_be_subtracted() -> None:
    cases = needs(30, region="500000") + needs(12, region="510000") + needs(4, region="110000")
    assert {code: len(cell) for code, cell in counted_in_cells(cases, Grouping.REGION).items()} == {"500000": 30}
    assert counted_in_cells(cases[:42], Grouping.REGION).keys() == {"500000", "510000"}


def test_confidential_needs_leave_a_cell_where_the_rest_could_be_subtracted() -> None:
    cases = needs(20) + needs(15, confidential=True) + needs(5, confidential=True, region="510000")
    cells = counted_in_cells(cases, Grouping.REGION)
    assert len(counted_in_total(cases)) == 40
    assert {code: len(cell) for code, cell in cells.items()} == {"500000": 20}


def test_regions_count_for_their_province() -> None:
    cases = needs(5, region="500112") + needs(5, region="500000")
    assert counted_in_cells(cases, Grouping.REGION).keys() == {"500000"}


def test_whole_quarters_that_are_over_are_counted() -> None:
    assert counted_until(date(2026, 1, 31)) == date(2025, 12, 31)
    assert quarters(date(2025, 2, 1), date(2025, 12, 30)) == [date(2025, 4, 1), date(2025, 7, 1)]
    assert quarters(date(2025, 10, 1), date(2025, 12, 31)) == [date(2025, 10, 1)]
    assert quarter_after(date(2025, 10, 1)) == date(2026, 1, 1)


@pytest.mark.parametrize("month", range(1, 13))
def test_where_no_time_is_named_four_quarters_are_counted_in_every_month(month: int) -> None:
    until = counted_until(date(2026, month, 15))
    assert len(quarters(four_quarters_before(until), until)) == 4


def test_the_counts_of_quarters_add_up() -> None:
    part = counts(
        [Case(id="a", organisation_id="x", confidential=False, days_to_introduction=3, days_to_contract=9)] * 2
    )
    both = joined([part, part])
    assert (both.needs, both.introduced, both.contracted) == (4, 4, 4)
    assert both.days_to_introduction == [[3, 4]]
