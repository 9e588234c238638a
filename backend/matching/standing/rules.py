"""When a pair is told, and when it is told again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

GAIN: Final = (6, 5)  # of the score when it was last told, as a fraction: a gain of 20 %
GONE: Final = "gone"  # the barrier of a pair that is no match for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a pair stands for one side; its fields are those of the table."""

    points: int
    by_abstract: bool
    barriers: Sequence[str]
    barriers_since_told: Sequence[str]
    is_present: bool
    pending_since: datetime | None
    told_at: datetime | None = None
    told_points: int | None = None


def is_due(points: int, barriers: Collection[str], told_points: int | None, since_told: Collection[str]) -> bool:
    """Whether a pair among the first of its need is to be told: never before, or a barrier fell, or it gained 20 %."""
    if told_points is None:
        return True
    gained, of = GAIN
    return bool(set(since_told) - set(barriers)) or points * of >= told_points * gained


class Evaluation(Protocol):
    """What a pair comes to at this moment."""

    @property
    def points(self) -> int:
        """The whole score in hundredths of a point."""

    @property
    def by_abstract(self) -> bool:
        """Whether its holder may know the need by its abstract alone."""

    @property
    def barriers(self) -> Sequence[str]:
        """What stands in its way."""


def as_found(before: Standing, now: Evaluation, real: datetime, again_after: timedelta) -> Standing:
    """Return how a pair stands that is among the first of its need now.

    It waits to be told while it is due; what a side was told of a short while ago waits until that is over.
    """
    due = is_due(now.points, now.barriers, before.told_points, before.barriers_since_told)
    earliest = real if before.told_at is None else max(real, before.told_at + again_after)
    return replace(_as_evaluated(before, now), pending_since=(before.pending_since or earliest) if due else None)


def _as_evaluated(before: Standing, now: Evaluation) -> Standing:
    return replace(
        before,
        points=now.points,
        by_abstract=now.by_abstract,
        barriers=list(now.barriers),
        barriers_since_told=sorted({*before.barriers_since_told, *now.barriers}),
        is_present=True,
    )


def as_displaced(before: Standing, now: Evaluation) -> Standing | None:
    """Return how a pair stands that is a match and not among the first, or None where nobody was told of it."""
    if before.told_points is None:
        return None
    return replace(_as_evaluated(before, now), pending_since=None)


def as_gone(before: Standing) -> Standing | None:
    """Return how a pair stands that is no match any more, or None where nobody was told of it."""
    if before.told_points is None:
        return None
    since = sorted({*before.barriers_since_told, GONE})
    return replace(before, barriers=[GONE], barriers_since_told=since, is_present=False, pending_since=None)
