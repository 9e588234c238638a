"""The tantivy form of the patent index: its schema, and how a document is put into it."""

import hashlib
import pickle
import re
from datetime import date
from typing import Any

from tantivy import Document, Schema, SchemaBuilder

from search.documents import PatentDocument, Ready
from search.highlight_fields import shown
from search.index_fields import FACETS, TIERS, words_of
from search.numbers import levels, spellings
from search.text import fold, normal_name, pieces_and_roots, stem

Fields = dict[str, list[Any]]  # of strings, bytes or numbers, by the field's name

FORM = "3"  # changed whenever documents are put in differently: an index of another form asks to be rebuilt
ANYWHERE = "anywhere"  # the pieces, and beside them the roots, of all tiers: tells in one look whether a patent has one
POSITION_ID = "\x00position"  # the document that carries the stream position; no query finds it
_FIELD_BREAK = ["‖"]  # a word between fields of one tier, so that no phrase spans two of them
_LONG_WORD = re.compile(r"(?<![a-z0-9])[a-z]{4,64}(?![a-z0-9])")

# A sort key is one number: first the value, then the newer listing (two rows where up and down differ), then the id.
DAY_BITS, PRICE_BITS, INSTANT_BITS = 47, 24, 11
LAST_DAY = (1 << 17) - 1
DEAREST = (1 << 39) - 1
_SECOND_BITS, _ID_BITS = 33, 14
_LAST_INSTANT = (1 << 52) - 1
_FIRST_DAY = date(1900, 1, 1).toordinal()


def make_schema() -> Schema:
    """The schema of the patent index."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("served", stored=True)
    builder.add_bytes_field("shown", stored=True)
    builder.add_unsigned_field("position", stored=True)
    for tier in TIERS:
        builder.add_text_field(tier.name, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(roots_of(tier.name), tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(spellings_of(tier.name), tokenizer_name="whitespace", index_option="basic")
    for name in (ANYWHERE, roots_of(ANYWHERE)):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("every", "number", "ipc", "held_by"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("level", "listed", "filed_up", "filed_down", "expires_up", "expires_down", "price_up", "price_down"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def roots_of(tier: str) -> str:
    """The name of the field that holds a tier's roots, beside the one that holds its pieces."""
    return tier + "_roots"


def spellings_of(tier: str) -> str:
    """The name of the field where typos are forgiven: a tier's long English words and stems, apart from the Chinese.

    Among a hundred thousand pieces of Chinese, all as short as a typo is long, looking for similar words takes 17 ms.
    """
    return tier + "_spellings"


def position_document(position: int) -> Document:
    """The document that carries the stream position."""
    document = Document()
    document.add_text("id", POSITION_ID)
    document.add_unsigned("position", position)
    document.add_unsigned("listed", 0)
    return document


def fields_of(patent: PatentDocument) -> Fields:
    """A patent as tantivy keeps it: the values of each field."""
    fields: Fields = {"id": [patent.id], "every": ["1"], "served": [patent.served], "shown": [shown(patent)]}
    found: dict[str, set[str]] = {}
    for tier in TIERS:
        folded = [fold(words) for field in tier.fields if (words := words_of(patent, field))]
        fields[spellings_of(tier.name)] = [" ".join(_spelt(folded))]
        both = [pieces_and_roots(words) for words in folded]
        for place, (name, anywhere) in enumerate(((tier.name, ANYWHERE), (roots_of(tier.name), roots_of(ANYWHERE)))):
            parts = [split[place] for split in both]
            fields[name] = [_joined(parts)]
            found.setdefault(anywhere, set()).update(*parts)
    fields |= {name: [" ".join(held)] for name, held in found.items()}
    fields |= {name: list(values) for name, values in _keywords(patent).items()}
    fields |= {name: [key] for name, key in _sort_keys(patent).items()}
    if patent.stage is not None:
        fields["level"] = [patent.stage]
    return fields


def made_ready(patent: PatentDocument) -> Ready:
    """A patent in the form in which tantivy takes it, made where there is time for it."""
    return Ready(patent.id, pickle.dumps(fields_of(patent), pickle.HIGHEST_PROTOCOL))


def indexed(change: PatentDocument | Ready, schema: Schema) -> Document:
    """A patent as tantivy takes it."""
    return Document.from_dict(_unpacked(change) if isinstance(change, Ready) else fields_of(change), schema)


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


def _keywords(patent: PatentDocument) -> dict[str, set[str]]:
    found = {facet.value: set(values(patent)) for facet, values in FACETS.items()}
    found["number"] = {spelling for number in patent.numbers for spelling in spellings(number)}
    found["ipc"] = {level for symbol in patent.ipc for level in levels(symbol)}
    found["held_by"] = {normal_name(name) for name in patent.holders} | set(patent.holder_ids)
    return found


def _sort_keys(patent: PatentDocument) -> dict[str, int]:
    listed = int(patent.listed_at.timestamp())
    mark = int.from_bytes(hashlib.blake2b(patent.id.encode(), digest_size=2).digest(), "big")
    newest_last = min(max(listed, 0), (1 << _SECOND_BITS) - 1)
    newest_first = (1 << _SECOND_BITS) - 1 - newest_last
    tail = mark & ((1 << _ID_BITS) - 1)
    keys = {"listed": instant_key(int(patent.listed_at.timestamp() * 1_000_000)) | (mark & ((1 << INSTANT_BITS) - 1))}
    for name, day in (("filed", patent.filing_date), ("expires", patent.expiry_date)):
        up, down = (LAST_DAY << DAY_BITS, 0) if day is None else (day_key(day.toordinal()),) * 2
        keys[name + "_up"] = up | (newest_first << _ID_BITS) | tail
        keys[name + "_down"] = down | (newest_last << _ID_BITS) | tail
    price = patent.price_fen
    coarse = _SECOND_BITS - PRICE_BITS
    keys["price_up"] = (DEAREST if price is None else min(price, DEAREST - 1)) << PRICE_BITS | newest_first >> coarse
    keys["price_down"] = (0 if price is None else min(price + 1, DEAREST)) << PRICE_BITS | newest_last >> coarse
    return keys
