"""Relief from royalty: what a licensee would pay for the patent over its remaining term, at its present value.

Sales grow from year to year; of each year's sales the patent's contribution bears the royalty; tax is taken off where
a rate is given; each year's amount is discounted from the end of that year. A last part of a year counts by its days,
and is discounted for the whole year. Everything is exact until a year's present value is rounded to fen, half to even;
a total is the sum of its years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from backend.core.errors import Text
from backend.licences.terms.fee_rules import BASIS_POINTS, LicenceYear

ROUNDING: Final = Text(
    "逐年精确计算；每年的现值四舍六入五成双到分，合计为各年之和。",
    "Each year is worked out exactly; its present value is rounded to fen, half to even, and a total is their sum.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoyaltyCase:
    """The figures of one case: yearly sales at first, and rates in basis points."""

    sales_fen: int
    royalty_bp: int
    growth_bp: int
    discount_bp: int
    contribution_bp: int
    tax_bp: int


@dataclass(frozen=True, slots=True)
class RoyaltyYear:
    """One year of the working."""

    number: int
    starts_on: date
    ends_on: date
    days: int
    of_days: int
    sales_fen: int
    royalty_fen: int
    present_value_fen: int


def present_values(case: RoyaltyCase, years: Sequence[LicenceYear]) -> tuple[RoyaltyYear, ...]:
    """Return the years of a case; sales and royalty are rounded to be shown, the present value from exact figures."""
    values = []
    growth, discount = _factor(case.growth_bp), _factor(case.discount_bp)
    share = Fraction(case.royalty_bp * case.contribution_bp * (BASIS_POINTS - case.tax_bp), BASIS_POINTS**3)
    sales, worth = Fraction(case.sales_fen), Fraction(1)
    for year in years:
        worth /= discount
        part = sales * year.part
        royalty = part * share
        values.append(
            RoyaltyYear(
                year.number, year.starts_on, year.ends_on, year.days, year.of_days,
                round(part), round(royalty), round(royalty * worth),
            )
        )  # fmt: skip
        sales *= growth
    return tuple(values)


def _factor(rate_bp: int) -> Fraction:
    return Fraction(BASIS_POINTS + rate_bp, BASIS_POINTS)


def total(case: RoyaltyCase, years: Sequence[LicenceYear]) -> int:
    """Return the present value of a case in fen."""
    return sum(year.present_value_fen for year in present_values(case, years))


def steps_between(low: int, base: int, high: int) -> list[int]:
    """Return the values of a table's side: the three, and those halfway between them, rounded down; each once."""
    return sorted({low, (low + base) // 2, base, (base + high) // 2, high})
