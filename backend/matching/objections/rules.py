"""Which askers' objections are added up, and when: in blocks of five, so that no sum tells what one of them said."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

BLOCK: Final = 5  # askers; the difference of two sums is of that many at least


@dataclass(frozen=True, slots=True)
class Objection:
    """The reasons for which a listing is not relevant to an asker."""

    organisation_id: str
    reasons: Sequence[str]


def whole_blocks(objections: Sequence[Objection]) -> list[Sequence[Objection]]:
    """Return as many blocks as the objections fill, in their order; the rest waits for more askers."""
    end = len(objections) // BLOCK * BLOCK
    return [objections[start : start + BLOCK] for start in range(0, end, BLOCK)]


def added(reasons: Mapping[str, int], objections: Iterable[Objection]) -> dict[str, int]:
    """Return how often each reason is named once these objections are added, by the reasons' names."""
    named = Counter(reasons) + Counter(reason for one in objections for reason in one.reasons)
    return dict(sorted(named.items()))
