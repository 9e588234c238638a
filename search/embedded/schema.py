"""The tantivy form of an index: its schema, and how a document is put into it."""

import hashlib
import pickle
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from tantivy import Document as TantivyDocument
from tantivy import Order, Schema, SchemaBuilder

from search.documents import Document, Ready
from search.engine import RELEVANCE
from search.highlight_fields import highlight_text
from search.index_spec import IndexSpec, Kind, Quantity, words_of
from search.text import fold, joined, pieces_and_roots, stem

Fields = dict[str, list[Any]]  # of strings, bytes or numbers, by the field's name

FORM = "4"  # changed whenever documents of any index are put in differently
ANYWHERE = "anywhere"  # the pieces, and beside them the roots, of all tiers: tells in one look what has a word
KEY = "key"  # a number that stands for the id: read without the document, which takes a hundredth of the time
POSITION_ID = "\x00position"  # the document that carries the stream position; no query finds it
_FIELD_BREAK = ["‖"]  # a word between fields of one tier, so that no phrase spans two of them
_LONG_WORD = re.compile(r"(?<![a-z0-9])[a-z]{4,64}(?![a-z0-9])")

# A sort key is one number: first the value, then the newer document (two rows where up and down differ), then the id.
DAY_BITS, AMOUNT_BITS, INSTANT_BITS = 47, 24, 11
LAST_DAY = (1 << 17) - 1
GREATEST = (1 << 39) - 1
_SECOND_BITS, _ID_BITS = 33, 14
_LAST_INSTANT = (1 << 52) - 1
_FIRST_DAY = date(1900, 1, 1).toordinal()


def form_of(spec: IndexSpec) -> str:
    """The form of the index as it is written beside it: one of another form asks to be rebuilt."""
    return f"{FORM}.{spec.version}" if spec.version else FORM


def make_schema(spec: IndexSpec) -> Schema:
    """The schema of the index; tantivy takes a folder only with the same fields in the same order."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(KEY, fast=True)
    builder.add_bytes_field("served", stored=True)
    builder.add_bytes_field("shown", stored=True)
    builder.add_unsigned_field("position", stored=True)
    for tier in spec.tiers:
        builder.add_text_field(tier.name, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(roots_of(tier.name), tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(spellings_of(tier.name), tokenizer_name="whitespace", index_option="basic")
    for name in (ANYWHERE, roots_of(ANYWHERE)):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("every", *(keyword.name for keyword in spec.keywords if not keyword.is_facet)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for facet in spec.facets:
        builder.add_text_field(facet.name, fast=True, tokenizer_name="raw", index_option="basic")
    for quantity in sorted(spec.quantities, key=lambda one: one.kind.value):
        for name in sort_keys_of(quantity):
            builder.add_unsigned_field(name, fast=True)
    return builder.build()


def sort_keys_of(quantity: Quantity) -> tuple[str, ...]:
    """The names of the fields that hold a quantity: two where what is not known comes last in both directions."""
    if quantity.kind in (Kind.LEVEL, Kind.INSTANT):
        return (quantity.sort_key,)
    return quantity.sort_key + "_up", quantity.sort_key + "_down"


@cache
def orders(spec: IndexSpec) -> Mapping[str, tuple[str, Order]]:
    """By the name of each order of the index, the field and the direction; of what is equally relevant the newest."""
    sortable = [(one.sort, sort_keys_of(one)) for one in spec.quantities if one.sort]
    up = {name: (keys[0], Order.Asc) for name, keys in sortable}
    down = {f"-{name}": (keys[-1], Order.Desc) for name, keys in sortable}
    return {RELEVANCE: (spec.newest.sort_key, Order.Desc), **up, **down}


def roots_of(tier: str) -> str:
    """The name of the field that holds a tier's roots, beside the one that holds its pieces."""
    return tier + "_roots"


def spellings_of(tier: str) -> str:
    """The name of the field where typos are forgiven: a tier's long English words and stems, apart from the Chinese.

    Among a hundred thousand pieces of Chinese, all as short as a typo is long, looking for similar words takes 17 ms.
    """
    return tier + "_spellings"


def position_document(spec: IndexSpec, position: int) -> TantivyDocument:
    """The document that carries the stream position."""
    document = TantivyDocument()
    document.add_text("id", POSITION_ID)
    document.add_unsigned("position", position)
    document.add_unsigned(spec.newest.sort_key, 0)
    return document


