"""The schedule of a loan: what falls due when, and what is outstanding after it.

Everything is worked out exactly, on the exact balances, and becomes whole fen by the sums so far (`rounding_rules`).
Each equal instalment therefore lies within two fen of the exact one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

from backend.loan_terms.arithmetic.day_count_rules import DueDay, due_days, interest_factor, ordinal, payment_day
from backend.loan_terms.arithmetic.rounding_rules import PRECISE, fraction_of, sums, whole_parts
from backend.loan_terms.codes import DayCount, DueDayShift, RepaymentMethod
from backend.loan_terms.errors import InstalmentBelowInterest

MOST_FEN: Final = 10_000_000_000_000
MOST_BP: Final = 10_000
MOST_MONTHS: Final = 360
LAST_DAY: Final = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What makes a schedule. `every` are the months from one payment to the next; None where all is paid at maturity.

    `due_day` is the day of the month on which payments fall, None for the day of disbursement; the last payment falls
    on the last day of the term all the same.
    """

    amount_fen: int
    rate_bp: int
    disbursed_on: date
    term_months: int
    method: RepaymentMethod
    day_count: DayCount
    every: int | None
    due_day: int | None = None
    shift: DueDayShift = DueDayShift.NONE

    def __post_init__(self) -> None:
        """Raise ValueError for what the request's schema would have refused."""
        bounds = (
            (1, self.amount_fen, MOST_FEN),
            (0, self.rate_bp, MOST_BP),
            (1, self.term_months, MOST_MONTHS),
            (1, self.every or 1, MOST_MONTHS),
            (1, self.due_day or 1, LAST_DAY),
        )
        if any(not low <= value <= high for low, value, high in bounds):
            raise ValueError("terms out of bounds")
        if (self.every is None) != (self.method is RepaymentMethod.AT_MATURITY):
            raise ValueError("payments fall every so many months, or all of them at maturity")

    @property
    def due_days(self) -> tuple[DueDay, ...]:
        """The days on which payments fall."""
        return due_days(self.day_count, self.disbursed_on, self.term_months, self.every, self.due_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One payment: the day on which it falls, the last day to pay it, its parts, and the balance after it.

    `provisional` where the calendar of working days of its year was still unknown.
    """

    number: int
    falls_on: date
    due_on: date
    provisional: bool
    days: int
    principal_fen: int
    interest_fen: int
    balance_fen: int

    @property
    def amount_fen(self) -> int:
        """All that is to be paid."""
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True, slots=True)
class ExactSchedule:
    """Interest and principal up to each payment, exactly."""

    interest: Sequence[Fraction]
    principal: Sequence[Fraction]


def schedule(terms: LoanTerms) -> tuple[Instalment, ...]:
    """Return the payments of a loan. Raises InstalmentBelowInterest."""
    return schedule_after(terms, terms.amount_fen, terms.disbursed_on)


def schedule_after(terms: LoanTerms, balance_fen: int, since: date) -> tuple[Instalment, ...]:
    """Return the payments of what is outstanding from a day on, to which all interest is settled.

    They fall on the days of the terms, and bear their numbers. Raises InstalmentBelowInterest.
    """
    every_day = terms.due_days
    ahead = [day for day in every_day if day.falls_on > since]
    counted = _days(terms, every_day, since)
    exact = exact_schedule(terms, balance_fen, counted)
    principal, interest = whole_parts(exact.principal), whole_parts(exact.interest)
    first = len(every_day) - len(ahead) + 1
    left = accumulate(principal, lambda balance, paid: balance - paid, initial=balance_fen)
    next(left)
    instalments = []
    for number, (day, days, principal_fen, interest_fen, balance) in enumerate(
        zip(ahead, counted, principal, interest, left, strict=True), first
    ):
        due_on, provisional = payment_day(terms.shift, day.falls_on)
        instalments.append(
            Instalment(
                number=number,
                falls_on=day.falls_on,
                due_on=due_on,
                provisional=provisional,
                days=days,
                principal_fen=principal_fen,
                interest_fen=interest_fen,
                balance_fen=balance,
            )
        )
    return tuple(instalments)


def exact_of(terms: LoanTerms) -> ExactSchedule:
    """Return the exact sums of a whole loan. Raises InstalmentBelowInterest."""
    return exact_schedule(terms, terms.amount_fen, _days(terms, terms.due_days, terms.disbursed_on))


def _days(terms: LoanTerms, every_day: Sequence[DueDay], since: date) -> list[int]:
    """Return the days of interest of each period that ends after a day, the first from that day on."""
    start = next((day.ordinal for day in every_day if day.falls_on == since), ordinal(terms.day_count, since))
    ends = [day.ordinal for day in every_day if day.falls_on > since]
    return [after - before for before, after in pairwise([start, *ends])]


def exact_schedule(terms: LoanTerms, balance_fen: int, days: Sequence[int]) -> ExactSchedule:
    """Return the exact sums of interest and principal of a balance that is repaid in periods of so many days."""
    factors = [interest_factor(terms.day_count, terms.rate_bp, count) for count in days]
    if terms.method is RepaymentMethod.EQUAL_INSTALMENTS and terms.rate_bp:
        return _equal_instalments(balance_fen, factors)
    if terms.method in (RepaymentMethod.EQUAL_INSTALMENTS, RepaymentMethod.EQUAL_PRINCIPAL):
        repaid = [Fraction(balance_fen * number, len(days)) for number in range(len(days) + 1)]
    else:
        repaid = [Fraction(0)] * len(days) + [Fraction(balance_fen)]
    interest = ((balance_fen - before) * factor for before, factor in zip(repaid, factors, strict=False))
    return ExactSchedule(sums(interest), repaid[1:])


def _equal_instalments(balance_fen: int, factors: Sequence[Fraction]) -> ExactSchedule:
    """Return the sums of instalments that are equal, whatever the lengths of their periods."""
    with localcontext(PRECISE):
        parts = [Decimal(factor.numerator) / factor.denominator for factor in factors]
        present = list(accumulate(parts, lambda worth, part: worth / (1 + part), initial=Decimal(1)))
        instalment = balance_fen / sum(present[1:], Decimal(0))
        balance, paid = Decimal(balance_fen), Decimal(0)
        interest, principal = [], []
        for part in parts:
            cost = balance * part
            if cost > instalment:
                raise InstalmentBelowInterest
            balance, paid = balance + cost - instalment, paid + cost
            interest.append(fraction_of(paid))
            principal.append(fraction_of(balance_fen - balance))
    principal[-1] = Fraction(balance_fen)
    return ExactSchedule(interest, principal)
