from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import Problem
from backend.licences.codes import Payment, Reporting
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.quote_rules import quote
from backend.licences.terms.royalty_rules import Schedule, allocated, amounts_due, pay_by, schedule
from tests.licences.fees import SALES, STARTS, by_volume, by_year, royalties, terms, use_of

QUARTERS = schedule(Reporting.QUARTERLY, date(2025, 1, 1), date(2026, 12, 31), 60)


def amounts(chosen: FeeTerms, plan: Schedule, *uses: int) -> list[int]:
    return [due.amount_fen for due in amounts_due(chosen, plan, dict(enumerate(uses, start=1)))]


def test_periods_run_from_the_licences_own_start_and_the_last_may_be_short() -> None:
    plan = schedule(Reporting.HALF_YEARLY, date(2025, 3, 15), date(2026, 5, 31), 30)
    assert [(p.year, p.starts_on, p.ends_on, p.closes_year, p.report_due_on) for p in plan.periods] == [
        (1, date(2025, 3, 15), date(2025, 9, 14), False, date(2025, 10, 14)),
        (1, date(2025, 9, 15), date(2026, 3, 14), True, date(2026, 4, 13)),
        (2, date(2026, 3, 15), date(2026, 5, 31), True, date(2026, 6, 30)),
    ]


@pytest.mark.parametrize(("reporting", "count"), [(Reporting.YEARLY, 2), (Reporting.HALF_YEARLY, 4)])
def test_a_year_has_one_two_or_four_periods(reporting: Reporting, count: int) -> None:
    assert len(schedule(reporting, date(2025, 1, 1), date(2026, 12, 31), 60).periods) == count
    assert [p.closes_year for p in QUARTERS.periods] == [False, False, False, True] * 2


def test_quarters_begun_on_the_last_of_a_month_do_not_drift() -> None:
    plan = schedule(Reporting.QUARTERLY, date(2024, 2, 29), date(2025, 8, 31), 0)
    begins = [period.starts_on.isoformat() for period in plan.periods]
    assert begins == ["2024-02-29", "2024-05-29", "2024-08-29", "2024-11-29", "2025-02-28", "2025-05-29", "2025-08-29"]


def test_steps_run_over_the_licence_year_across_its_reports_and_begin_anew() -> None:
    # 5 % to 10,000,000 of a licence year, 3 % above.
    # Q1  6,000,000:  5 % = 300,000
    # Q2  6,000,000:  4,000,000 at 5 % = 200,000, 2,000,000 at 3 % = 60,000; together 260,000
    # Q3  1,000,000:  3 % = 30,000        Q4  0
    # year 2, Q1  6,000,000:  5 % again = 300,000
    chosen = terms(SALES, rate_bp=500, steps=by_volume((10_000_000, 300)))
    assert amounts(chosen, QUARTERS, 6_000_000, 6_000_000, 1_000_000, 0, 6_000_000) == [
        300_000, 260_000, 30_000, 0, 300_000,
    ]  # fmt: skip


def test_the_minimum_of_a_year_is_settled_in_its_last_report() -> None:
    # 3 % of 1,000,000 a quarter = 30,000; the fourth adds what is missing from 90,000 + 30,000 = 120,000 to 200,000
    chosen = terms(SALES, minimum_per_year_fen=200_000)
    assert amounts(chosen, QUARTERS, *[1_000_000] * 4) == [30_000, 30_000, 30_000, 110_000]
    last = amounts_due(chosen, QUARTERS, dict.fromkeys(range(1, 5), 1_000_000))[-1]
    assert (last.royalty_exact, last.minimum_exact, last.due_to_date_fen, last.due_before_fen, last.use_of_year) == (
        "120000", "200000", 200_000, 90_000, 4_000_000,
    )  # fmt: skip


def test_the_minimum_of_a_short_last_year_counts_by_days_where_the_terms_say_so() -> None:
    # 2026-01-01 to 2026-03-14 is 73 of 365 days: 200,000 / 5 = 40,000
    plan = schedule(Reporting.YEARLY, date(2025, 1, 1), date(2026, 3, 14), 60)
    assert amounts(terms(SALES, minimum_per_year_fen=200_000, pro_rata=True), plan, 0, 0) == [200_000, 40_000]
    assert amounts(terms(SALES, minimum_per_year_fen=200_000), plan, 0, 0) == [200_000, 200_000]


def test_rates_by_year_follow_the_licence_year_of_the_report() -> None:
    chosen = terms(SALES, rate_bp=100, steps=by_year((2, 300)))
    assert amounts(chosen, QUARTERS, 10_000, 0, 0, 0, 10_000) == [100, 0, 0, 0, 300]


def test_a_year_is_rounded_as_one_amount_also_in_parts() -> None:
    # 1 % of 50 a quarter is 0.5: to date 0.5, 1, 1.5, 2 -> 1, 1, 2, 2; rounded each for itself it would be 4
    assert amounts(terms(SALES, rate_bp=100), QUARTERS, 50, 50, 50, 50) == [1, 0, 1, 0]


