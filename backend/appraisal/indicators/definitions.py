"""What an indicator is, as data: a reading of one value, and the points that the value is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from backend.appraisal.codes import Direction, IndicatorGroup, Source, ValueState
from backend.core.errors import Text

FULL: Final = 100_000  # milli-points
MILLI: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of the table.

    `points` are pairs of a value and its points, in the order of the values: between two of them points run straight,
    rounded down to a thousandth of a point, and outside of them they stay. `named` are the points of named values.
    """

    code: str
    group: IndicatorGroup
    label: Text
    formula: Text
    unit: str
    direction: Direction
    sources: tuple[Source, ...]
    points: tuple[tuple[int, int], ...] = ()
    named: Mapping[str, int] = field(default_factory=dict)
    not_applicable_points: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of an indicator's value: the value, where it comes from, and of which day it is."""

    state: ValueState
    value: int | str | None = None
    source: Source | None = None
    on: date | None = None


UNKNOWN: Final = Reading(ValueState.UNKNOWN)
NOT_APPLICABLE: Final = Reading(ValueState.NOT_APPLICABLE)


def milli_points(indicator: Indicator, reading: Reading) -> tuple[int, int]:
    """Return the least and the most points that a reading may be worth, in thousandths; of one unknown, none to all."""
    if reading.state is ValueState.UNKNOWN:
        return 0, FULL
    if reading.state is ValueState.NOT_APPLICABLE:
        worth = (indicator.not_applicable_points or 0) * MILLI
    elif isinstance(reading.value, str):
        worth = indicator.named[reading.value] * MILLI
    else:
        worth = _between(indicator.points, reading.value or 0)
    return worth, worth


def _between(points: tuple[tuple[int, int], ...], value: int) -> int:
    below = points[0]
    if value <= below[0]:
        return below[1] * MILLI
    for above in points[1:]:
        if value <= above[0]:
            rise = (above[1] - below[1]) * MILLI
            return below[1] * MILLI + rise * (value - below[0]) // (above[0] - below[0])
        below = above
    return below[1] * MILLI
