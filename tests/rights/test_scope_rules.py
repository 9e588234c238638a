from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.rights.codes import Working
from backend.rights.scope_rules import ALL, FIELDS, Period, Scope

# two provinces, of each the province, two prefectures and some counties; 110 and 120 are municipalities with districts
COUNTIES = ["110101", "110102", "500101", "500102", "500231", "510104", "510105", "510704", "513401"]
PREFECTURES = ["110100", "500100", "500200", "510100", "510700", "513400"]
PROVINCES = ["110000", "500000", "510000"]
POINTS = [int(code) for code in [*COUNTIES, *PREFECTURES, *PROVINCES]] + [659_999]  # the last is nobody's

scopes = st.builds(
    Scope,
    territory=st.frozensets(st.sampled_from(COUNTIES + PREFECTURES + PROVINCES), max_size=3),
    fields=st.one_of(st.just(frozenset(range(*FIELDS))), st.frozensets(st.integers(1, 6), max_size=4)),
    working=st.frozensets(st.sampled_from(Working)),
)
DAY_ONE = date(2026, 1, 1)
DAYS = [DAY_ONE + timedelta(days=n) for n in range(40)]
periods = st.builds(Period, st.sampled_from(DAYS[:20]), st.none() | st.sampled_from(DAYS[:20]))


def lies_in(point: int, code: str) -> bool:
    """Whether a code names a place at or below another, by how GB/T 2260 is written."""
    prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return f"{point:06d}".startswith(prefix)


def covered(scope: Scope) -> set[tuple[int, int, Working]]:
    """Every place, field and way of working that a scope covers, one by one."""
    places = [p for p in POINTS if not scope.territory or any(lies_in(p, code) for code in scope.territory)]
    return {
        (place, number, way)
        for place in places
        for number in scope.fields or range(*FIELDS)
        for way in scope.working or set(Working)
    }


@given(scopes, scopes)
def test_scopes_overlap_where_both_cover_something(one: Scope, other: Scope) -> None:
    assert one.overlaps(other) is bool(covered(one) & covered(other))
    assert one.overlaps(other) is other.overlaps(one)


@given(scopes, scopes)
def test_a_scope_lies_within_another_whose_codes_fields_and_ways_cover_its_own(one: Scope, other: Scope) -> None:
    placed = all(any(lies_in(int(code), upper) for upper in other.territory) for code in one.territory)
    everywhere = not other.territory
    fields, ways = one.fields or set(range(*FIELDS)), one.working or set(Working)
    covers = fields <= (other.fields or set(range(*FIELDS))) and ways <= (other.working or set(Working))
    assert one.within(other) is ((everywhere or (bool(one.territory) and placed)) and covers)
    if one.within(other):
        assert covered(one) <= covered(other)
        assert one.overlaps(other)


@given(scopes)
def test_everything_covers_every_scope_and_each_covers_itself(scope: Scope) -> None:
    assert scope.within(ALL)
    assert scope.within(scope)
    assert scope.overlaps(scope)
    assert scope.overlaps(ALL)


def test_what_names_everything_covers_what_names_nothing() -> None:
    named = Scope(fields=frozenset(range(*FIELDS)), working=frozenset(Working))
    assert ALL.within(named)
    assert not ALL.within(replace(named, fields=frozenset(range(2, 36))))
    assert not ALL.within(replace(named, working=frozenset(Working) - {Working.IMPORT}))


@pytest.mark.parametrize(
    ("one", "other", "meet", "inside"),
    [
        ("500000", "500000", True, True),
        ("500100", "500000", True, True),  # a prefecture in its province
        ("500101", "500100", True, True),  # a district in its prefecture
        ("500101", "500000", True, True),
        ("500000", "500101", True, False),
        ("500101", "500102", False, False),
        ("500100", "500200", False, False),
        ("500231", "500100", False, False),  # a county of the other half of Chongqing
        ("500000", "510000", False, False),
        ("429004", "420000", True, True),  # a county-level city directly under its province
    ],
)
def test_a_code_covers_what_lies_below_it(one: str, other: str, meet: bool, inside: bool) -> None:
    here, there = Scope(frozenset({one})), Scope(frozenset({other}))
    assert (here.overlaps(there), here.within(there)) == (meet, inside)


def days(period: Period) -> set[date]:
    """The days of a period, one by one, as far as the tests' calendar goes."""
    return {day for day in DAYS if period.holds(day)}


@given(periods, periods)
def test_periods_overlap_where_a_day_lies_in_both(one: Period, other: Period) -> None:
    assert one.overlaps(other) is bool(days(one) & days(other))
    assert one.overlaps(other) is other.overlaps(one)
    assert one.is_empty is not bool(days(one))


@given(periods, periods)
def test_a_period_within_another_has_no_other_days(one: Period, other: Period) -> None:
    if not one.is_empty:
        assert one.within(other) is (days(one) <= days(other))


@given(st.sampled_from(DAYS[:20]), st.none() | st.sampled_from(DAYS[:20]), st.none() | st.sampled_from(DAYS[:20]))
def test_a_right_holds_through_its_last_day_and_no_more_from_its_end(start: date, last: date, ended: date) -> None:
    held = {day for day in DAYS if day >= start and (not last or day <= last) and (not ended or day < ended)}
    assert days(Period.of(start, last, ended)) == held
