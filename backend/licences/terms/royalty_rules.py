"""When use is reported, what each report makes payable, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from backend.licences.codes import Reporting
from backend.licences.terms.errors import EarlierReportMissing
from backend.licences.terms.fee_rules import LicenceYear, exact_text, licence_years, minimum, rounded, royalty
from backend.licences.terms.models import FeeTerms
from backend.patents.legal_events.term_rules import add_months

MONTHS: Final = {Reporting.YEARLY: 12, Reporting.HALF_YEARLY: 6, Reporting.QUARTERLY: 3}


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period, numbered through the licence; the last may be cut short by the licence's end.

    `closes_year`: it is its licence year's last, in which the year's minimum is settled.
    """

    number: int
    year: int
    starts_on: date
    ends_on: date
    closes_year: bool
    report_due_on: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """The licence years of a licence and its reporting periods, in their order."""

    years: tuple[LicenceYear, ...]
    periods: tuple[Period, ...]


def schedule(reporting: Reporting, starts_on: date, ends_on: date, report_days: int) -> Schedule:
    """Return the periods from the licence's effect to its last day; a report is due `report_days` after its period.

    Periods count from the licence's own start, so that none crosses a licence year. Raises QuotePeriodWrong.
    """
    years = licence_years(starts_on, ends_on)
    months = MONTHS[reporting]
    found: list[Period] = []
    begins = starts_on
    while begins <= ends_on:
        following = add_months(starts_on, months * (len(found) + 1))
        last = min(following - timedelta(days=1), ends_on)
        year = years[len(found) * months // 12]
        due_on = last + timedelta(days=report_days)
        found.append(Period(len(found) + 1, year.number, begins, last, last == year.ends_on, due_on))
        begins = following
    return Schedule(years, tuple(found))


@dataclass(frozen=True, slots=True)
class AmountDue:
    """What one report makes payable, and how: the licence year's royalty to date less what its reports made due before.

    `minimum_exact` stands where the period closes a year that has a minimum.
    """

    number: int
    year: int
    use: int
    use_of_year: int
    royalty_exact: str
    minimum_exact: str | None
    due_to_date_fen: int
    due_before_fen: int
    amount_fen: int


def amounts_due(terms: FeeTerms, plan: Schedule, reported: Mapping[int, int]) -> tuple[AmountDue, ...]:
    """Return what each report makes payable; `reported` holds a period's number and its use in fen or units.

    Steps run over the licence year across its reports, and the year is rounded as one amount: its reports add up to the
    quote for the same use. Raises EarlierReportMissing where an earlier report of the same year is not there.
    """
    found: list[AmountDue] = []
    for year in plan.years:
        found += _of_year(terms, year, [p for p in plan.periods if p.year == year.number], reported)
    return tuple(found)


def _of_year(
    terms: FeeTerms, year: LicenceYear, periods: list[Period], reported: Mapping[int, int]
) -> Iterable[AmountDue]:
    use, before = 0, 0
    last = max((p.number for p in periods if p.number in reported), default=0)
    for period in periods:
        if period.number > last:
            return
        if period.number not in reported:
            raise EarlierReportMissing(number=period.number)
        use += reported[period.number]
        exact = royalty(terms, year.number, Fraction(use))
        least = minimum(terms, year) if period.closes_year else None
        now = rounded(exact if least is None else max(exact, least))
        shown = None if least is None else exact_text(least)
        of_period = reported[period.number]
        yield AmountDue(period.number, year.number, of_period, use, exact_text(exact), shown, now, before, now - before)
        before = now


def pay_by(report_due_on: date, reported_on: date, payment_days: int) -> date:
    """Return the last day to pay what a report makes due: so many days after it, a late report counted as in time."""
    return min(reported_on, report_due_on) + timedelta(days=payment_days)


def allocated(owed: Mapping[int, int], paid: Mapping[int, int], besides: int = 0) -> tuple[dict[int, int], int]:
    """Return what counts for each report, by its number, and what is left over for later ones.

    A report's own payments come first, up to its amount; what lies beyond, and what was paid `besides`, counts for the
    others in the order of their periods.
    """
    counts = {number: min(amount, paid.get(number, 0)) for number, amount in sorted(owed.items())}
    left = besides + sum(paid.values()) - sum(counts.values())
    for number, own in counts.items():
        more = min(left, owed[number] - own)
        counts[number] = own + more
        left -= more
    return counts, left
