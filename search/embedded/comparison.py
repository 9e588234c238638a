"""Whether the index holds what it should, document by document."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tantivy import Query

from search.documents import Document
from search.embedded.answers import View
from search.highlight_fields import highlight_text

_COPIES = 4  # of one document, that are told from one


def differing(view: View, documents: Sequence[Document]) -> list[str]:
    """The ids of those documents that the view does not hold exactly once, with what is served and shown of it."""
    there: dict[str, list[tuple[bytes, bytes]]] = defaultdict(list)
    for found in _documents(view, [document.id for document in documents]):
        there[found.get_first("id")].append((bytes(found.get_first("served")), bytes(found.get_first("shown"))))
    return [d.id for d in documents if there.get(d.id) != [(d.served, highlight_text(view.spec, d))]]


def present_ids(view: View, ids: Sequence[str]) -> list[str]:
    """Those of the ids that the view holds."""
    there = {found.get_first("id") for found in _documents(view, ids)}
    return [one for one in ids if one in there]


def _documents(view: View, ids: Sequence[str]) -> Iterator[Any]:
    if ids:
        wanted = Query.term_set_query(view.schema, "id", list(ids))
        for _, address in view.searcher.search(wanted, _COPIES * len(ids)).hits:
            yield view.searcher.doc(address)
