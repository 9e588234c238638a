"""Searching by our own order: what an engine finds first is scored by what the process knows of each document.

The window is what the engine finds first, with what else comes closest by words or by meaning; it is put in order by
our score, whichever engine found it. Behind it comes the rest in the engine's order, without what the window has, so
that a reader who goes on and on meets each document once.
"""

import asyncio
from collections.abc import Collection as Ids
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from search.engine import (
    RELEVANCE,
    Answer,
    FacetValue,
    Hit,
    Meaning,
    Query,
    SearchEngine,
    SearchUnavailable,
    most_frequent_first,
)
from search.index_spec import IndexSpec
from search.query_parser import Reading, understand
from search.query_signs import signs_of
from search.ranking import candidates
from search.ranking.asked import Asked, AskedMemory
from search.ranking.explanation import Explanation
from search.ranking.score import scores
from search.similarity.collection import Collection

FIRST: Final = 300  # of what the engine finds, in its order
EXTRAS: Final = 50  # documents at most that are found by meaning alone …
AS_GOOD_AS: Final = 5  # … where they score as much as so many of those that the words find
USUALLY_NEARER: Final = 0.03  # by how much documents that words find are nearer to a query than those of no subject
PATIENCE: Final = 0.06  # seconds that a first page waits for the query's vector …
LONG_PATIENCE: Final = 1.0  # … and one that follows
MATCHED_BY_MEANING: Final = "meaning"

Floats = NDArray[np.float32]


class Order(StrEnum):
    """What orders the pages of an answer, from the first to the last."""

    ENGINE = "engine"
    WORDS = "words"
    MEANING = "meaning"


class QueryVectors(Protocol):
    """What makes the vector of a query's text."""

    async def of(self, text: str, patience: float) -> Floats | None:
        """Return the vector, or None where it is not there within so many seconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after so many documents, of which the engine gave so many in its own order.

    The first page has no order yet; it is chosen by what is at hand, and kept by those that follow.
    """

    offset: int = 0
    behind: int = FIRST
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an answer, and where the next one begins, if there is one."""

    answer: Answer
    next: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the process knows of the documents: their words, which of them are designs, and what they mean."""

    collection: Collection
    asked: AskedMemory = field(default_factory=AskedMemory)
    designs: Ids[str] = frozenset()
    vectors: candidates.Vectors | None = None
    query_vectors: QueryVectors | None = None
    awaits_vectors: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    """The documents of the window in their order, and those of them that the engine's first ones are not."""

    order: tuple[str, ...]
    promoted: frozenset[str]
    extras: frozenset[str]
    sought: Asked