def test_reports_of_a_year_come_in_order_those_of_another_year_do_not_wait() -> None:
    with pytest.raises(Problem) as refused:
        amounts_due(terms(SALES), QUARTERS, {1: 5, 3: 5})
    assert (refused.value.code, refused.value.facts) == ("earlier_report_missing", {"number": 2})
    assert [due.number for due in amounts_due(terms(SALES), QUARTERS, {1: 5, 5: 5})] == [1, 5]


def test_a_correction_changes_every_report_of_its_year_that_it_touches() -> None:
    # as above, and Q1 was 10,000,000 instead of 6,000,000:
    # Q1 500,000 instead of 300,000; Q2 6,000,000 at 3 % = 180,000 instead of 260,000
    chosen = terms(SALES, rate_bp=500, steps=by_volume((10_000_000, 300)))
    assert amounts(chosen, QUARTERS, 6_000_000, 6_000_000) == [300_000, 260_000]
    assert amounts(chosen, QUARTERS, 10_000_000, 6_000_000) == [500_000, 180_000]


def test_a_correction_under_the_minimum_changes_nothing_in_the_sum() -> None:
    chosen = terms(SALES, minimum_per_year_fen=200_000)
    assert amounts(chosen, QUARTERS, *[1_000_000] * 4) == [30_000, 30_000, 30_000, 110_000]
    assert amounts(chosen, QUARTERS, 0, *[1_000_000] * 3) == [0, 30_000, 30_000, 140_000]


def test_payment_counts_from_the_report_but_a_late_report_gains_no_time() -> None:
    first = QUARTERS.periods[0]  # to 2025-03-31, report due 2025-05-30
    assert first.report_due_on == date(2025, 5, 30)
    assert pay_by(first.report_due_on, date(2025, 4, 10), 30) == date(2025, 5, 10)
    assert pay_by(first.report_due_on, date(2025, 8, 1), 30) == date(2025, 6, 29)


@given(
    royalties(),
    st.sampled_from(Reporting),
    STARTS,
    st.integers(1, 4),
    st.lists(st.integers(0, 10**9), min_size=16, max_size=16),
)
def test_the_reports_of_a_year_add_up_to_the_quote_for_the_same_use(
    chosen: FeeTerms, reporting: Reporting, starts: date, years: int, uses: list[int]
) -> None:
    ends = schedule(Reporting.YEARLY, starts, starts + timedelta(days=1500), 0).years[years - 1].ends_on
    plan = schedule(reporting, starts, ends, 30)
    reported = {period.number: uses[period.number - 1] for period in plan.periods}
    found = amounts_due(chosen, plan, reported)
    for year in plan.years:
        mine = [due for due in found if due.year == year.number]
        quoted = quote(chosen, use_of(chosen, mine[-1].use_of_year), starts, ends)
        owed = next(o for o in quoted.payable if o.year == year.number and o.payment is Payment.ROYALTY)
        assert sum(due.amount_fen for due in mine) == owed.amount_fen
    assert all(due.amount_fen >= 0 for due in found)


@pytest.mark.parametrize(
    ("owed", "paid", "besides", "counts", "left"),
    [
        ({1: 60, 2: 240}, {1: 240, 2: 120}, 0, {1: 60, 2: 240}, 60),  # 180 beyond the first, 120 of it for the second
        ({1: 60, 2: 240, 3: 50}, {1: 240, 2: 120}, 0, {1: 60, 2: 240, 3: 50}, 10),
        ({1: 50, 2: 50}, {2: 80}, 0, {1: 30, 2: 50}, 0),  # a report's own payments come first
        ({1: 50, 2: 50}, {}, 70, {1: 50, 2: 20}, 0),
        ({1: 0, 2: 0}, {1: 30}, 20, {1: 0, 2: 0}, 50),  # void: nothing is owed
    ],
)
def test_what_is_paid_beyond_a_reports_amount_counts_for_the_others_in_their_order(
    owed: dict[int, int], paid: dict[int, int], besides: int, counts: dict[int, int], left: int
) -> None:
    assert allocated(owed, paid, besides) == (counts, left)


AMOUNTS = st.dictionaries(st.integers(1, 9), st.integers(0, 1000))


@given(AMOUNTS, AMOUNTS, st.integers(0, 1000))
def test_no_payment_is_lost_and_none_asked_twice(owed: dict[int, int], paid: dict[int, int], besides: int) -> None:
    paid = {number: amount for number, amount in paid.items() if number in owed}
    counts, left = allocated(owed, paid, besides)
    assert sum(counts.values()) + left == sum(paid.values()) + besides
    assert all(0 <= counts[number] <= owed[number] for number in owed)
    assert left == 0 or counts == owed


@given(st.sampled_from(Reporting), STARTS, st.integers(0, 4000))
def test_periods_cover_the_licence_and_none_crosses_a_licence_year(
    reporting: Reporting, starts: date, days: int
) -> None:
    ends = starts + timedelta(days=days)
    plan = schedule(reporting, starts, ends, 30)
    assert (plan.periods[0].starts_on, plan.periods[-1].ends_on) == (starts, ends)
    for one, following in pairwise(plan.periods):
        assert following.starts_on == one.ends_on + timedelta(days=1)
    for period in plan.periods:
        year = plan.years[period.year - 1]
        assert year.starts_on <= period.starts_on <= period.ends_on <= year.ends_on
    assert [p.year for p in plan.periods if p.closes_year] == [year.number for year in plan.years]
