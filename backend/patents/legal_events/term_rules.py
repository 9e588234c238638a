"""How long a patent lasts, and when its annuities fall due.

The marks say how sure a rule is: C confirmed in the law's text, C2 in a secondary source, G general knowledge.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from backend.patents.codes import LegalStatus, PatentKind


@dataclass(frozen=True, slots=True)
class Term:
    """Years from the filing date, for patents of one kind filed until a day (None: to this day)."""

    kind: PatentKind
    filed_until: date | None
    years: int
    source: str
    mark: Literal["C", "C2", "G"]


TERMS: Final = (
    Term(PatentKind.INVENTION, None, 20, "Patent Law, art. 42(1)", "C"),
    Term(PatentKind.UTILITY_MODEL, None, 10, "Patent Law, art. 42(1)", "C"),
    Term(PatentKind.DESIGN, date(2021, 5, 31), 10, "Patent Law of 2008, art. 42", "G"),
    Term(PatentKind.DESIGN, None, 15, "Patent Law, art. 42(1)", "C"),
)
GRACE_MONTHS: Final = 6  # C2: Implementing Regulations of the Patent Law, late annuity with a surcharge
ALIVE: Final = frozenset({LegalStatus.IN_FORCE, LegalStatus.IN_GRACE})
SHORTEST_MONTH: Final = 28
HOME: Final = "CN"


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, else the month's last day (Implementing Regulations, art. 5)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def anniversary(filing_date: date, years: int) -> date:
    """Return the filing date's anniversary."""
    return add_months(filing_date, 12 * years)


@lru_cache(maxsize=20_000)  # a register has fewer days
def expiry_of(office: str, kind: PatentKind | None, filing_date: date | None) -> date | None:
    """Return the first day after the term, or None where it cannot be told (other offices' terms are theirs)."""
    if office != HOME or filing_date is None:
        return None
    fits = (t for t in TERMS if t.kind is kind and (t.filed_until is None or filing_date <= t.filed_until))
    term = next(fits, None)
    return anniversary(filing_date, term.years) if term else None


@dataclass(frozen=True, slots=True)
class Annuity:
    """One year's fee: due on the day on which that patent year begins, payable with a surcharge until `grace_until`."""

    year: int
    due_on: date
    grace_until: date

    def state(self, today: date) -> Literal["due", "late", "grace_over"]:
        """Where it stands on a day, as long as it is not paid."""
        if today <= self.due_on:
            return "due"
        return "late" if today <= self.grace_until else "grace_over"


def annuity(filing_date: date, year: int) -> Annuity:
    """Return the annuity of one patent year; year 1 begins on the filing date."""
    due_on = anniversary(filing_date, year - 1)
    return Annuity(year, due_on, add_months(due_on, GRACE_MONTHS))


def due_days(
    filing_date: date, grant_date: date, expiry: date, since: date | None = None
) -> Iterator[tuple[int, date]]:
    """Yield the patent year and the due day of every annuity after the one paid at the grant (Patent Law, art. 43).

    In order, until the term is over; with `since`, those that fall due in years before that day's are left out.
    """
    first = max(2, since.year - filing_date.year + 1) if since else 2
    for year in range(first, expiry.year - filing_date.year + 2):
        due_on = anniversary(filing_date, year - 1)
        if grant_date < due_on < expiry:
            yield year, due_on


def paid_through(filing_date: date, paid: Iterable[int], missed: Iterable[int]) -> date | None:
    """Return the due day of the first annuity that is not paid, or None where nothing is recorded.

    The annuity of a patent year keeps the right alive until the next year begins; one missed was the first not paid.
    """
    years = [*paid, *(year - 1 for year in missed)]
    return anniversary(filing_date, max(years)) if years else None


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the facts of a patent: its expiry, its next annuity, and when time alone changes something."""

    expiry_date: date | None
    annuity_due_on: date | None
    next_check: date | None


def derive(
    *,
    office: str,
    kind: PatentKind | None,
    filing_date: date | None,
    grant_date: date | None,
    expiry_override: date | None,
    legal_status: LegalStatus,
    annuity_paid_through: date | None,
    today: date,
    foreseen: date | None = None,
) -> Derived:
    """Return what follows from the facts; `foreseen` is the next day on which a recorded event takes effect."""
    expiry = expiry_override or expiry_of(office, kind, filing_date)
    due = None
    if office == HOME and legal_status in ALIVE and filing_date and expiry:
        due = _next_due(filing_date, grant_date or filing_date, expiry, annuity_paid_through, today)
    ends = expiry if expiry and expiry > today and legal_status not in OVER else None
    rolls = due + timedelta(days=1) if due and annuity_paid_through is None else None
    days = [day for day in (ends, rolls, foreseen) if day is not None]
    return Derived(expiry, due, min(days, default=None))


OVER: Final = frozenset(LegalStatus) - ALIVE - {LegalStatus.UNKNOWN, LegalStatus.PENDING}


def _next_due(filed: date, granted: date, expiry: date, paid: date | None, today: date) -> date | None:
    """Where payments are recorded, the first that is not; where none is, nothing is known, and the next to come."""
    from_day = paid if paid is not None else today
    to_come = due_days(filed, granted, expiry, max(from_day, granted))
    return next((day for _, day in to_come if day >= from_day), None)
