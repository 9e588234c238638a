"""Answers of a Meilisearch server as the port gives them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from search.engine import FACET_LIMIT, RELEVANCE, FacetValue, Hit, Query, most_frequent_first
from search.highlight import Marker
from search.index_spec import IndexSpec
from search.meilisearch.documents import MOST_FOUND
from search.meilisearch.query import EVERY, Sought, newest_first, orders


@dataclass(frozen=True, slots=True)
class Found:
    """What the server found: its hits, how many there are, whether that is exact, and the counts by facet."""

    hits: Sequence[dict[str, Any]]
    total: int
    is_exact: bool
    facets: dict[str, list[FacetValue]]


def asked(
    spec: IndexSpec,
    uid: str,
    questions: Iterable[Sought],
    filters: Iterable[str],
    query: Query,
    most_values: int = FACET_LIMIT,
    *,
    is_ranked: bool,
) -> dict[str, Any]:
    """The federated search that puts the answers to the questions together, for `/multi-search`.

    `is_ranked` says whether something is sought, so that one hit is better than another.
    """
    shared = {
        "indexUid": uid,
        "matchingStrategy": "last",  # drops no phrase, and has the score say first that nothing was dropped
        "attributesToRetrieve": _retrieved(query),
    }
    sort = orders(spec)[query.sort] if query.sort not in (None, RELEVANCE) else None
    if not is_ranked:
        sort = sort or newest_first(spec)
    if sort is not None:
        shared["sort"] = sort
    kept = [EVERY, *filters]
    queries = [
        {
            **shared,
            "q": one.q,
            "filter": [*kept, *one.filters],
            "federationOptions": {"weight": 1.0 if sort else one.weight},
        }
        for one in questions
    ]
    federation: dict[str, Any] = {"offset": min(query.offset, MOST_FOUND), "limit": query.limit}
    if query.facets:
        federation |= {"facetsByIndex": {uid: list(query.facets)}, "mergeFacets": {"maxValuesPerFacet": most_values}}
    return {"federation": federation, "queries": queries}


def _retrieved(query: Query) -> list[str]:
    if query.ids_only:
        return ["id"]
    is_marked = query.highlight and (query.marked_by is not None or query.text.strip())
    return ["id", "served", *(["shown"] if is_marked else [])]


def found(answer: dict[str, Any], facets: Sequence[str]) -> Found:
    """What the server's answer to a federated search says; KeyError where it is none."""
    counted = answer.get("facetDistribution") or {}
    total = answer["estimatedTotalHits"]
    is_exact = total < MOST_FOUND and not answer.get("degraded", False)
    there = {facet: [one for one in counted.get(facet, {}).items() if one[1]] for facet in facets}
    return Found(answer["hits"], total, is_exact, {name: most_frequent_first(ones) for name, ones in there.items()})


def hits(found: Found, marker: Marker | None) -> Iterable[Hit]:
    """The hits as the port gives them, marked where there is a marker."""
    for one in found.hits:
        score = float(one["_federation"]["weightedRankingScore"])
        if marker is None:
            yield Hit(one["id"], one["served"].encode(), {}, (), score)
            continue
        marks = marker.marks(one["shown"])
        yield Hit(one["id"], one["served"].encode(), marks.highlights, marks.matched_on, score)
