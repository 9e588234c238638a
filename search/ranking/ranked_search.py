"""Searching by our own order: what an engine finds first is scored by what the process knows of each document.

The window is what the engine finds first, with what else comes closest by words or by meaning; it is put in order by
our score, whichever engine found it. Behind it comes the rest in the engine's order, without what the window has, so
that a reader who goes on and on meets each document once.
"""

from collections.abc import Collection as Ids
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.engine import RELEVANCE, Answer, Hit, Query, SearchEngine, most_frequent_first
from search.index_spec import IndexSpec
from search.query_parser import Reading, understand
from search.ranking import candidates
from search.ranking.asked import Asked, asked
from search.ranking.score import scores
from search.similarity.collection import Collection

FIRST: Final = 300  # of what the engine finds, in its order
EXTRAS: Final = 50  # documents at most that are found by meaning alone …
AS_GOOD_AS: Final = 20  # … where they score as much as so many of those that the words find
MATCHED_BY_MEANING: Final = "meaning"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after so many documents, of which the engine gave so many in its own order."""

    offset: int = 0
    behind: int = FIRST


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an answer, and where the next one begins, if there is one."""

    answer: Answer
    next: Place | None
    by_meaning: int = 0
    """How many of the documents found the words do not find."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The documents of the window in their order, and those of them that the engine's first ones are not."""

    order: tuple[str, ...]
    promoted: frozenset[str]
    extras: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the process knows of the documents: their words, their vectors, and which of them are designs."""

    collection: Collection
    vectors: candidates.Vectors | None = None
    designs: Ids[str] = frozenset()


class RankedSearch:
    """Searches one index in our own order; it raises what the engine raises."""

    def __init__(self, spec: IndexSpec, engine: SearchEngine, known: Known) -> None:
        self._spec, self._engine, self._known = spec, engine, known

    async def page(
        self, query: Query, place: Place, meaning: Floats | None = None, first: Ids[str] = frozenset()
    ) -> Page:
        """Return the page of a query that begins at a place; the documents in `first` come before all others."""
        reading = understand(query.text, self._spec)
        if not is_ranked(query, reading):
            return await self._unranked(query, place)
        counted = replace(query, offset=0, limit=FIRST, highlight=False, ids_only=True)
        found = await self._engine.search(counted)
        window = await self._window(query, reading, found, meaning, first)
        ids = window.order[place.offset : place.offset + query.limit]
        hits = await self._hits(query, ids, window.extras)
        behind, taken = place.behind, len(ids)
        if taken < query.limit and found.total > len(found.hits):
            rest, behind = await self._rest(query, behind, query.limit - taken, window.promoted)
            hits, taken = [*hits, *rest], taken + len(rest)
        total = found.total + len(window.extras)
        answer = replace(found, hits=tuple(hits), total=total)
        if window.extras and query.facets:
            answer = replace(answer, facets=await self._facets(query, found, window.extras))
        end = place.offset + taken
        return Page(answer, Place(end, behind) if taken and end < total else None, len(window.extras))

    async def _unranked(self, query: Query, place: Place) -> Page:
        answer = await self._engine.search(replace(query, offset=place.offset))
        end = place.offset + len(answer.hits)
        return Page(answer, Place(end) if answer.hits and end < answer.total else None)

    async def _window(
        self, query: Query, reading: Reading, found: Answer, meaning: Floats | None, first: Ids[str]
    ) -> _Window:
        known = self._known
        sought = asked(asked_text(query.text, reading), reading, known.collection)
        if meaning is not None and known.vectors is not None:
            sought = replace(sought, meaning=meaning, unlike=float(known.vectors.mean @ meaning))
        ids = [hit.id for hit in found.hits]
        seen = frozenset(ids)
        near = [] if known.vectors is None else candidates.by_meaning(sought, known.vectors, seen)
        promoted: list[str] = []
        if found.total > len(ids):
            close = dict.fromkeys([*candidates.by_words(sought, known.collection, seen), *near, *first])
            promoted = await self._among(query, [one for one in close if one not in seen])
        extras = await self._among(replace(query, text=""), [one for one in near if one not in set(promoted)])
        points = self._points(sought, [*ids, *promoted, *extras])
        kept = _good_ones(extras, points, [*ids, *promoted])
        order = sorted([*ids, *promoted, *kept], key=lambda one: _key(one, points, known.designs, first))
        return _Window(tuple(order), frozenset(promoted), frozenset(kept))

    def _points(self, sought: Asked, ids: Sequence[str]) -> dict[str, int]:
        vectors = self._known.vectors
        if sought.meaning is None or vectors is None:
            likeness = np.full(len(ids), np.nan, dtype=np.float32)
        else:
            likeness = vectors.cosines(sought.meaning, list(ids))
        points = scores(sought, self._known.collection, ids, likeness)
        return dict(zip(ids, points.tolist(), strict=True))

    async def _among(self, query: Query, ids: Sequence[str]) -> list[str]:
        """Return those of the documents that the query finds, in their order."""
        if not ids:
            return []
        asked_for = replace(
            query, facets=(), offset=0, limit=len(ids), highlight=False, among=tuple(ids), ids_only=True
        )
        there = {hit.id for hit in (await self._engine.search(asked_for)).hits}
        return [one for one in ids if one in there]

    async def _hits(self, query: Query, ids: Sequence[str], extras: Ids[str]) -> list[Hit]:
        """Return the documents with what is shown of them; one that was removed meanwhile is left out."""
        if not ids:
            return []
        wanted = Query(limit=len(ids), among=tuple(ids), marked_by=query.text, highlight=query.highlight)
        there = {hit.id: hit for hit in (await self._engine.search(wanted)).hits}
        found = [there[one] for one in ids if one in there]
        return [hit._replace(matched_on=(MATCHED_BY_MEANING,)) if hit.id in extras else hit for hit in found]

    async def _rest(self, query: Query, behind: int, most: int, without: Ids[str]) -> tuple[list[Hit], int]:
        """Return the next documents in the engine's order, and how far into it they lead."""
        answer = await self._engine.search(
            replace(query, facets=(), offset=behind, limit=most + len(without))
        )
        hits: list[Hit] = []
        for place, hit in enumerate(answer.hits):
            if len(hits) == most:
                return hits, behind + place
            if hit.id not in without:
                hits.append(hit)
        return hits, behind + len(answer.hits)

    async def _facets(self, query: Query, found: Answer, extras: Ids[str]) -> dict[str, list]:
        """Return the counts of what the words find with those of what is found by meaning alone."""
        more = await self._engine.search(replace(query, text="", offset=0, limit=0, among=tuple(extras)))
        counted = {}
        for name, values in found.facets.items():
            counts = {one.value: one.count for one in values}
            for one in more.facets.get(name, []):
                counts[one.value] = counts.get(one.value, 0) + one.count
            counted[name] = most_frequent_first(counts.items())
        return counted


def is_ranked(query: Query, reading: Reading) -> bool:
    """Whether the order is ours: a number or a class alone finds what it names, and other orders are the engine's."""
    return query.sort in (None, RELEVANCE) and bool(reading.words or reading.phrases) and not reading.numbers


def asked_text(text: str, reading: Reading) -> str:
    """Return what is asked for, without what is not to be found."""
    return text


def _good_ones(extras: Sequence[str], points: dict[str, int], found: Sequence[str]) -> list[str]:
    """Return those found by meaning alone that score as much as the better ones of those that the words find."""
    best = sorted((points[one] for one in found), reverse=True)
    least = best[AS_GOOD_AS - 1] if len(best) >= AS_GOOD_AS else 0
    good = [one for one in extras if points[one] >= max(least, 1)]
    return sorted(good, key=lambda one: (-points[one], one))[:EXTRAS]


def _key(one: str, points: dict[str, int], designs: Ids[str], first: Ids[str]) -> tuple[bool, bool, int, str]:
    return one not in first, one in designs, -points[one], one
