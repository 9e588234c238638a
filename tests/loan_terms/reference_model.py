"""Loans of all kinds for the tests of their arithmetic, and the same sums worked out in another way."""

import calendar
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any, Final

from hypothesis import strategies as st

from backend.loan_terms.arithmetic.cost_rules import Fee
from backend.loan_terms.arithmetic.schedule_rules import LoanTerms, schedule
from backend.loan_terms.codes import DayCount, DueDayShift, FeeKind, FeePayer, FeeTime, LoanFeeBase, RepaymentMethod
from backend.loan_terms.errors import InstalmentBelowInterest

AMOUNTS = st.one_of(st.integers(1, 200), st.integers(10_000, 2_000_000_000), st.integers(1, 10**13))
RATES = st.one_of(st.integers(0, 600), st.integers(0, 3_600))
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
PERIODIC: Final = [method for method in RepaymentMethod if method is not RepaymentMethod.AT_MATURITY]
SHARE_WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(any)


def terms(**changed: Any) -> LoanTerms:
    """Return a loan of three million yuan over a year at 3.6 %, paid every month."""
    usual: dict[str, Any] = {
        "amount_fen": 300_000_000,
        "rate_bp": 360,
        "disbursed_on": date(2024, 1, 15),
        "term_months": 12,
        "method": RepaymentMethod.EQUAL_INSTALMENTS,
        "day_count": DayCount.THIRTY_360,
        "every": 1,
    }
    return LoanTerms(**(usual | changed))


@st.composite
def any_loans(draw: st.DrawFn) -> LoanTerms:
    """Return any loan that can be repaid as its terms say."""
    method = draw(st.sampled_from(RepaymentMethod))
    found = LoanTerms(
        amount_fen=draw(AMOUNTS),
        rate_bp=draw(RATES),
        disbursed_on=draw(DAYS),
        term_months=draw(st.one_of(st.integers(1, 36), st.integers(1, 120))),
        method=method,
        day_count=draw(st.sampled_from(DayCount)),
        every=None if method is RepaymentMethod.AT_MATURITY else draw(st.sampled_from([1, 1, 2, 3, 6, 12])),
        due_day=draw(st.one_of(st.none(), st.integers(1, 31))),
        shift=draw(st.sampled_from(DueDayShift)),
    )
    return found if can_be_repaid(found) else replace(found, rate_bp=draw(st.integers(0, 300)))


def can_be_repaid(loan: LoanTerms) -> bool:
    try:
        schedule(loan)
    except InstalmentBelowInterest:
        return False
    return True


@st.composite
def fees(draw: st.DrawFn) -> Fee:
    """Return any fee that is paid while any loan runs."""
    is_rate = draw(st.booleans())
    return Fee(
        kind=draw(st.sampled_from(FeeKind)),
        payer=draw(st.sampled_from(FeePayer)),
        time=draw(st.sampled_from([time for time in FeeTime if time is not FeeTime.ON_DAY])),
        amount_fen=None if is_rate else draw(st.integers(0, 10**9)),
        rate_bp=draw(st.integers(0, 500)) if is_rate else None,
        base=draw(st.sampled_from(LoanFeeBase)),
    )


def month_later(day: date, months: int, named: int) -> date:
    """Return the named day of a month that comes so many months later, the last one of a short month."""
    for _ in range(months):
        last = calendar.monthrange(day.year, day.month)[1]
        day = day.replace(day=1) + timedelta(days=last)
    return day.replace(day=min(named, calendar.monthrange(day.year, day.month)[1]))


def days_of_payment(loan: LoanTerms) -> list[date]:
    """Return the days on which payments fall, found month by month."""
    end = month_later(loan.disbursed_on, loan.term_months, loan.disbursed_on.day)
    found = []
    if loan.every is not None:
        for month in range(loan.every, loan.term_months + 2, loan.every):
            day = month_later(loan.disbursed_on, month, loan.due_day or loan.disbursed_on.day)
            if day < end:
                found.append(day)
    return [*found, end]


def counted(loan: LoanTerms) -> list[int]:
    """Return the days of interest of each period."""
    named = loan.due_day or loan.disbursed_on.day
    days = days_of_payment(loan)
    if loan.day_count is not DayCount.THIRTY_360:
        return [(after - before).days for before, after in pairwise([loan.disbursed_on, *days])]
    names = [loan.disbursed_on.day, *[named] * (len(days) - 1), loan.disbursed_on.day]
    months = [(day.year, day.month) for day in (loan.disbursed_on, *days)]
    numbers = [360 * year + 30 * month + min(name, 30) for (year, month), name in zip(months, names, strict=True)]
    return [after - before for before, after in pairwise(numbers)]


def worked_out(loan: LoanTerms) -> list[tuple[Decimal, Decimal]]:
    """Return principal and interest of each payment as a paper would: from balance to balance, in 50 places.

    The equal instalment is found by trying what leaves nothing at the end, not by present values.
    """
    with localcontext(prec=50):
        of_year = Decimal(365 if loan.day_count is DayCount.ACTUAL_365 else 360)
        rates = [Decimal(loan.rate_bp) / 10_000 * days / of_year for days in counted(loan)]
        amount = Decimal(loan.amount_fen)
        if loan.method is RepaymentMethod.EQUAL_INSTALMENTS:
            return repaid_by(amount, rates, instalment_of(amount, rates))
        found, balance = [], amount
        for number, rate in enumerate(rates, 1):
            last = number == len(rates)
            share = amount / len(rates) if loan.method is RepaymentMethod.EQUAL_PRINCIPAL else Decimal(0)
            principal = balance if last else share
            found.append((principal, balance * rate))
            balance -= principal
        return found


def repaid_by(amount: Decimal, rates: Iterable[Decimal], instalment: Decimal) -> list[tuple[Decimal, Decimal]]:
    found, balance = [], amount
    for rate in rates:
        interest = balance * rate
        found.append((instalment - interest, interest))
        balance -= instalment - interest
    return found


def instalment_of(amount: Decimal, rates: list[Decimal]) -> Decimal:
    def left(instalment: Decimal) -> Decimal:
        return amount - sum(principal for principal, _ in repaid_by(amount, rates, instalment))

    one, other = left(Decimal(0)), left(Decimal(1))  # what is left is linear in the instalment
    return one / (one - other)
