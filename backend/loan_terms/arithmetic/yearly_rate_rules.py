"""The effective yearly rate of dated cash flows: what equals them on any day, by actual days over 365, as XIRR does.

The rate is looked for among half basis points by the sign of the present value alone, so that its rounding to basis
points, half to even, depends on no tolerance of a search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from itertools import pairwise
from typing import Final

from backend.loan_terms.codes import NoRate

YEAR: Final = 365
HALF_POINTS: Final = 20_000
PRECISE: Final = Context(prec=45)
NOISE: Final = Decimal(1).scaleb(-30)  # of the sum of all amounts: what is less is nothing
LEAST: Final = -9_999  # basis points: nearly all is lost
MOST: Final = 100_000_000
STEPS: Final = (
    LEAST, -9_900, -9_000, -7_500, -5_000, -2_500, -1_000, -500, -200, -100, -50, -20, 0, 20, 50, 100, 200, 300, 400,
    500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 20_000, 50_000, 100_000, 1_000_000, 10_000_000, MOST,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class YearlyRate:
    """The rate in basis points, or why there is none."""

    bp: int | None
    reason: NoRate | None = None


def yearly_rate(flows: Mapping[date, int]) -> YearlyRate:
    """Return the rate at which what comes in (positive, in fen) and what is paid (negative) are worth the same."""
    dated = [(day, amount) for day, amount in sorted(flows.items()) if amount]
    turns = sum((one > 0) != (other > 0) for (_, one), (_, other) in pairwise(dated))
    if not turns:
        return YearlyRate(None, NoRate.NO_RETURN)
    signs = [(step, _sign(dated, step)) for step in STEPS]
    found = [(low, high) for (low, one), (high, other) in pairwise(signs) if one and one != other]
    if not found:
        return YearlyRate(None, NoRate.OUT_OF_RANGE)
    if len(found) > 1:
        return YearlyRate(None, NoRate.SEVERAL_RATES)
    return YearlyRate(_between(dated, *found[0]))


def _between(dated: Sequence[tuple[date, int]], low: int, high: int) -> int:
    """Return the rate that lies above half a point over `low` and not above half a point over `high`."""
    before = _sign(dated, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _sign(dated, middle) == before:
            low = middle
        else:
            high = middle
    return high + high % 2 if _sign(dated, high) == 0 else high


def _sign(dated: Sequence[tuple[date, int]], points: int) -> int:
    """Return the sign of the present value at a rate of so many basis points and a half."""
    with localcontext(PRECISE):
        yearly = 1 + Decimal(2 * points + 1) / HALF_POINTS
        daily = (yearly.ln() / YEAR).exp()
        worth = weight = Decimal(0)
        gaps: dict[int, Decimal] = {}
        for (day, amount), (after, _) in zip(reversed(dated), [*reversed(dated[:-1]), dated[0]], strict=True):
            gap = (day - after).days
            if gap not in gaps:
                gaps[gap] = yearly ** (gap // YEAR) * daily ** (gap % YEAR)
            worth, weight = (worth + amount) / gaps[gap], (weight + abs(amount)) / gaps[gap]
        return 0 if abs(worth) <= weight * NOISE else 1 if worth > 0 else -1
