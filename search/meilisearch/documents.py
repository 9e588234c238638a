"""What a Meilisearch server is given of a document, and the settings of its index.

Meilisearch cuts Chinese by a dictionary of its own and finds nothing that crosses its cuts. So it is given our own
cuts: for each tier the Chinese one character at a time and the words of other scripts, in their order, as a phrase
finds any substring in them; beside them the stems of those words.
"""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import orjson

from search.documents import Document, Ready
from search.highlight_fields import highlight_text
from search.index_spec import IndexSpec, Kind, words_of
from search.text import fold, joined, stem, tokens

POSITION_ID: Final = "_position"  # the document that carries the stream position; no search finds it
EVERYTHING: Final = "everything"  # a word that every document has, for questions that filters alone decide
FORM: Final = "2"  # changed whenever documents of any index are put in differently
MOST_FOUND: Final = 30_000
MOST_VALUES: Final = 1_000
_PART_END: Final = "\x1f"


def stems_of(tier: str) -> str:
    """The name of the attribute that holds a tier's stems, beside the one that holds its words as they are."""
    return tier + "_stems"


def parts_of(facet: str) -> str:
    """The name of the attribute by which a facet's values are found from any place within them."""
    return facet + "_parts"


def value_of(part: str) -> str:
    """The facet's value that a part of it, as kept in that attribute, belongs to."""
    return part.partition(_PART_END)[2]


def _parts(values: list[str]) -> list[str]:
    """Each value from each of its characters on, with the whole value behind."""
    folded = ((value, "".join(fold(value).split())) for value in values)
    return [f"{text[start:]}{_PART_END}{value}" for value, text in folded for start in range(len(text))]


def settings(spec: IndexSpec, cutoff_ms: int) -> dict[str, Any]:
    """The settings of the index; `cutoff_ms` is how long the server may search before it answers what it has."""
    searched = [name for tier in spec.tiers for name in (tier.name, stems_of(tier.name))]
    quantities = [one.name for one in spec.quantities]
    chosen = ["id", "every", *(one.name for one in spec.keywords if one.name not in quantities)]
    within = [parts_of(facet.name) for facet in spec.facets if facet.is_found_within]
    sortable = {one.name for one in spec.quantities if one.kind is not Kind.LEVEL}
    return {
        "displayedAttributes": ["id", "served", "shown", "position", "state", "aside", "filled_to"],
        "searchableAttributes": [*searched, "always"],
        "filterableAttributes": [
            _filterable(chosen),
            _filterable(quantities, comparison=True),
            *([_filterable(within, search=True)] if within else []),
        ],
        "sortableAttributes": sorted({*sortable, "newest", "mark"}),  # in the order in which the server lists them
        "rankingRules": [
            "sort", "words", "typo", "proximity", "attributeRank", "wordPosition", "exactness",
            f"{spec.newest.name}:desc",
        ],
        "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["cmn"]}],
        "prefixSearch": "disabled",
        "pagination": {"maxTotalHits": MOST_FOUND},
        "faceting": {"maxValuesPerFacet": MOST_VALUES, "sortFacetValuesBy": {"*": "count"}},
        "searchCutoffMs": cutoff_ms,
    }  # fmt: skip


def _filterable(names: list[str], *, comparison: bool = False, search: bool = False) -> dict[str, Any]:
    features = {"facetSearch": search, "filter": {"equality": True, "comparison": comparison}}
    return {"attributePatterns": names, "features": features}


def document(spec: IndexSpec, given: Document) -> dict[str, Any]:
    """The document as it is put into the index; what is not known of it is left out."""
    mark = int.from_bytes(hashlib.blake2b(given.id.encode(), digest_size=2).digest(), "big")
    found: dict[str, Any] = {one.name: list(dict.fromkeys(one.values(given))) for one in spec.keywords}
    found |= {parts_of(one.name): _parts(found[one.name]) for one in spec.facets if one.is_found_within}
    found |= {
        "id": given.id,
        "every": True,
        "always": EVERYTHING,
        "served": given.served.decode(),
        "shown": highlight_text(spec, given).decode(),
        **{one.name: _number(one.kind, getattr(given, one.source)) for one in spec.quantities},
        "mark": mark,
    }
    found["newest"] = found[spec.newest.name] // 1_000_000
    for tier in spec.tiers:
        texts = [fold(words_of(given, field)) for field in tier.fields]
        found[tier.name] = [" ".join(spaced(text)) for text in texts if text]
        found[stems_of(tier.name)] = [" ".join(group) for text in texts for group in stems(text)]
        for compound in dict.fromkeys(word for text in texts for word in joined(text)):
            found[tier.name].append(compound)
            found[stems_of(tier.name)].append(stem(compound))
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _number(kind: Kind, value: Any) -> int | None:
    if value is None:
        return None
    if kind is Kind.INSTANT:
        return int(value.timestamp() * 1_000_000)
    return int(value.toordinal()) if kind is Kind.DAY else int(value)


def made_ready(spec: IndexSpec, given: Document) -> Ready:
    """A document in the form in which the server takes it, made where there is time for it."""
    return Ready(given.id, orjson.dumps(document(spec, given)))


def spaced(folded: str) -> Iterator[str]:
    """The single characters of Chinese and the words of other scripts, in their order."""
    for run, is_han in tokens(folded):
        if is_han:
            yield from run
        else:
            yield run


def stems(folded: str) -> Iterator[list[str]]:
    """The stems of words that stand together with nothing Chinese between them."""
    for is_han, group in groupby(tokens(folded), key=lambda run: run[1]):
        if not is_han:
            yield [stem(word) for word, _ in group]
