"""The first documents of an answer in our order: what the engine finds first, and what else comes closest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Collection as Ids
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.engine import Answer
from search.ranking import candidates
from search.ranking.asked import Asked
from search.ranking.known import Known, Window
from search.ranking.score import scores

EXTRAS: Final = 50  # documents at most that words do not find …
AS_GOOD_AS: Final = 5  # … where they score as much as so many of those that words find
USUALLY_NEARER: Final = 0.03  # by how much documents that words find are nearer to a query than those of no subject

Floats = NDArray[np.float32]
Among = Callable[[Sequence[str], bool], Awaitable[list[str]]]
"""Gives those of some documents that the filters leave, and where it is asked for the words find as well."""


async def window_of(known: Known, sought: Asked, found: Answer, among: Among, first: Ids[str] = frozenset()) -> Window:
    """Return the window of a question: `found` is what the engine found first, `first` comes before all others."""
    seen = frozenset(found.ids)
    near = candidates.by_meaning(sought, known.vectors, seen)
    is_more = found.total > len(found.ids)
    across = candidates.across_languages(sought, known.collection, found.ids)
    promoted: list[str] = []
    if is_more:
        close = candidates.by_words(sought, known.collection, found.ids)
        others = dict.fromkeys([*close, *near, *first])
        promoted = await among([one for one in others if one not in seen], True)
    related = dict.fromkeys([*near, *across])
    extras = await among([one for one in related if one not in set(promoted)], False) if related else []
    by_words = [*found.ids, *promoted]
    points = _points(known, sought, [*by_words, *extras])
    kept = _good_ones(extras, points, by_words) if extras else []
    order = _in_order([*by_words, *kept], points, known.designs, first)
    return Window(order, frozenset(promoted), frozenset(kept), sought)


def with_meaning(known: Known, sought: Asked, meaning: Floats | None) -> Asked:
    """Return what is asked for with what it means."""
    if meaning is None or known.vectors is None:
        return sought
    return replace(sought, meaning=meaning, unlike=float(known.vectors.mean @ meaning))


def likeness_of(known: Known, sought: Asked, ids: Sequence[str]) -> Floats:
    """Return the likeness of documents to the query's vector; one that is not known is no reason to stand behind."""
    if sought.meaning is None or known.vectors is None:
        return np.full(len(ids), np.nan, dtype=np.float32)
    found = known.vectors.cosines(sought.meaning, list(ids))
    return np.where(np.isnan(found), np.float32(sought.unlike + USUALLY_NEARER), found)


def _points(known: Known, sought: Asked, ids: Sequence[str]) -> dict[str, int]:
    points = scores(sought, known.collection, ids, likeness_of(known, sought, ids))
    return dict(zip(ids, points.tolist(), strict=True))


def _good_ones(extras: Sequence[str], points: Mapping[str, int], found: Sequence[str]) -> list[str]:
    """Return those that words do not find but score as much as the better ones of those that words find."""
    best = sorted((points[one] for one in found), reverse=True)
    least = best[AS_GOOD_AS - 1] if len(best) >= AS_GOOD_AS else 0
    good = [one for one in extras if points[one] >= max(least, 1)]
    return sorted(good, key=lambda one: (-points[one], one))[:EXTRAS]


def _in_order(ids: Sequence[str], points: Mapping[str, int], designs: Ids[str], first: Ids[str]) -> tuple[str, ...]:
    """Return the documents in their order: those that come first, designs last, then by points, equal ones by id."""
    ranked = sorted([(one in designs, -points[one], one) for one in ids])
    named = [one for _, _, one in ranked if one in first] if first else []
    return (*named, *(one for _, _, one in ranked if one not in first))