class RankedSearch:
    """Searches one index in our own order; it raises what the engine raises.

    Without what is known of the documents the order is the engine's.
    """

    def __init__(self, spec: IndexSpec, engine: SearchEngine, known: Known | None) -> None:
        self._spec, self._engine, self._known = spec, engine, known

    async def page(self, query: Query, place: Place, first: Ids[str] = frozenset()) -> Page:
        """Return the page of a query that begins at a place; the documents in `first` come before all others.

        Raises SearchUnavailable where an order is to be kept that the process cannot make yet.
        """
        reading = understand(query.text, self._spec)
        if not is_ranked(query, reading) or place.order is Order.ENGINE:
            return await engine_page(self._engine, query, place)
        if self._known is None:
            if place.order is not None:
                raise SearchUnavailable("the process has just started and cannot keep the order of the first page yet")
            return await engine_page(self._engine, query, place)
        return await self._ranked(self._known, query, reading, place, first)

    async def _ranked(self, known: Known, query: Query, reading: Reading, place: Place, first: Ids[str]) -> Page:
        asking = asyncio.ensure_future(self._meaning(known, query, reading, place))
        try:
            found = await self._engine.search(replace(query, offset=0, limit=FIRST, highlight=False, ids_only=True))
            meaning, state = await asking
        finally:
            asking.cancel()
        window = await self._window(known, query, reading, found, meaning, first)
        ids = window.order[place.offset : place.offset + query.limit]
        hits = await self._hits(replace(query, marked_by=found.marked_by), ids, window.extras)
        if query.explain:
            hits = _explained(known, asked_text(query.text, reading), window.sought, hits)
        behind, taken = place.behind, len(ids)
        if taken < query.limit and found.total > len(found.ids):
            rest, behind = await self._rest(query, behind, query.limit - taken, window.promoted)
            hits, taken = [*hits, *rest], taken + len(rest)
        facets = await self._facets(query, found, window.extras) if window.extras and query.facets else found.facets
        answer = replace(
            found,
            hits=tuple(hits),
            total=found.total + len(window.extras),
            facets=facets,
            understood=replace(found.understood, meaning=state, by_meaning=len(window.extras)),
        )
        end, order = place.offset + taken, Order.WORDS if meaning is None else Order.MEANING
        return Page(answer, Place(end, behind, order) if taken and end < answer.total else None)

    async def _meaning(
        self, known: Known, query: Query, reading: Reading, place: Place
    ) -> tuple[Floats | None, Meaning]:
        """Return the query's vector, and whether it is used; a page that follows waits longer to keep the order."""
        if known.query_vectors is None or known.vectors is None:
            if place.order is Order.MEANING:
                raise SearchUnavailable("the vectors that ordered the first page are not at hand")
            return None, Meaning.COMPUTING if known.awaits_vectors else Meaning.OFF
        if place.order is Order.WORDS:
            return None, Meaning.NOT_USED
        text = asked_text(query.text, reading)
        vector = await known.query_vectors.of(text, PATIENCE if place.order is None else LONG_PATIENCE)
        if vector is None and place.order is Order.MEANING:
            raise SearchUnavailable("the vector that ordered the first page is not at hand in time")
        return vector, Meaning.BUSY if vector is None else Meaning.USED

    async def _window(
        self,
        known: Known,
        query: Query,
        reading: Reading,
        found: Answer,
        meaning: Floats | None,
        first: Ids[str],
    ) -> _Window:
        sought = known.asked.of(asked_text(query.text, reading), reading, known.collection)
        if meaning is not None and known.vectors is not None:
            sought = replace(sought, meaning=meaning, unlike=float(known.vectors.mean @ meaning))
        ids = found.ids
        seen = frozenset(ids)
        near = [] if known.vectors is None else candidates.by_meaning(sought, known.vectors, seen)
        close, across = candidates.by_words(sought, known.collection, seen)
        promoted: list[str] = []
        if found.total > len(ids):
            others = dict.fromkeys([*close, *near, *first])
            promoted = await self._among(query, [one for one in others if one not in seen])
        related = dict.fromkeys([*near, *across])
        extras = await self._among(replace(query, text=""), [one for one in related if one not in set(promoted)])
        points = _points(known, sought, [*ids, *promoted, *extras])
        kept = _good_ones(extras, points, [*ids, *promoted])
        order = _in_order([*ids, *promoted, *kept], points, known.designs, first)
        return _Window(order, frozenset(promoted), frozenset(kept), sought)

    async def _among(self, query: Query, ids: Sequence[str]) -> list[str]:
        """Return those of the documents that the query finds, in their order."""
        if not ids:
            return []
        wanted = replace(query, among=tuple(ids), limit=len(ids), offset=0, facets=(), highlight=False, ids_only=True)
        there = set((await self._engine.search(wanted)).ids)
        return [one for one in ids if one in there]

    async def _hits(self, query: Query, ids: Sequence[str], extras: Ids[str]) -> list[Hit]:
        """Return the documents with what is shown of them; one that was removed meanwhile is left out."""
        if not ids:
            return []
        wanted = Query(limit=len(ids), among=tuple(ids), marked_by=query.marked_by, highlight=query.highlight)
        there = {hit.id: hit for hit in (await self._engine.search(wanted)).hits}
        found = [there[one] for one in ids if one in there]
        return [hit._replace(matched_on=(MATCHED_BY_MEANING,)) if hit.id in extras else hit for hit in found]

    async def _rest(self, query: Query, behind: int, most: int, without: Ids[str]) -> tuple[list[Hit], int]:
        """Return the next documents in the engine's order, and how far into it they lead."""
        answer = await self._engine.search(replace(query, facets=(), offset=behind, limit=most + len(without)))
        hits: list[Hit] = []
        for place, hit in enumerate(answer.hits):
            if len(hits) == most:
                return hits, behind + place
            if hit.id not in without:
                hits.append(hit)
        return hits, behind + len(answer.hits)

    async def _facets(self, query: Query, found: Answer, extras: Ids[str]) -> dict[str, list[FacetValue]]:
        """Return the counts of what the words find with those of what is found by meaning alone."""
        more = await self._engine.search(replace(query, text="", offset=0, limit=0, among=tuple(extras)))
        counted = {}
        for name, values in found.facets.items():
            counts = {one.value: one.count for one in values}
            for one in more.facets.get(name, []):
                counts[one.value] = counts.get(one.value, 0) + one.count
            counted[name] = most_frequent_first(counts.items())
        return counted


