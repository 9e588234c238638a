"""Days of interest, and the days on which payments fall."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from backend.core.workdays import after_working_days, is_working_day
from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS
from backend.loan_terms.codes import DayCount, DueDayShift
from backend.patents.legal_events.term_rules import add_months

DAYS_OF_YEAR: Final = {DayCount.ACTUAL_360: 360, DayCount.ACTUAL_365: 365, DayCount.THIRTY_360: 360}
MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day on which a payment falls by the terms, and the number of that day as the day count has it."""

    falls_on: date
    ordinal: int


def ordinal(day_count: DayCount, day: date, named: int | None = None) -> int:
    """Return the number of a day; what lies between two days is the difference of their numbers.

    With thirty days to a month (30E/360) the 31st counts as the 30th. `named` is the day of the month that the terms
    name where the month has no such day: 28 February counts as the 30th where the 31st is meant.
    """
    if day_count is not DayCount.THIRTY_360:
        return day.toordinal()
    return (day.year * 12 + day.month) * MONTH + min(named or day.day, MONTH)


def days_between(day_count: DayCount, start: date, end: date) -> int:
    """Return the days of interest from one day, which counts, to another, which does not."""
    return ordinal(day_count, end) - ordinal(day_count, start)


def interest_factor(day_count: DayCount, rate_bp: int | Fraction, days: int) -> Fraction:
    """Return the part of a sum that is its interest at a yearly rate for so many days."""
    return Fraction(rate_bp) * days / (BASIS_POINTS * DAYS_OF_YEAR[day_count])


def due_days(
    day_count: DayCount, disbursed_on: date, term_months: int, every: int | None, due_day: int | None
) -> tuple[DueDay, ...]:
    """Return the days on which payments fall, the last of them at the end of the term.

    They are that day of every `every`th month after the month of disbursement (None: the day of disbursement), the last
    day of a month that does not have it. Without `every` the end of the term is the only one.
    """
    ends_on = add_months(disbursed_on, term_months)
    end = DueDay(ends_on, ordinal(day_count, ends_on, disbursed_on.day))
    if every is None:
        return (end,)
    return (*_before(end, day_count, disbursed_on, every, due_day or disbursed_on.day), end)


def _before(end: DueDay, day_count: DayCount, since: date, every: int, named: int) -> Iterator[DueDay]:
    month = since.year * 12 + since.month - 1 + every
    while (day := _day_of(month, named)) < end.falls_on:
        yield DueDay(day, ordinal(day_count, day, named))
        month += every


def _day_of(month_number: int, named: int) -> date:
    year, month = divmod(month_number, 12)
    return date(year, month + 1, min(named, calendar.monthrange(year, month + 1)[1]))


def payment_day(shift: DueDayShift, falls_on: date) -> tuple[date, bool]:
    """Return the last day to pay what falls on a day, and whether the calendar of its year was still unknown."""
    if shift is DueDayShift.NONE:
        return falls_on, False
    found = is_working_day(falls_on) or after_working_days(falls_on, 1)
    return found.day, found.provisional
