"""The bytes of a search's answer: the index kept each patent's ready JSON, so that nothing is built twice."""

from functools import cache
from typing import Final

import orjson

from backend.patent_search.index_fields import Facet
from backend.reference.ipc import ipc_label
from backend.reference.lists import label
from search.engine import Answer, FacetValue

LISTS: Final = {
    Facet.REGION: "regions",
    Facet.KIND: "patent-kinds",
    Facet.LEGAL_STATUS: "legal-statuses",
    Facet.TECHNOLOGY_FIELD: "technology-fields",
    Facet.CLUSTER: "clusters",
    Facet.DEAL_TYPE: "deal-types",
    Facet.GRADE: "grades",
    Facet.STAGE: "stages",
}
IPC_FACETS: Final = frozenset({Facet.IPC_SECTION, Facet.IPC_CLASS, Facet.IPC_SUBCLASS})
YES_NO: Final = {("true", "zh"): "是", ("false", "zh"): "否", ("true", "en"): "Yes", ("false", "en"): "No"}


def facet_label(facet: str, value: str, language: str) -> str:
    """Return the label of a facet's value in `language`; a holder's name is its own label."""
    if facet in IPC_FACETS:
        return ipc_label(value, language)
    if facet == Facet.OPEN_LICENCE:
        return YES_NO.get((value, language), value)
    name = LISTS.get(Facet(facet))
    return label(name, value, language) if name else value


class _Openings(dict[str, bytes]):
    """By value, the JSON of a facet's value up to its count; as many as the index has values."""

    def __init__(self, facet: str, language: str) -> None:
        self._facet = facet
        self._language = language

    def __missing__(self, value: str) -> bytes:
        label = facet_label(self._facet, value, self._language)
        opening = self[value] = orjson.dumps({"value": value, "label": label})[:-1] + b',"count":'
        return opening


@cache
def _openings(facet: str, language: str) -> _Openings:
    return _Openings(facet, language)


def _counted(facet: str, values: list[FacetValue], language: str) -> bytes:
    openings = _openings(facet, language)
    parts = b",".join([b"%b%d}" % (openings[v.value], v.count) for v in values])
    return b'"%b":[%b]' % (facet.encode(), parts)


def write_answer(
    found: Answer, *, language: str, next_cursor: str | None, shifted: bool, behind: bool, position: str
) -> bytes:
    """Return the JSON of the answer."""
    items = [
        b"%b,%b" % (hit.served[:-1], orjson.dumps({"highlights": hit.highlights, "matched_on": hit.matched_on})[1:])
        for hit in found.hits
    ]
    facets = [_counted(name, values, language) for name, values in found.facets.items()]
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
