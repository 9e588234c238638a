"""What of deals may be published, so that nobody can take the published figures apart into single deals.

There is one partition: sector × deal type × three calendar years. Of a cell the quartiles are published, each rounded
to a coarse scale, and never a count but in a band. A publication adds at least five deals that no earlier one counted,
and these alone satisfy what a cell must satisfy: three holders, three licensees, none with more than half. So whoever
compares two publications, and knows its own deals, is left with three deals or more of at least two others. A deal that
fell away later leaves with the next such publication, never by itself; one that was counted stays in its cell.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

VERSION: Final = "1"
LEAST_DEALS: Final = 5
LEAST_HOLDERS: Final = 3
LEAST_LICENSEES: Final = 3
YEARS: Final = 3
SCALE: Final = (10, 15, 20, 30, 50, 70, 100)
TEN: Final = 10
BANDS: Final = ((50, "50_or_more"), (20, "20_to_49"), (10, "10_to_19"), (LEAST_DEALS, "5_to_9"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the partition."""

    sector: str
    deal_type: str
    period: int


@dataclass(frozen=True, slots=True)
class Deal:
    """A closed deal with a known price between unrelated sides."""

    id: str
    cell: Cell
    holder_id: str
    licensee_id: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Quartiles:
    """What is published of prices, in fen."""

    lower_fen: int
    median_fen: int
    upper_fen: int


def period_of(day: date) -> int:
    """Return the first of the three calendar years that hold the day."""
    return day.year // YEARS * YEARS


def counted_until(today: date) -> date:
    """Return the last day of what is counted: the last one of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def may_be_published(deals: Collection[Deal]) -> bool:
    """Whether there are enough deals of enough holders and licensees, none of whom has more than half of them."""
    holders = Counter(deal.holder_id for deal in deals)
    licensees = Counter(deal.licensee_id for deal in deals)
    if len(deals) < LEAST_DEALS or len(holders) < LEAST_HOLDERS or len(licensees) < LEAST_LICENSEES:
        return False
    return 2 * max(*holders.values(), *licensees.values()) <= len(deals)


def is_due(deals: Sequence[Deal], counted_before: Collection[str]) -> bool:
    """Whether the deals of a cell are published anew: what is new of them could be published by itself."""
    fresh = [deal for deal in deals if deal.id not in counted_before]
    return may_be_published(fresh) and may_be_published(deals)


def quartiles(deals: Collection[Deal]) -> Quartiles:
    """Return the quartiles of the prices by nearest rank, each rounded."""
    prices = sorted(deal.price_fen for deal in deals)
    lower, median, upper = (rounded(prices[-(-len(prices) * quarter // 4) - 1]) for quarter in (1, 2, 3))
    return Quartiles(lower, median, upper)


def rounded(amount: int) -> int:
    """Return the nearest amount of the scale 1, 1.5, 2, 3, 5, 7, 10, 15, … times fen; of two, the smaller."""
    if amount < SCALE[0]:
        return amount and SCALE[0]
    power = int(TEN ** (len(str(amount)) - 2))
    return min((step * power for step in SCALE), key=lambda step: (abs(step - amount), step))


def band_of(count: int) -> str:
    """Return the band that a number of deals lies in."""
    return next(band for least, band in BANDS if count >= least)
