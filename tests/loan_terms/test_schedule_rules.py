"""Schedules: hand-worked cases, and what holds of every loan."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.workdays import is_working_day
from backend.loan_terms.arithmetic.day_count_rules import days_between
from backend.loan_terms.arithmetic.schedule_rules import LoanTerms, schedule, schedule_after
from backend.loan_terms.codes import DayCount, DueDayShift, RepaymentMethod
from backend.loan_terms.errors import InstalmentBelowInterest
from tests.loan_terms.reference_model import any_loans, counted, days_of_payment, terms, worked_out


@given(any_loans())
def test_a_schedule_sums_exactly_and_nothing_in_it_is_negative(loan: LoanTerms) -> None:
    found = schedule(loan)
    assert sum(one.principal_fen for one in found) == loan.amount_fen
    assert all(min(one.principal_fen, one.interest_fen, one.balance_fen) >= 0 for one in found)
    assert found[-1].balance_fen == 0
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    left = loan.amount_fen
    for one in found:
        left -= one.principal_fen
        assert one.balance_fen == left
        assert one.amount_fen == one.principal_fen + one.interest_fen


@given(any_loans())
def test_each_part_lies_within_one_fen_of_what_decimal_arithmetic_finds(loan: LoanTerms) -> None:
    found, exact = schedule(loan), worked_out(loan)
    assert [one.falls_on for one in found] == days_of_payment(loan)
    assert [one.days for one in found] == counted(loan)
    near = Decimal(1) + Decimal("1e-20")
    for one, (principal, interest) in zip(found, exact, strict=True):
        assert abs(one.principal_fen - principal) <= near
        assert abs(one.interest_fen - interest) <= near
    total = sum(interest for _, interest in exact)
    assert abs(sum(one.interest_fen for one in found) - total) <= Decimal("0.5") + Decimal("1e-20")


@given(any_loans())
def test_equal_instalments_lie_within_two_fen_of_the_exact_one(loan: LoanTerms) -> None:
    if loan.method is not RepaymentMethod.EQUAL_INSTALMENTS:
        return
    exact = sum(worked_out(loan)[0])
    assert all(abs(one.amount_fen - exact) <= Decimal(2) + Decimal("1e-20") for one in schedule(loan))


@given(any_loans())
def test_interest_counts_to_the_day_of_the_terms_whatever_day_is_a_working_day(loan: LoanTerms) -> None:
    for one in schedule(loan):
        if loan.shift is DueDayShift.NONE:
            assert one.due_on == one.falls_on
        else:
            assert one.due_on >= one.falls_on
            assert is_working_day(one.due_on)


@given(any_loans(), st.data())
def test_what_is_left_from_a_due_day_on_is_the_rest_of_the_schedule(loan: LoanTerms, data: st.DataObject) -> None:
    found = schedule(loan)
    if len(found) == 1:
        return
    after = data.draw(st.integers(0, len(found) - 2))
    rest = schedule_after(loan, found[after].balance_fen, found[after].falls_on)
    assert [one.falls_on for one in rest] == [one.falls_on for one in found[after + 1 :]]
    assert [one.number for one in rest] == [one.number for one in found[after + 1 :]]
    assert sum(one.principal_fen for one in rest) == found[after].balance_fen


def test_equal_instalments_by_hand() -> None:
    """120,000 yuan, 12 months, 6 % a year: 0.5 % a month, and 10,327.97 yuan by the annuity formula."""
    found = schedule(terms(amount_fen=12_000_000, rate_bp=600))
    assert found[0].interest_fen == 60_000
    assert {one.amount_fen for one in found} <= {1_032_796, 1_032_797, 1_032_798}
    assert sum(one.interest_fen for one in found) == 393_566  # 12 × 1,032,797.157… less what was lent


def test_equal_principal_by_hand() -> None:
    found = schedule(terms(amount_fen=12_000_000, rate_bp=600, method=RepaymentMethod.EQUAL_PRINCIPAL))
    assert {one.principal_fen for one in found} == {1_000_000}
    assert [one.interest_fen for one in found] == [60_000 - 5_000 * number for number in range(12)]


def test_interest_first_by_hand() -> None:
    """A million yuan at 3.6 % by actual days over 360: a hundred yuan a day."""
    loan = terms(amount_fen=100_000_000, method=RepaymentMethod.INTEREST_FIRST, day_count=DayCount.ACTUAL_360, every=3)
    found = schedule(loan)
    days = [date(2024, 4, 15), date(2024, 7, 15), date(2024, 10, 15), date(2025, 1, 15)]
    assert [(one.falls_on, one.days, one.interest_fen) for one in found] == [
        (days[0], 91, 910_000), (days[1], 91, 910_000), (days[2], 92, 920_000), (days[3], 92, 920_000)
    ]  # fmt: skip
    assert [one.principal_fen for one in found] == [0, 0, 0, 100_000_000]


def test_all_at_maturity_by_hand() -> None:
    loan = terms(
        amount_fen=36_500_000,
        rate_bp=400,
        method=RepaymentMethod.AT_MATURITY,
        day_count=DayCount.ACTUAL_365,
        every=None,
    )
    (only,) = schedule(loan)
    assert (only.falls_on, only.days, only.interest_fen) == (date(2025, 1, 15), 366, 1_464_000)


def test_due_days_at_the_end_of_a_month_are_clamped_and_come_back() -> None:
    found = schedule(terms(disbursed_on=date(2024, 1, 31), term_months=4))
    assert [one.falls_on for one in found] == [
        date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31)
    ]  # fmt: skip
    assert {one.days for one in found} == {30}


def test_a_due_day_of_its_own_leaves_the_last_payment_on_the_last_day_of_the_term() -> None:
    found = schedule(terms(disbursed_on=date(2024, 1, 5), term_months=3, due_day=20))
    assert [one.falls_on for one in found] == [date(2024, 2, 20), date(2024, 3, 20), date(2024, 4, 5)]


def test_a_payment_on_a_holiday_is_due_on_the_next_working_day() -> None:
    loan = terms(disbursed_on=date(2024, 9, 1), term_months=1, shift=DueDayShift.NEXT_WORKING_DAY)
    (only,) = schedule(loan)
    assert (only.falls_on, only.due_on, only.provisional) == (date(2024, 10, 1), date(2024, 10, 8), False)
    (later,) = schedule(terms(disbursed_on=date(2049, 9, 1), term_months=1, shift=DueDayShift.NEXT_WORKING_DAY))
    assert later.provisional


def test_a_loan_without_interest_is_repaid_in_equal_parts() -> None:
    found = schedule(terms(amount_fen=100, rate_bp=0, term_months=3))
    assert [one.principal_fen for one in found] == [33, 34, 33]
    assert {one.interest_fen for one in found} == {0}


def test_an_instalment_below_the_interest_of_a_period_is_refused() -> None:
    with pytest.raises(InstalmentBelowInterest):
        schedule(terms(rate_bp=3_600, term_months=360, day_count=DayCount.ACTUAL_360))


@pytest.mark.parametrize(
    ("day_count", "start", "end", "days"),
    [
        (DayCount.ACTUAL_360, date(2024, 2, 1), date(2024, 3, 1), 29),
        (DayCount.ACTUAL_365, date(2023, 2, 1), date(2023, 3, 1), 28),
        (DayCount.THIRTY_360, date(2024, 1, 31), date(2024, 3, 31), 60),
        (DayCount.THIRTY_360, date(2024, 1, 30), date(2024, 1, 31), 0),
        (DayCount.THIRTY_360, date(2024, 2, 28), date(2024, 3, 1), 3),
    ],
)
def test_days_of_interest(day_count: DayCount, start: date, end: date, days: int) -> None:
    assert days_between(day_count, start, end) == days


@given(st.sampled_from(DayCount), st.lists(st.dates(date(2019, 1, 1), date(2035, 1, 1)), min_size=3, max_size=3))
def test_days_of_interest_add_up(day_count: DayCount, days: list[date]) -> None:
    first, middle, last = sorted(days)
    parts = days_between(day_count, first, middle), days_between(day_count, middle, last)
    assert min(parts) >= 0
    assert sum(parts) == days_between(day_count, first, last)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": 0},
        {"rate_bp": -1},
        {"term_months": 361},
        {"every": None},
        {"due_day": 32},
        {"method": RepaymentMethod.AT_MATURITY},
    ],
)
def test_terms_out_of_bounds_are_no_terms(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"bounds|maturity"):
        terms(**wrong)
