"""Answers from one view of the tantivy index: hits in their order, counts, and what was too strict."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tantivy import DocAddress, Schema, Searcher
from tantivy import Query as Sought

from search.embedded.filters import all_but, all_of, clauses, every, one_of_ids
from search.embedded.query import Plan, Planner, excluded_by
from search.embedded.schema import KEY, orders
from search.engine import (
    FACET_LIMIT,
    RELEVANCE,
    Answer,
    FacetValue,
    Hit,
    Marked,
    Part,
    Query,
    Strictest,
    most_frequent_first,
)
from search.highlight import Marker
from search.index_spec import IndexSpec
from search.query_explanation import parts_sought, understood, without_each
from search.query_parser import Reading, understand

_EXACT = 65_000  # values of a facet a segment may have before counts of several segments become estimates
_TIE, _LONGEST_TIE = 16, 4_096  # how far beyond the page equals are sought at first, and at most

_HIT, _ID = 500, 20  # what reading and marking one hit costs, in postings, and what reading its id does
_IDS_KEPT, _PLANS_KEPT = 200_000, 200

_Found = list[tuple[Any, DocAddress]]


@dataclass(frozen=True, slots=True)
class View:
    """One committed state of the index, which later changes leave alone."""

    spec: IndexSpec
    schema: Schema
    searcher: Searcher
    generation: str
    position: int
    documents: int
    ids: dict[int, str]
    """By their keys the ids that were read, kept from one state to the next."""
    plans: dict[str, Plan] = field(default_factory=dict)
    """By its text how a query is answered from this state."""


@dataclass(frozen=True, slots=True)
class Task:
    """A query prepared for one view, and about how many postings and values answering it will read."""

    view: View
    query: Query
    reading: Reading
    plan: Plan | None
    excluded: list[Sought]
    filters: dict[tuple[str, str], Sought]
    cost: int


def prepare(view: View, query: Query) -> Task:
    """The task of answering a query from a view."""
    reading = understand(query.text, view.spec)
    filters = clauses(view.spec, view.schema, query.filters)
    plan = None if reading.is_empty else _plan(view, query.text, reading)
    postings = plan.postings if plan else view.documents
    hit = _ID if query.ids_only else _HIT
    page = hit * min(query.limit, view.documents) + min(query.offset, view.documents)
    excluded = excluded_by(reading, view.spec, view.schema) if reading.excluded else []
    return Task(view, query, reading, plan, excluded, filters, postings * (1 + len(query.facets)) + page)


def _plan(view: View, text: str, reading: Reading) -> Plan:
    known = view.plans.get(text)
    if known is None:
        if len(view.plans) >= _PLANS_KEPT:
            view.plans.clear()
        known = view.plans[text] = Planner(view.spec, view.schema, view.searcher).plan(reading)
    return known


def answer(task: Task) -> Answer:
    """The answer to a prepared task."""
    view, query = task.view, task.query
    finding = found_by(task)
    found, total = _page(task, finding)
    counts = count_values(view, finding, query.facets) if total else {facet: [] for facet in query.facets}
    strictest = None if total or query.among is not None else _strictest(task)
    return Answer(
        hits=() if query.ids_only else tuple(_hits(task, found)),
        ids=_ids(view, [address for _, address in found]) if query.ids_only else (),
        marked_by=_marked(task),
        total=total,
        total_is_exact=True,
        facets=counts,
        generation=view.generation,
        position=view.position,
        understood=understood(task.reading, strictest, tuple(_parts(task, total))),
    )


def found_by(task: Task) -> Sought:
    """What finds everything a task asks for, in no order."""
    return _with(task, task.plan.finding if task.plan else None)


def count_values(
    view: View, finding: Sought, facets: Sequence[str], limit: int = FACET_LIMIT
) -> dict[str, list[FacetValue]]:
    """For each facet its most frequent values among what is found, with their counts."""
    if not facets:
        return {}
    per_segment = limit if view.searcher.num_segments == 1 else _EXACT
    wanted = {facet: {"terms": {"field": facet, "size": limit, "segment_size": per_segment}} for facet in facets}
    counted = view.searcher.aggregate(finding, wanted)
    buckets = {facet: counted[facet]["buckets"] for facet in facets}
    return {
        name: most_frequent_first((one["key"], one["doc_count"]) for one in found) for name, found in buckets.items()
    }


def _with(task: Task, text: Sought | None, without: tuple[str, str] | None = None) -> Sought:
    parts = [query for name, query in task.filters.items() if name != without]
    if task.query.among is not None:
        parts.append(one_of_ids(task.view.schema, task.query.among))
    if text is not None:
        parts.insert(0, text)
    found = all_of(parts) if len(parts) > 1 else parts[0] if parts else every(task.view.schema)
    return all_but(found, task.excluded) if task.excluded else found


def _page(task: Task, finding: Sought) -> tuple[_Found, int]:
    query, searcher = task.query, task.view.searcher
    sort = query.sort or RELEVANCE
    limit = min(query.limit, max(task.view.documents - query.offset, 0))
    if limit <= 0:
        return [], _count(task.view, finding)
    if sort == RELEVANCE and task.plan:
        return _by_relevance(task, _with(task, task.plan.ranking), limit)
    field, order = orders(task.view.spec)[sort]
    return _search(searcher, finding, limit, offset=query.offset, order_by_field=field, order=order)


def _by_relevance(task: Task, ranking: Sought, limit: int) -> tuple[_Found, int]:
    """The page of best hits; equals are put newest first, which one segment keeps by itself."""
    searcher, first = task.view.searcher, task.query.offset
    if searcher.num_segments == 1:
        return _search(searcher, ranking, limit, offset=first)
    before, after = min(first, _TIE), _TIE
    while True:
        start = first - before
        hits, total = _search(searcher, ranking, before + limit + after, offset=start)
        if len({score for score, _ in hits}) == len(hits):
            return hits[before : before + limit], total
        ties = [list(tie) for _, tie in itertools.groupby(hits, key=lambda hit: hit[0])]
        is_cut_before = start > 0 and before <= _LONGEST_TIE and bool(ties) and len(ties[0]) > before
        is_cut_after = _reaches_end(ties, after) and len(hits) == before + limit + after and after <= _LONGEST_TIE
        if not (is_cut_before or is_cut_after):
            ordered = [hit for tie in ties for hit in _newest_first(task.view, tie)]
            return ordered[before : before + limit], total
        before = min(first, before * 16) if is_cut_before else before
        after = after * 16 if is_cut_after else after


def _reaches_end(ties: list[_Found], after: int) -> bool:
    return bool(ties) and len(ties[-1]) > after


def _newest_first(view: View, tie: _Found) -> _Found:
    if len(tie) == 1 or len(tie) > _LONGEST_TIE:
        return tie
    instants = view.searcher.fast_field_values(view.spec.newest.sort_key, [address for _, address in tie])
    return [hit for _, hit in sorted(zip(instants, tie, strict=True), key=lambda pair: -(pair[0] or 0))]


def _hits(task: Task, found: _Found) -> Iterable[Hit]:
    searcher = task.view.searcher
    marked = _marked(task)
    marker = None
    if marked is not None and task.query.highlight:
        marker = Marker(task.view.spec, marked.reading, marked.misspelt, marked.in_parts)
    for key, address in found:
        document: Any = searcher.doc(address)
        score = key if isinstance(key, float) else 0.0
        if marker is None:
            yield Hit(document.get_first("id"), document.get_first("served"), {}, (), score)
            continue
        marks = marker.marks(document.get_first("shown").decode())
        yield Hit(document.get_first("id"), document.get_first("served"), marks.highlights, marks.matched_on, score)


def _marked(task: Task) -> Marked | None:
    if task.query.marked_by is not None:
        return task.query.marked_by
    return Marked(task.reading, task.plan.misspelt, task.plan.in_parts) if task.plan else None


def _ids(view: View, addresses: list[DocAddress]) -> tuple[str, ...]:
    """The ids of documents, read from the documents where they have not been before."""
    if not addresses:
        return ()
    if len(view.ids) > _IDS_KEPT:
        view.ids.clear()
    found = []
    keys: list[Any] = view.searcher.fast_field_values(KEY, addresses)
    for key, address in zip(keys, addresses, strict=True):
        known = view.ids.get(key)  # once: another thread may forget them all meanwhile
        if known is None:
            document: Any = view.searcher.doc(address)
            known = view.ids[key] = document.get_first("id")
        found.append(known)
    return tuple(found)


def _count(view: View, sought: Sought) -> int:
    return _search(view.searcher, sought, 1)[1]


def _search(searcher: Searcher, sought: Sought, limit: int, **order: Any) -> tuple[_Found, int]:
    result: Any = searcher.search(sought, limit, **order)
    return result.hits, result.count


def _strictest(task: Task) -> Strictest | None:
    """What, left out alone, lets most be found; None where nothing does."""
    text = task.plan.finding if task.plan else None
    asked = [Strictest(*name, _count(task.view, _with(task, text, name))) for name in task.filters]
    for what, value, rest in without_each(task.reading):
        asked.append(Strictest(what, value, _count(task.view, found_by(_read_otherwise(task, rest)))))
    best = max(asked, key=lambda one: one.total_without, default=None)
    return best if best and best.total_without else None


def _parts(task: Task, total: int) -> Iterator[Part]:
    """The parts by which was sought, with what each finds."""
    in_parts = task.plan.in_parts if task.plan else ()
    for said, alone in parts_sought(task.reading, in_parts, nothing_found=not total):
        found = _count(task.view, found_by(_read_otherwise(task, alone)))
        yield Part(said, alone.words[0].term.text, found)


def _read_otherwise(task: Task, reading: Reading) -> Task:
    view = task.view
    plan = None if reading.is_empty else Planner(view.spec, view.schema, view.searcher).plan(reading)
    return replace(task, plan=plan, excluded=excluded_by(reading, view.spec, view.schema))
