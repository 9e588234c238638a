"""The score, worked out by hand; and that nobody gains by leaving something out."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appraisal.codes import Scenario, Source, ValueState
from backend.appraisal.indicators.definitions import FULL
from backend.appraisal.indicators.facts import Challenge, Facts, Known, Licensed
from backend.appraisal.indicators.readings import READ, months_between
from backend.appraisal.indicators.table import BY_CODE, INDICATORS
from backend.appraisal.score_rules import WHOLE_BP, score
from backend.patents.codes import Finding, LegalStatus, PatentKind
from tests.appraisal.sample_facts import DAY, WHOLE, first_weights

BY_HAND = {  # thousandths of a point
    "legal_status": 100_000,
    "remaining_term": 93_333,  # 140 months: 90 points at 120, and 10 more over 60 months: 20/60 of them
    "claim_breadth": 76_666,  # 200 words: 85 at 150, 25 less over 150 words: 50/150 of them, rounded down
    "examination": 100_000,
    "evaluation_report": 100_000,  # does not apply to an invention
    "invalidation": 100_000,
    "annuities": 100_000,
    "restrictions": 100_000,
    "pledges": 100_000,
    "exclusivity": 40_000,
    "ownership": 70_000,
    "stage": 36_666,  # level 4: 25 at 3, 35 more over three levels
    "ipc_breadth": 60_000,
    "technology_age": 72_000,  # 8 years: 90 at 5, 30 less over five years
    "grade": 70_030,
    "licences": 55_000,
    "licence_income": 33_333,
    "market_median": None,
    "offered": 75_000,
    "years_maintained": 88_000,
}


def test_a_score_is_what_one_works_out_by_hand() -> None:
    found = score(WHOLE, first_weights("financing"))
    for line in found.lines:
        by_hand = BY_HAND[line.indicator.code]
        expected = (0, FULL) if by_hand is None else (by_hand, by_hand)
        assert (line.low_milli_points, line.high_milli_points) == expected, line.indicator.code
    # 784,968,800 thousandths of points times basis points, and 40,000,000 more where comparables were known
    assert sum(line.low for line in found.lines) == 784_968_800
    assert (found.low_milli_points, found.high_milli_points) == (78_496, 82_497)


def test_what_rests_on_a_holders_own_word_is_left_out_of_the_verified_score() -> None:
    weights = first_weights("financing")
    own = replace(WHOLE, stage=Known(9, Source.HOLDER_STATEMENT), expiry=Known(date(2038, 3, 1), Source.HOLDER_ROW))
    found = score(own, weights)
    # 93,333 × 900 of the term and 36,666 × 300 of the stage are gone of 784,968,800
    assert found.verified_milli_points == (784_968_800 - 83_999_700 - 10_999_800 - 7_003_000) // 10_000
    assert found.low_milli_points > found.verified_milli_points


def test_of_a_patent_of_which_nothing_is_known_the_score_is_everything() -> None:
    found = score(Facts(kind=PatentKind.UTILITY_MODEL, on=DAY), first_weights("financing"))
    assert (found.low_milli_points, found.high_milli_points) == (0, FULL)
    assert {line.reading.state for line in found.lines} == {ValueState.UNKNOWN}


def test_zero_is_not_unknown() -> None:
    known = replace(WHOLE, income_fen=Known(0, Source.PAYMENTS), offered=Known(0, Source.LISTING))
    lines = {line.indicator.code: line for line in score(known, first_weights("management")).lines}
    for code in ("licence_income", "offered"):
        assert lines[code].reading.state is ValueState.KNOWN
        assert (lines[code].low_milli_points, lines[code].high_milli_points) == (0, 0)


@pytest.mark.parametrize("scenario", Scenario)
def test_the_first_weights_of_every_scenario_are_whole(scenario: Scenario) -> None:
    weights = first_weights(scenario.value)
    assert sum(weights.values()) == WHOLE_BP
    assert weights.keys() == BY_CODE.keys() == READ.keys()


def test_points_lie_between_none_and_a_hundred_and_the_table_says_which_way_they_run() -> None:
    for one in INDICATORS:
        worth = [points for _, points in one.points] + list(one.named.values())
        assert all(0 <= points <= 100 for points in worth)
        assert bool(one.points) != bool(one.named)
        if one.points:
            rising = [points for _, points in one.points]
            assert rising == sorted(rising, reverse=one.direction == "lower")


def test_months_are_whole() -> None:
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 0
    assert months_between(date(2026, 1, 15), date(2027, 1, 15)) == 12
    assert months_between(date(2027, 1, 1), date(2026, 1, 1)) == 0


SOURCES = st.sampled_from([Source.REGISTER, Source.HOLDER_ROW, Source.HOLDER_EVENT])


def known(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.builds(Known, values, SOURCES)


COUNTS = st.integers(0, 3_000)
DAYS = st.integers(-9_000, 9_000).map(lambda days: DAY + timedelta(days=days))
FACTS = st.builds(
    Facts,
    kind=st.sampled_from([PatentKind.INVENTION, PatentKind.UTILITY_MODEL]),
    on=st.just(DAY),
    status=known(st.sampled_from([one for one in LegalStatus if one is not LegalStatus.UNKNOWN])),
    expiry=known(DAYS),
    claim_words=known(COUNTS),
    report=known(st.sampled_from(Finding)),
    challenge=known(st.sampled_from(Challenge)),
    annuities_paid=known(st.booleans()),
    restricted=known(st.booleans()),
    pledged=known(st.booleans()),
    licensed=known(st.sampled_from(Licensed)),
    holders=known(st.integers(1, 9)),
    disputed=known(st.booleans()),
    stage=known(st.integers(1, 9)),
    subclasses=known(COUNTS),
    filed=known(DAYS),
    grade_rank=known(st.integers(0, 1_000)),
    licences=known(COUNTS),
    income_fen=known(st.integers(0, 10**12)),
    market_fen=known(st.integers(0, 10**12)),
    offered=known(st.integers(0, 6)),
    years_maintained=known(st.integers(0, 20)),
)
OPTIONAL = [one.name for one in fields(Facts) if one.name not in ("kind", "on")]


@settings(max_examples=500, deadline=None)
@given(FACTS, st.sets(st.sampled_from(OPTIONAL)), st.sampled_from(Scenario))
def test_leaving_facts_out_never_helps(facts: Facts, left_out: set[str], scenario: Scenario) -> None:
    """With less known the range holds the one before, so that the lower bound, the headline, never rises."""
    weights = first_weights(scenario.value)
    full, less = score(facts, weights), score(replace(facts, **dict.fromkeys(left_out)), weights)
    assert less.low_milli_points <= full.low_milli_points
    assert less.high_milli_points >= full.high_milli_points
    for before, after in zip(full.lines, less.lines, strict=True):
        assert after.low <= before.low <= before.high <= after.high
        assert after.weight_bp == before.weight_bp
    assert full.verified_milli_points <= full.low_milli_points
    assert less.verified_milli_points <= full.verified_milli_points
    assert 0 <= full.low_milli_points <= full.high_milli_points <= FULL
