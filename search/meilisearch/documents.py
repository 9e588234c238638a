"""What a Meilisearch server is given of a patent, and the settings of its index.

Meilisearch cuts Chinese by a dictionary of its own and finds nothing that crosses its cuts. So it is given our own
cuts: for each tier the Chinese one character at a time and the words of other scripts, in their order, as a phrase
finds any substring in them; beside them the stems of those words.
"""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import orjson

from search.documents import PatentDocument, Ready
from search.engine import Facet
from search.highlight_fields import shown
from search.index_fields import FACETS, TIERS, words_of
from search.numbers import levels, spellings
from search.text import fold, normal_name, runs, stem

POSITION_ID: Final = "_position"  # the document that carries the stream position; no query of patents finds it
EVERYTHING: Final = "everything"  # a word that every patent has, for questions that filters alone decide
MOST_FOUND: Final = 30_000
MOST_VALUES: Final = 1_000
NUMBERS: Final = ("stage", "price_fen", "filed", "expires", "listed")
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


def settings(cutoff_ms: int) -> dict[str, Any]:
    """The settings of the index; `cutoff_ms` is how long the server may search before it answers what it has."""
    searched = [name for tier in TIERS for name in (tier.name, stems_of(tier.name))]
    chosen = ["id", "every", "number", "ipc", "held_by", *(f for f in FACETS if f not in NUMBERS)]
    return {
        "displayedAttributes": ["id", "served", "shown", "position", "state", "aside", "filled_to"],
        "searchableAttributes": [*searched, "always"],
        "filterableAttributes": [
            _filterable(chosen),
            _filterable(list(NUMBERS), comparison=True),
            _filterable([parts_of(Facet.HOLDER)], search=True),
        ],
        "sortableAttributes": sorted({*NUMBERS, "newest", "mark"} - {"stage"}),  # in the order that the server tells
        "rankingRules": [
            "sort", "words", "typo", "proximity", "attributeRank", "wordPosition", "exactness", "listed:desc"
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


def document(patent: PatentDocument) -> dict[str, Any]:
    """The patent as it is put into the index; what is not known of it is left out."""
    listed = int(patent.listed_at.timestamp() * 1_000_000)
    mark = int.from_bytes(hashlib.blake2b(patent.id.encode(), digest_size=2).digest(), "big")
    days = {"filed": patent.filing_date, "expires": patent.expiry_date}
    found: dict[str, Any] = {facet.value: values(patent) for facet, values in FACETS.items()}
    found |= {
        parts_of(Facet.HOLDER): _parts(found[Facet.HOLDER]),
        "id": patent.id,
        "every": True,
        "always": EVERYTHING,
        "served": patent.served.decode(),
        "shown": shown(patent).decode(),
        "number": sorted({spelling for number in patent.numbers for spelling in spellings(number)}),
        "ipc": sorted({level for symbol in patent.ipc for level in levels(symbol)}),
        "held_by": [*dict.fromkeys(map(normal_name, patent.holders)), *patent.holder_ids],
        "stage": patent.stage,
        "price_fen": patent.price_fen,
        "listed": listed,
        "newest": listed // 1_000_000,
        "mark": mark,
        **{name: day and day.toordinal() for name, day in days.items()},
    }
    for tier in TIERS:
        texts = [fold(words_of(patent, field)) for field in tier.fields]
        found[tier.name] = [" ".join(spaced(text)) for text in texts if text]
        found[stems_of(tier.name)] = [" ".join(group) for text in texts for group in stems(text)]
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def made_ready(patent: PatentDocument) -> Ready:
    """A patent in the form in which the server takes it, made where there is time for it."""
    return Ready(patent.id, orjson.dumps(document(patent)))


def spaced(folded: str) -> Iterator[str]:
    """The single characters of Chinese and the words of other scripts, in their order."""
    for run, is_han in runs(folded):
        if is_han:
            yield from run
        else:
            yield run


def stems(folded: str) -> Iterator[list[str]]:
    """The stems of words that stand together with nothing Chinese between them."""
    for is_han, group in groupby(runs(folded), key=lambda run: run[1]):
        if not is_han:
            yield [stem(word) for word, _ in group]
