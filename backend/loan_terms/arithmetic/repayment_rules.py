"""What a payment counts for, what late money costs, and what becomes of a schedule that is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from backend.loan_terms.arithmetic.day_count_rules import days_between, interest_factor
from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS, half_even
from backend.loan_terms.arithmetic.schedule_rules import Instalment, LoanTerms, schedule_after
from backend.loan_terms.codes import DayCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is owed, by what a payment counts on in this order (Civil Code, art. 561): costs, interest, principal."""

    costs_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0

    def __post_init__(self) -> None:
        """Refuse a negative part."""
        if min(self.costs_fen, self.interest_fen, self.principal_fen) < 0:
            raise ValueError("nothing that is owed is negative")

    @property
    def total_fen(self) -> int:
        """All that is owed."""
        return self.costs_fen + self.interest_fen + self.principal_fen


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment counts for, what is still owed after it, and what is left of the payment."""

    paid: Debt
    owed: Debt
    surplus_fen: int


def allocate(payment_fen: int, debt: Debt) -> Allocation:
    """Return what a payment counts for: costs of enforcement first, then interest, then principal (art. 561)."""
    if payment_fen < 0:
        raise ValueError("a payment is never negative")
    costs = min(payment_fen, debt.costs_fen)
    interest = min(payment_fen - costs, debt.interest_fen)
    principal = min(payment_fen - costs - interest, debt.principal_fen)
    return Allocation(
        paid=Debt(costs_fen=costs, interest_fen=interest, principal_fen=principal),
        owed=Debt(
            costs_fen=debt.costs_fen - costs,
            interest_fen=debt.interest_fen - interest,
            principal_fen=debt.principal_fen - principal,
        ),
        surplus_fen=payment_fen - costs - interest - principal,
    )


def accrued_interest(balance_fen: int, rate_bp: int, day_count: DayCount, start: date, end: date) -> int:
    """Return the interest on a balance from a day, which counts, to another, which does not."""
    return half_even(balance_fen * interest_factor(day_count, rate_bp, days_between(day_count, start, end)))


def penalty_interest(overdue: Sequence[tuple[date, int]], until: date, rate_bp: int, day_count: DayCount) -> int:
    """Return the penalty on what is overdue: from each day on that amount, until a day, which does not count.

    `overdue` is in the order of its days. It is rounded once, so that parts of a time do not cost more than the whole.
    """
    ends = [*(day for day, _ in overdue), until]
    if any(later < earlier for earlier, later in pairwise(ends)):
        raise ValueError("the days are not in order")
    exact = Fraction(0)
    for (start, amount), end in zip(overdue, ends[1:], strict=True):
        exact += amount * interest_factor(day_count, rate_bp, days_between(day_count, start, end))
    return half_even(exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyRepayment:
    """What an early repayment takes, and the schedule of what is left."""

    principal_fen: int
    interest_fen: int
    fee_fen: int
    balance_fen: int
    schedule: tuple[Instalment, ...]

    @property
    def amount_fen(self) -> int:
        """All that is to be paid on the day."""
        return self.principal_fen + self.interest_fen + self.fee_fen


def early_repayment(
    terms: LoanTerms, *, balance_fen: int, settled_to: date, on: date, principal_fen: int, fee_bp: int
) -> EarlyRepayment:
    """Return what repaying principal before its day takes: interest for the days that the money was had (art. 677).

    `settled_to` is the day to which interest was paid before. Interest on all that is outstanding is settled to the
    day; what is left is repaid on the days of the terms. `fee_bp` of the principal is what the terms take for it.
    Raises InstalmentBelowInterest.
    """
    if not 0 < principal_fen <= balance_fen:
        raise ValueError("as much is repaid as is outstanding, at most")
    if not settled_to <= on < terms.due_days[-1].falls_on:
        raise ValueError("the day lies in the loan's term, not before the day to which interest is settled")
    left = balance_fen - principal_fen
    return EarlyRepayment(
        principal_fen=principal_fen,
        interest_fen=accrued_interest(balance_fen, terms.rate_bp, terms.day_count, settled_to, on),
        fee_fen=half_even(Fraction(principal_fen * fee_bp, BASIS_POINTS)),
        balance_fen=left,
        schedule=schedule_after(terms, left, on) if left else (),
    )


@dataclass(frozen=True, slots=True)
class Extension:
    """The terms of an extended loan, and the schedule of what is outstanding."""

    terms: LoanTerms
    schedule: tuple[Instalment, ...]


def extension(terms: LoanTerms, *, balance_fen: int, settled_to: date, term_months: int, rate_bp: int) -> Extension:
    """Return a loan with a longer term, at a rate that holds from the day to which interest is settled.

    Raises InstalmentBelowInterest.
    """
    if term_months <= terms.term_months:
        raise ValueError("an extension makes the term longer")
    extended = replace(terms, term_months=term_months, rate_bp=rate_bp)
    return Extension(extended, schedule_after(extended, balance_fen, settled_to))
