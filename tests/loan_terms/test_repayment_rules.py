"""Payments, penalties, early repayment and extension."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.loan_terms.arithmetic.repayment_rules import (
    Debt,
    accrued_interest,
    allocate,
    early_repayment,
    extension,
    penalty_interest,
)
from backend.loan_terms.arithmetic.schedule_rules import LoanTerms, schedule
from backend.loan_terms.codes import DayCount, RepaymentMethod
from tests.loan_terms.reference_model import any_loans, terms

FEN = st.integers(0, 10**12)
START = date(2024, 1, 15)


@given(FEN, FEN, FEN, FEN)
def test_a_payment_counts_on_costs_then_interest_then_principal(
    payment: int, costs: int, interest: int, principal: int
) -> None:
    debt = Debt(costs_fen=costs, interest_fen=interest, principal_fen=principal)
    found = allocate(payment, debt)
    assert found.paid.total_fen + found.surplus_fen == payment
    assert found.paid.total_fen + found.owed.total_fen == debt.total_fen
    assert not (found.paid.interest_fen and found.owed.costs_fen)
    assert not (found.paid.principal_fen and found.owed.interest_fen)
    assert not (found.surplus_fen and found.owed.total_fen)


def test_an_allocation_by_hand() -> None:
    found = allocate(1_000, Debt(costs_fen=100, interest_fen=250, principal_fen=5_000))
    assert found.paid == Debt(costs_fen=100, interest_fen=250, principal_fen=650)
    assert (found.owed.principal_fen, found.surplus_fen) == (4_350, 0)


def test_a_penalty_counts_the_days_of_each_amount_that_was_overdue() -> None:
    """A million yuan for ten days and half of it for twenty, at 5.4 % over 360: 150 yuan a day and a million."""
    steps = [(START, 100_000_000), (START + timedelta(days=10), 50_000_000)]
    assert penalty_interest(steps, START + timedelta(days=30), 540, DayCount.ACTUAL_360) == 300_000
    assert penalty_interest([], START, 540, DayCount.ACTUAL_360) == 0
    with pytest.raises(ValueError, match="order"):
        penalty_interest(steps, START, 540, DayCount.ACTUAL_360)


@given(
    st.integers(1, 10**12), st.integers(0, 3_600), st.sampled_from(DayCount), st.integers(0, 400), st.integers(0, 400)
)
def test_a_penalty_never_falls_as_time_goes_on(
    amount: int, rate: int, day_count: DayCount, days: int, more: int
) -> None:
    until = START + timedelta(days=days)
    less = penalty_interest([(START, amount)], until, rate, day_count)
    assert 0 <= less <= penalty_interest([(START, amount)], until + timedelta(days=more), rate, day_count)


def test_an_early_repayment_takes_interest_for_the_days_that_the_money_was_had() -> None:
    loan = terms(amount_fen=100_000_000, method=RepaymentMethod.INTEREST_FIRST, day_count=DayCount.ACTUAL_360, every=3)
    found = early_repayment(
        loan, balance_fen=100_000_000, settled_to=date(2024, 4, 15), on=date(2024, 5, 5), principal_fen=40_000_000,
        fee_bp=50,
    )  # fmt: skip
    assert (found.interest_fen, found.fee_fen, found.amount_fen) == (200_000, 200_000, 40_400_000)
    assert [(one.number, one.days, one.interest_fen) for one in found.schedule] == [
        (2, 71, 426_000), (3, 92, 552_000), (4, 92, 552_000)
    ]  # fmt: skip
    whole = early_repayment(
        loan, balance_fen=100_000_000, settled_to=START, on=START, principal_fen=100_000_000, fee_bp=0
    )
    assert (whole.amount_fen, whole.schedule) == (100_000_000, ())


@given(any_loans(), st.data())
def test_an_early_repayment_loses_nothing_and_never_costs_more_than_going_on(
    loan: LoanTerms, data: st.DataObject
) -> None:
    planned = schedule(loan)
    index = data.draw(st.integers(0, len(planned) - 1))
    settled = planned[index - 1].falls_on if index else loan.disbursed_on
    balance = planned[index - 1].balance_fen if index else loan.amount_fen
    if not balance:
        return
    days = (planned[index].falls_on - settled).days
    on = settled + timedelta(days=data.draw(st.integers(0, days - 1)))
    part = data.draw(st.integers(1, balance))
    found = early_repayment(loan, balance_fen=balance, settled_to=settled, on=on, principal_fen=part, fee_bp=0)
    assert found.principal_fen + found.balance_fen == balance
    assert sum(one.principal_fen for one in found.schedule) == found.balance_fen
    assert (
        0
        <= found.interest_fen
        <= accrued_interest(balance, loan.rate_bp, loan.day_count, settled, planned[index].falls_on)
    )


def test_an_early_repayment_is_of_what_is_outstanding_while_the_loan_runs() -> None:
    loan = terms()
    for wrong in (
        {"principal_fen": 300_000_001},
        {"principal_fen": 0},
        {"on": date(2025, 1, 15)},
        {"on": date(2024, 1, 1)},
    ):
        asked = {"balance_fen": 300_000_000, "settled_to": START, "on": START, "principal_fen": 1, "fee_bp": 0} | wrong
        with pytest.raises(ValueError, match=r"outstanding|term"):
            early_repayment(loan, **asked)


def test_an_extension_repays_what_is_outstanding_on_the_days_of_the_longer_term() -> None:
    loan = terms(method=RepaymentMethod.INTEREST_FIRST, every=6)
    found = extension(loan, balance_fen=300_000_000, settled_to=date(2025, 1, 15), term_months=24, rate_bp=400)
    assert [(one.number, one.falls_on, one.interest_fen) for one in found.schedule] == [
        (3, date(2025, 7, 15), 6_000_000), (4, date(2026, 1, 15), 6_000_000)
    ]  # fmt: skip
    assert (found.terms.term_months, found.terms.rate_bp) == (24, 400)
    with pytest.raises(ValueError, match="longer"):
        extension(loan, balance_fen=1, settled_to=START, term_months=12, rate_bp=400)


def test_nothing_that_is_owed_or_paid_is_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        Debt(costs_fen=-1)
    with pytest.raises(ValueError, match="negative"):
        allocate(-1, Debt())
