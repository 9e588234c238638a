"""The bytes of a search's answer: the index kept each document's ready JSON, so that nothing is built twice."""

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson

from search.engine import Answer, FacetValue, Hit
from search.ranking.score import WHOLE as PARTS

Label = Callable[[str, str, str], str]
"""What a facet's value is called in a language."""


class _Openings(dict[str, bytes]):
    """By value, the JSON of a facet's value up to its count; as many as the index has values."""

    def __init__(self, label: Label, facet: str, language: str) -> None:
        self._label = label
        self._facet = facet
        self._language = language

    def __missing__(self, value: str) -> bytes:
        label = self._label(self._facet, value, self._language)
        opening = self[value] = orjson.dumps({"value": value, "label": label})[:-1] + b',"count":'
        return opening


@cache
def _openings(label: Label, facet: str, language: str) -> _Openings:
    return _Openings(label, facet, language)


def _counted(label: Label, facet: str, values: list[FacetValue], language: str) -> bytes:
    openings = _openings(label, facet, language)
    parts = b",".join([b"%b%d}" % (openings[v.value], v.count) for v in values])
    return b'"%b":[%b]' % (facet.encode(), parts)


def _shown(hit: Hit) -> dict[str, Any]:
    shown: dict[str, Any] = {"highlights": hit.highlights, "matched_on": hit.matched_on}
    if hit.parts is not None:
        parts = [{"name": p.name, "what": p.what, "words": p.words, "points": p.points / PARTS} for p in hit.parts]
        shown["score"] = {"points": sum(part.points for part in hit.parts) / PARTS, "parts": parts}
    return shown


def write_answer(
    found: Answer, *, label: Label, language: str, next_cursor: str | None, shifted: bool, behind: bool, position: str
) -> bytes:
    """Return the JSON of the answer."""
    items = [b"%b,%b" % (hit.served[:-1], orjson.dumps(_shown(hit))[1:]) for hit in found.hits]
    facets = [_counted(label, name, values, language) for name, values in found.facets.items()]
    rest = {
        "total": found.total,
        "total_is_exact": found.total_is_exact,
        "next_cursor": next_cursor,
        "shifted": shifted,
        "position": position,
        "behind": behind,
        "query": found.understood,
    }
    return b'{"items":[%b],"facets":{%b},%b' % (b",".join(items), b",".join(facets), orjson.dumps(rest)[1:])
