"""Searching a Meilisearch index: what is asked of the server for one question, and what comes of it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from search.engine import FACET_LIMIT, Answer, FacetValue, Marked, Part, Query, SearchUnavailable, Strictest
from search.highlight import Marker
from search.index_spec import IndexSpec
from search.meilisearch.answers import Found, asked, found, hits
from search.meilisearch.client import Caller, MeiliRefused, reading
from search.meilisearch.documents import MOST_VALUES, POSITION_ID, parts_of, value_of
from search.meilisearch.query import EVERY, Plan, filters_of, forms, one_of
from search.query_explanation import parts_sought, understood, without_each
from search.query_parser import Reading, understand
from search.text import fold

WORDS_KNOWN: Final = 50_000
SURE: Final = 50  # a count from here on changes little for a while
COUNTED_WORDS: Final = 40  # of a text
GROWN: Final = 0.1  # by more than this share of its documents: then words are counted again
SEVERAL: Final = "/multi-search"

Named = dict[tuple[str, str], str]  # what filters ask, by the filter's name and its value as text


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the index: how far it has been fed, its generation, its size, and since when that is known.

    `aside` are the documents that were refused, by id, with the reason; `filled_to` is the last id put by a filling.
    """

    position: int = 0
    generation: str = ""
    documents: int = 0
    at: float = float("-inf")
    aside: Mapping[str, str] = field(default_factory=dict)
    filled_to: str = ""


