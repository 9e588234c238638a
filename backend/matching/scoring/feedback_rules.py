"""How an asker's own words about matches change the order that the asker is shown: nobody else's.

A listing called relevant gains three points; one called not relevant is left out. Others gain or lose up to two points
by the main groups of the classification that they share with those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from backend.matching.codes import MatchVerdict
from backend.matching.scoring.parts import WHOLE, Part, PartName
from search.similarity.class_table import level_of
from search.similarity.vectors import Vector

RELEVANT: Final = 3 * WHOLE
ALIKE: Final = 2 * WHOLE
GROUP: Final = 1  # the level of a main group


@dataclass(frozen=True, slots=True)
class Liking:
    """What an asker said: the verdict on each listing, and on each main group the balance between -1 and 1."""

    verdicts: Mapping[str, MatchVerdict] = field(default_factory=dict)
    groups: Mapping[str, float] = field(default_factory=dict)


NO_FEEDBACK: Final = Liking()


def liking_of(verdicts: Mapping[str, MatchVerdict], vectors: Mapping[str, Vector]) -> Liking:
    """Return what the verdicts on listings say, with the vectors of those that are still listed."""
    totals: dict[str, float] = {}
    counts: dict[str, int] = {}
    for listing_id, verdict in verdicts.items():
        for group in _groups(vectors[listing_id].classes if listing_id in vectors else ()):
            totals[group] = totals.get(group, 0.0) + (1.0 if verdict is MatchVerdict.RELEVANT else -1.0)
            counts[group] = counts.get(group, 0) + 1
    return Liking(dict(verdicts), {group: total / counts[group] for group, total in totals.items()})


def liking_points(liking: Liking, listing_id: str, vector: Vector) -> int:
    """Return what an asker's words add to a listing or take from it."""
    if liking.verdicts.get(listing_id) is MatchVerdict.RELEVANT:
        return RELEVANT
    balances = [liking.groups[group] for group in _groups(vector.classes) if group in liking.groups]
    return round(ALIKE * max(balances, key=abs)) if balances else 0


def liking_part(liking: Liking, listing_id: str, vector: Vector) -> Part | None:
    """Return the part of a score that comes of an asker's words, or None where nothing was said that concerns it."""
    points = liking_points(liking, listing_id, vector)
    if not points:
        return None
    evidence = {
        "verdict": liking.verdicts.get(listing_id),
        "classes": sorted(group for group in _groups(vector.classes) if group in liking.groups),
    }
    return Part(PartName.FEEDBACK, points, RELEVANT, evidence)


def _groups(classes: Iterable[str]) -> list[str]:
    return [symbol for symbol in classes if level_of(symbol) == GROUP]
