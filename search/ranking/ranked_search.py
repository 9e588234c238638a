"""Searching by our own order: what an engine finds first is scored by what the process knows of each document.

The window is what the engine finds first, with what else comes closest by words or by meaning; it is put in order by
our score, whichever engine found it. Behind it comes the rest in the engine's order, without what the window has, so
that a reader who goes on and on meets each document once.
"""

import asyncio
from collections.abc import Collection as Ids
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

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
from search.ranking.explanation import Explanation
from search.ranking.known import Floats, Known, QueryVectors, Window
from search.ranking.pages import FIRST, Order, Page, Place, engine_page
from search.ranking.window import likeness_of, window_of, with_meaning

PATIENCE: Final = 0.06  # seconds that a first page waits for the query's vector …
LONG_PATIENCE: Final = 1.0  # … and one that follows
MATCHED_BY_MEANING: Final = "meaning"


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
        counted = replace(query, offset=0, limit=FIRST, highlight=False, ids_only=True)
        text = asked_text(query.text, reading)
        found, meaning, state = await self._found(known, counted, text, place)
        window = await self._window(known, query, reading, found, meaning, first)
        ids = window.order[place.offset : place.offset + query.limit]
        hits = await self._hits(replace(query, marked_by=found.marked_by), ids, window.extras)
        if query.explain:
            hits = _explained(known, text, window, hits)
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

    async def _found(
        self, known: Known, query: Query, text: str, place: Place
    ) -> tuple[Answer, Floats | None, Meaning]:
        """Return what the engine finds first, and meanwhile the query's vector, and whether that is used."""
        if known.query_vectors is None or known.vectors is None:
            if place.order is Order.MEANING:
                raise SearchUnavailable("the vectors that ordered the first page are not at hand")
            return await self._engine.search(query), None, Meaning.COMPUTING if known.awaits_vectors else Meaning.OFF
        if place.order is Order.WORDS:
            return await self._engine.search(query), None, Meaning.NOT_USED
        asking = asyncio.ensure_future(_vector(known.query_vectors, text, place))
        try:
            found = await self._engine.search(query)
            meaning = await asking
        finally:
            asking.cancel()
        return found, meaning, Meaning.BUSY if meaning is None else Meaning.USED

    async def _window(
        self,
        known: Known,
        query: Query,
        reading: Reading,
        found: Answer,
        meaning: Floats | None,
        first: Ids[str],
    ) -> Window:
        """Return the window of the question, as it is remembered or made now."""
        vectors = 0 if meaning is None or known.vectors is None else len(known.vectors)
        key = (query.text, str(query.filters), found.generation, vectors)
        if not first and (window := known.memory.window(key, known.collection)) is not None:
            return window

        async def among(ids: Sequence[str], by_words: bool) -> list[str]:
            return await self._among(query if by_words else replace(query, text=""), ids)

        sought = known.memory.asked(asked_text(query.text, reading), reading, known.collection)
        window = await window_of(known, with_meaning(known, sought, meaning), found, among, first)
        if not first:
            known.memory.keep(key, window)
        return window

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
        """Return the counts of what the words find with those of what they do not."""
        more = await self._engine.search(replace(query, text="", offset=0, limit=0, among=tuple(extras)))
        counted = {}
        for name, values in found.facets.items():
            counts = {one.value: one.count for one in values}
            for one in more.facets.get(name, []):
                counts[one.value] = counts.get(one.value, 0) + one.count
            counted[name] = most_frequent_first(counts.items())
        return counted


async def _vector(vectors: QueryVectors, text: str, place: Place) -> Floats | None:
    """Return the query's vector; a page that follows waits longer, to keep the order."""
    found = await vectors.of(text, PATIENCE if place.order is None else LONG_PATIENCE)
    if found is None and place.order is Order.MEANING:
        raise SearchUnavailable("the vector that ordered the first page is not at hand in time")
    return found


def is_ranked(query: Query, reading: Reading) -> bool:
    """Whether the order is ours: a number or a class alone finds what it names, and other orders are the engine's."""
    return query.sort in (None, RELEVANCE) and bool(reading.words or reading.phrases) and not reading.numbers


def asked_text(text: str, reading: Reading) -> str:
    """Return what is asked for, without what is not to be found."""
    if not reading.excluded:
        return text
    signs = signs_of(text)
    return " ".join([signs.rest, *signs.demanded])


def _explained(known: Known, text: str, window: Window, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with the parts of their scores; a document that is not in memory has none."""
    explanation = Explanation(text, window.sought)
    likeness = likeness_of(known, window.sought, [hit.id for hit in hits])
    vectors = (known.collection.vector(hit.id) for hit in hits)
    return [
        hit if vector is None else hit._replace(parts=tuple(explanation.parts(vector, near)))
        for hit, vector, near in zip(hits, vectors, likeness.tolist(), strict=True)
    ]
