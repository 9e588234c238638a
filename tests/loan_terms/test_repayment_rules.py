"""What a payment counts for, and extensions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.loan_terms.arithmetic.repayment_rules import (
    Debt,
    allocate,
    extension,
)
from backend.loan_terms.codes import RepaymentMethod
from tests.loan_terms.reference_model import terms

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
