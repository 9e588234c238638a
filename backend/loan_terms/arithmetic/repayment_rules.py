"""What a payment counts for, and the schedule of an extended loan."""

from dataclasses import dataclass, replace
from datetime import date

from backend.loan_terms.arithmetic.schedule_rules import Instalment, LoanTerms, schedule_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is owed, by what a payment counts on in this order (Civil Code, art. 561): costs, interest, principal."""

    costs_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError for a negative part."""
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
