"""How exact amounts become whole fen without losing one.

Each figure is the rounded sum so far less the rounded sum before, half a fen to even. So the figures sum to the rounded
exact total, each lies within one fen of its exact amount, none is negative where no exact one is, and a greater exact
total never gives a smaller one.
"""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

BASIS_POINTS: Final = 10_000
PRECISE: Final = Context(prec=60)
LAST_PLACE: Final = Decimal(1).scaleb(-30)  # of exact amounts that no fraction of reasonable size can say


def half_even(exact: Fraction) -> int:
    """Return the nearest whole fen, the even one of two that are equally near."""
    return round(exact)


def sums(parts: Iterable[Fraction]) -> list[Fraction]:
    """Return the sum of the parts up to each."""
    return list(accumulate(parts))


def whole_parts(exact_sums: Sequence[Fraction]) -> list[int]:
    """Return each part in whole fen, of parts that are known by the exact sums up to each."""
    return [after - before for before, after in pairwise([0, *(half_even(exact) for exact in exact_sums)])]


def fraction_of(exact: Decimal) -> Fraction:
    """Return an amount that was worked out in `PRECISE`, without the noise of its last places."""
    return Fraction(exact.quantize(LAST_PLACE, context=PRECISE))