class Searcher:
    """Asks one index of one server; every method raises SearchUnavailable or SearchTimeout where it cannot."""

    def __init__(self, caller: Caller, spec: IndexSpec, uid: str) -> None:
        self._caller = caller
        self._spec = spec
        self._uid = uid
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._few: dict[str, int] = {}  # counts that the next change of the index may make others
        self._few_in = ""  # … and the generation in which they were asked
        self._counted_at = 0  # how many documents there were when the counts began

    async def state(self) -> State:
        """What the index is at."""
        at = time.monotonic()
        carrier = {"indexUid": self._uid, "filter": [one_of("id", [POSITION_ID])], "limit": 1}
        every = {"indexUid": self._uid, "filter": [EVERY], "limit": 0}
        answer = await self._asked(SEVERAL, {"queries": [carrier, every]})
        with reading():
            kept, counted = answer["results"]
            said = kept["hits"][0] if kept["hits"] else {}
            return State(
                position=int(said.get("position", 0)),
                generation=str(said.get("state", "")),
                documents=int(counted["estimatedTotalHits"]),
                at=at,
                aside=dict(said.get("aside") or {}),
                filled_to=str(said.get("filled_to", "")),
            )

    async def answer(self, query: Query, state: State) -> Answer:
        """The answer to a query."""
        asked_for, filters = understand(query.text, self._spec), filters_of(self._spec, query.filters)
        if state.generation != self._few_in:
            self._few, self._few_in = {}, state.generation
        plan = await self._plan(asked_for, state.documents)
        seen = await self._found(plan, filters, query)
        marked = query.marked_by or (None if asked_for.is_empty else Marked(asked_for, plan.misspelt, plan.in_parts))
        marker = None
        if marked is not None and query.highlight:
            marker = Marker(self._spec, marked.reading, marked.misspelt, marked.in_parts)
        strictest = None if seen.total or query.among is not None else await self._strictest(plan, filters)
        with reading():
            ids = tuple(one["id"] for one in seen.hits) if query.ids_only else ()
            there = () if query.ids_only else tuple(hits(seen, marker))
        return Answer(
            hits=there,
            ids=ids,
            marked_by=marked,
            total=seen.total,
            total_is_exact=seen.is_exact,
            facets=seen.facets,
            generation=state.generation,
            position=state.position,
            understood=understood(asked_for, strictest, await self._parts(plan, filters, seen.total)),
        )

    async def facet_values(self, facet: str, q: str, query: Query, limit: int, state: State) -> list[FacetValue]:
        """Values of the facet that contain `q`, most frequent first, counted over what the query finds."""
        wanted, filters = fold(q).strip(), filters_of(self._spec, query.filters)
        if wanted and self._spec.keywords_by_name[facet].is_found_within:
            named = await self._named(facet, wanted)
            if not named:
                return []
            filters[facet, q] = one_of(facet, named)
        plan = await self._plan(understand(query.text, self._spec), state.documents)
        asked_ = Query(text=query.text, facets=(facet,), limit=0, highlight=False)
        seen = await self._found(plan, filters, asked_, MOST_VALUES)
        return [value for value in seen.facets[facet] if wanted in fold(value.value)][:limit]

    async def _named(self, facet: str, wanted: str) -> list[str]:
        """The facet's most frequent values that contain what is wanted."""
        body = {"facetName": parts_of(facet), "facetQuery": wanted}
        answer = await self._asked(f"/indexes/{self._uid}/facet-search", body)
        with reading():
            return list(dict.fromkeys(value_of(one["value"]) for one in answer["facetHits"]))

    async def _plan(self, asked_for: Reading, size: int) -> Plan:
        if abs(size - self._counted_at) > self._counted_at * GROWN:
            self._counts.clear()
            self._counted_at = size
        return Plan(self._spec, asked_for, await self.counts_of(asked_for), size)

    async def _found(self, plan: Plan, filters: Named, query: Query, most_values: int = FACET_LIMIT) -> Found:
        questions = plan.questions()
        if not questions:
            return Found((), 0, is_exact=True, facets={facet: [] for facet in query.facets})
        kept = [*filters.values(), *([one_of("id", query.among)] if query.among is not None else [])]
        ranked = not plan.reading.is_empty
        body = asked(self._spec, self._uid, questions, kept, query, most_values, is_ranked=ranked)
        answer = await self._asked(SEVERAL, body)
        with reading():
            return found(answer, query.facets)

    async def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._caller.post(path, body)
        except MeiliRefused as refused:
            raise SearchUnavailable(str(refused)) from refused

    async def counts_of(self, asked_for: Reading) -> dict[str, int]:
        """In about how many documents each form is that the reading asks for."""
        few = self._few  # the one that these answers belong to
        wanted = list(dict.fromkeys(one for word in asked_for.words[:COUNTED_WORDS] for one in forms(word)))
        known = {one: counts[one] for counts in (self._counts, few) for one in wanted if one in counts}
        unknown = [one for one in wanted if one not in known]
        if unknown:
            shared = {"indexUid": self._uid, "filter": [EVERY], "limit": 0}
            answer = await self._asked(SEVERAL, {"queries": [{**shared, "q": one} for one in unknown]})
            with reading():
                for one, result in zip(unknown, answer["results"], strict=True):
                    count = int(result["estimatedTotalHits"])
                    (self._counts if count >= SURE else few)[one] = known[one] = count
        if len(few) > WORDS_KNOWN:
            self._few = {}
        while len(self._counts) > WORDS_KNOWN:
            self._counts.popitem(last=False)
        return known

    async def _strictest(self, plan: Plan, filters: Named) -> Strictest | None:
        """What, left out alone, lets most be found."""
        nothing = Query(text="?", limit=0, highlight=False)
        names = list(filters)
        tried = [(plan, {other: said for other, said in filters.items() if other != name}) for name in names]
        for what, value, rest in without_each(plan.reading):
            names.append((what, value))
            tried.append((await self._plan(rest, plan.size), filters))
        seen = await asyncio.gather(*(self._found(one, left, nothing) for one, left in tried))
        strict = [Strictest(*name, found.total) for name, found in zip(names, seen, strict=True)]
        best = max(strict, key=lambda one: one.total_without, default=None)
        return best if best and best.total_without else None

    async def _parts(self, plan: Plan, filters: Named, total: int) -> tuple[Part, ...]:
        """The parts by which was sought, with what each finds."""
        parts = list(parts_sought(plan.reading, plan.in_parts, nothing_found=not total))
        if not parts:
            return ()
        nothing = Query(text="?", limit=0, highlight=False)
        plans = [await self._plan(alone, plan.size) for _, alone in parts]
        seen = await asyncio.gather(*(self._found(one, filters, nothing) for one in plans))
        return tuple(
            Part(said, alone.words[0].term.text, found.total) for (said, alone), found in zip(parts, seen, strict=True)
        )
