"""What a licence year costs by its terms, exactly: the one reckoning behind quotes and royalty reports."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from backend.core.errors import Text
from backend.licences.codes import StepBy
from backend.licences.terms.errors import QuotePeriodWrong
from backend.licences.terms.models import MOST_YEARS, FeeTerms, Step
from backend.patents.legal_events.term_rules import add_months

BASIS_POINTS: Final = 10_000
ROUNDING: Final = Text(
    "各项金额先精确计算，每笔应付金额只在最后四舍五入到分一次；一个许可年度的提成为一笔，分期报告的也一样。",
    "Everything is worked out exactly, and each amount payable is rounded once, half a fen up, to whole fen; "
    "the royalty of a licence year is one amount, also where it is reported in parts.",
)


@dataclass(frozen=True, slots=True)
class LicenceYear:
    """One licence year as far as the licence runs: from an anniversary of the start, its days, and those of it in full.

    The last one may be a part year: `days` of `of_days`.
    """

    number: int
    starts_on: date
    ends_on: date
    days: int
    of_days: int

    @property
    def part(self) -> Fraction:
        """The part of the licence year that the licence runs."""
        return Fraction(self.days, self.of_days)


def licence_years(starts_on: date, ends_on: date) -> tuple[LicenceYear, ...]:
    """Return the licence years from the first day to the last, both included.

    Each begins on the start day's anniversary; one of 29 February on 28 February in years that have no 29th. Raises
    QuotePeriodWrong where the last day lies before the first, or more than 30 years on.
    """
    if not starts_on <= ends_on < add_months(starts_on, 12 * MOST_YEARS):
        raise QuotePeriodWrong(starts_on=starts_on, ends_on=ends_on, years=MOST_YEARS)
    found: list[LicenceYear] = []
    begins = starts_on
    while begins <= ends_on:
        following = add_months(starts_on, 12 * (len(found) + 1))
        last = min(following - timedelta(days=1), ends_on)
        found.append(LicenceYear(len(found) + 1, begins, last, (last - begins).days + 1, (following - begins).days))
        begins = following
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Slice:
    """The use of a licence year between two bounds, and the royalty at the price that holds there."""

    applied_to: Fraction
    above: int | None
    up_to: int | None
    rate_bp: int | None
    unit_fee_fen: int | None
    exact: Fraction


def slices(terms: FeeTerms, year: int, use: Fraction) -> tuple[Slice, ...]:
    """Return the royalty on a licence year's use (fen, or units), slice by slice; one slice of 0 without use.

    The terms must not contradict themselves.
    """
    tiers = _tiers(terms, year)
    bounds = [0, *(step.above or 0 for step in tiers[1:] if isinstance(step, Step)), None]
    return tuple(
        _slice(tier, use, low, high)
        for tier, (low, high) in zip(tiers, pairwise(bounds), strict=True)
        if low is not None and (use > low or low == 0)
    )


def _tiers(terms: FeeTerms, year: int) -> list[FeeTerms | Step]:
    """The prices that hold within one licence year, in their order."""
    if terms.steps and terms.steps[0].by is StepBy.VOLUME:
        return [terms, *terms.steps]
    reached = [step for step in terms.steps if (step.from_year or 0) <= year]
    return [reached[-1] if reached else terms]


def _slice(tier: FeeTerms | Step, use: Fraction, low: int, high: int | None) -> Slice:
    applied_to = (use if high is None else min(use, Fraction(high))) - low
    price = Fraction(tier.rate_bp or 0, BASIS_POINTS) if tier.unit_fee_fen is None else Fraction(tier.unit_fee_fen)
    return Slice(applied_to, low or None, high, tier.rate_bp, tier.unit_fee_fen, applied_to * price)


def royalty(terms: FeeTerms, year: int, use: Fraction) -> Fraction:
    """Return the royalty of a licence year in fen, exactly, before any minimum."""
    return sum((found.exact for found in slices(terms, year, use)), Fraction(0))


def minimum(terms: FeeTerms, year: LicenceYear) -> Fraction | None:
    """Return the guaranteed minimum of a licence year in fen, by days where pro rata; None where there is none."""
    least = terms.minimum_per_year_fen
    return None if least is None else least * counted(terms, year)


def counted(terms: FeeTerms, year: LicenceYear) -> Fraction:
    """Return the part in which a yearly amount counts."""
    return year.part if terms.pro_rata else Fraction(1)


def rounded(exact: Fraction) -> int:
    """Return whole fen, half a fen up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def exact_text(value: Fraction) -> str:
    """Return the number as a decimal where it ends, else as a fraction such as 1000/3."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest //= prime
            times += 1
        places = max(places, times)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    whole, decimals = divmod(abs(value.numerator) * 10**places // value.denominator, 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals:0{places}d}" if places else f"{sign}{whole}"