async def engine_page(engine: SearchEngine, query: Query, place: Place) -> Page:
    """Return the page that begins at a place in the engine's own order."""
    answer = await engine.search(replace(query, offset=place.offset))
    end = place.offset + len(answer.hits)
    return Page(answer, Place(end, order=Order.ENGINE) if answer.hits and end < answer.total else None)


def is_ranked(query: Query, reading: Reading) -> bool:
    """Whether the order is ours: a number or a class alone finds what it names, and other orders are the engine's."""
    return query.sort in (None, RELEVANCE) and bool(reading.words or reading.phrases) and not reading.numbers


def asked_text(text: str, reading: Reading) -> str:
    """Return what is asked for, without what is not to be found."""
    if not reading.excluded:
        return text
    signs = signs_of(text)
    return " ".join([signs.rest, *signs.demanded])


def _likeness(known: Known, sought: Asked, ids: Sequence[str]) -> Floats:
    """Return the likeness of documents to the query's vector; one that is not known is no reason to stand behind."""
    if sought.meaning is None or known.vectors is None:
        return np.full(len(ids), np.nan, dtype=np.float32)
    found = known.vectors.cosines(sought.meaning, list(ids))
    return np.where(np.isnan(found), np.float32(sought.unlike + USUALLY_NEARER), found)


def _points(known: Known, sought: Asked, ids: Sequence[str]) -> dict[str, int]:
    likeness = _likeness(known, sought, ids)
    return dict(zip(ids, scores(sought, known.collection, ids, likeness).tolist(), strict=True))


def _explained(known: Known, text: str, sought: Asked, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with the parts of their scores; a document that is not in memory has none."""
    explanation = Explanation(text, sought)
    likeness = _likeness(known, sought, [hit.id for hit in hits])
    vectors = (known.collection.vector(hit.id) for hit in hits)
    return [
        hit if vector is None else hit._replace(parts=tuple(explanation.parts(vector, near)))
        for hit, vector, near in zip(hits, vectors, likeness.tolist(), strict=True)
    ]


def _good_ones(extras: Sequence[str], points: Mapping[str, int], found: Sequence[str]) -> list[str]:
    """Return those found by meaning alone that score as much as the better ones of those that the words find."""
    best = sorted((points[one] for one in found), reverse=True)
    least = best[AS_GOOD_AS - 1] if len(best) >= AS_GOOD_AS else 0
    good = [one for one in extras if points[one] >= max(least, 1)]
    return sorted(good, key=lambda one: (-points[one], one))[:EXTRAS]


def _in_order(ids: Sequence[str], points: Mapping[str, int], designs: Ids[str], first: Ids[str]) -> tuple[str, ...]:
    """Return the documents in their order: those that come first, designs last, then by points, equal ones by id."""
    ranked = sorted([(one in designs, -points[one], one) for one in ids])
    named = [one for _, _, one in ranked if one in first] if first else []
    return (*named, *(one for _, _, one in ranked if one not in first))
