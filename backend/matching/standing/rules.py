"""When a pair is told, and when it is told again."""

from collections.abc import Collection
from typing import Final

GAIN: Final = (6, 5)  # of the score when it was last told, as a fraction: a gain of 20 %
GONE: Final = "gone"  # the barrier of a pair that was no match for a while


def is_due(points: int, barriers: Collection[str], told_points: int | None, barriers_before: Collection[str]) -> bool:
    """Whether a pair among the first of its need is to be told: never before, or a barrier fell, or it gained 20 %."""
    if told_points is None:
        return True
    gained, of = GAIN
    return bool(set(barriers_before) - set(barriers)) or points * of >= told_points * gained