def fields_of(spec: IndexSpec, document: Document) -> Fields:
    """A document as tantivy keeps it: the values of each field."""
    fields: Fields = {
        "id": [document.id],
        KEY: [_key_of(document.id)],
        "every": ["1"],
        "served": [document.served],
        "shown": [highlight_text(spec, document)],
    }
    found: dict[str, set[str]] = {}
    for tier in spec.tiers:
        folded = [fold(words) for field in tier.fields if (words := words_of(document, field))]
        fields[spellings_of(tier.name)] = [" ".join(_spelt(folded))]
        both = [pieces_and_roots(words) for words in folded]
        if compounds := [word for words in folded for word in joined(words)]:  # behind the rest, so that phrases hold
            both.append((compounds, list(map(stem, compounds))))
        for place, (name, anywhere) in enumerate(((tier.name, ANYWHERE), (roots_of(tier.name), roots_of(ANYWHERE)))):
            parts = [split[place] for split in both]
            fields[name] = [_joined(parts)]
            found.setdefault(anywhere, set()).update(*parts)
    fields |= {name: [" ".join(held)] for name, held in found.items()}
    fields |= {keyword.name: list(set(keyword.values(document))) for keyword in spec.keywords}
    fields |= {name: [key] for name, key in _sort_keys(spec, document)}
    return fields


def _key_of(document_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(document_id.encode(), digest_size=8).digest(), "big")


def made_ready(spec: IndexSpec, document: Document) -> Ready:
    """A document in the form in which tantivy takes it, made where there is time for it."""
    return Ready(document.id, pickle.dumps(fields_of(spec, document), pickle.HIGHEST_PROTOCOL))


def indexed(spec: IndexSpec, change: Document | Ready, schema: Schema) -> TantivyDocument:
    """A document as tantivy takes it."""
    fields = _unpacked(change) if isinstance(change, Ready) else fields_of(spec, change)
    return TantivyDocument.from_dict(fields, schema)


def _unpacked(ready: Ready) -> Fields:
    fields: Fields = pickle.loads(ready.content)  # noqa: S301 - by a process of our own
    return fields


def day_key(ordinal: int) -> int:
    """The first sort key of a day, given as its number in the calendar."""
    return min(max(ordinal - _FIRST_DAY, 0), LAST_DAY - 1) << DAY_BITS


def instant_key(microseconds: int) -> int:
    """The first sort key of an instant, given in microseconds since 1970."""
    return min(max(microseconds, 0), _LAST_INSTANT) << INSTANT_BITS


def _joined(parts: list[list[str]]) -> str:
    words: list[str] = []
    for part in parts:
        words += (_FIELD_BREAK if words else []) + part
    return " ".join(words)


def _spelt(folded: list[str]) -> set[str]:
    long = {word for words in folded for word in _LONG_WORD.findall(words)}
    return long | set(map(stem, long))


def _sort_keys(spec: IndexSpec, document: Document) -> Iterator[tuple[str, int]]:
    """The sort keys of what is known of the document, and of what is not where that must come last."""
    instant = getattr(document, spec.newest.source)
    mark = int.from_bytes(hashlib.blake2b(document.id.encode(), digest_size=2).digest(), "big")
    newest_last = min(max(int(instant.timestamp()), 0), (1 << _SECOND_BITS) - 1)
    newest_first = (1 << _SECOND_BITS) - 1 - newest_last
    for quantity in spec.quantities:
        value, keys = getattr(document, quantity.source), sort_keys_of(quantity)
        if quantity.kind is Kind.LEVEL:
            if value is not None:
                yield keys[0], value
        elif quantity.kind is Kind.INSTANT:
            microseconds = int(instant.timestamp() * 1_000_000)
            yield keys[0], instant_key(microseconds) | (mark & ((1 << INSTANT_BITS) - 1))
        elif quantity.kind is Kind.DAY:
            tail = mark & ((1 << _ID_BITS) - 1)
            up, down = (LAST_DAY << DAY_BITS, 0) if value is None else (day_key(value.toordinal()),) * 2
            yield keys[0], up | (newest_first << _ID_BITS) | tail
            yield keys[1], down | (newest_last << _ID_BITS) | tail
        else:
            coarse = _SECOND_BITS - AMOUNT_BITS
            up = GREATEST if value is None else min(max(value, 0), GREATEST - 1)
            down = 0 if value is None else min(max(value, 0) + 1, GREATEST)
            yield keys[0], up << AMOUNT_BITS | newest_first >> coarse
            yield keys[1], down << AMOUNT_BITS | newest_last >> coarse
