"""Which of many stored queries could find a document: what is new is compared with all of them at once.

A query's filters are decided exactly. Of its text the percolator says only that a document may hold what it asks for,
never that one does not which the engine would find: the engine, which knows what is rare in its index, decides.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Generic, TypeVar

from search.documents import Document
from search.engine import Query
from search.filter_terms import Bound, Choice, bounds, choices
from search.index_spec import Codes, IndexSpec, Kind, Quantity, words_of
from search.numbers import symbol
from search.query_parser import Reading, Term, Word, understand
from search.text import fold, joined, pieces_and_roots, stem

K = TypeVar("K", bound=Hashable)
PIECE, ROOT, SPELT = "piece\0", "root\0", "spelt\0"  # no keyword of an index is called so
LONG_WORD: Final = re.compile(r"(?<![a-z0-9])[a-z]{3,64}(?![a-z0-9])")
MIXED: Final = re.compile(r"[a-z]*[0-9][a-z0-9]*[a-z][a-z0-9]*|[a-z]+[0-9][a-z0-9]*")
DIGITS_OR_LETTERS: Final = re.compile(r"[0-9]+|[a-z]+")
FORGIVING: Final = 8  # the engines forgive typos in a text of so few words
TYPOS: Final = 2
LONGEST_SHORTENED: Final = 26  # letters; of a longer word there are too many shorter forms
Token = tuple[str, str]  # a kind, and a value of which a document has many or none


@dataclass(frozen=True, slots=True)
class _Stored:
    """A query: for each thing of which one is enough, the tokens that a document must have; and its filters."""

    choices: tuple[Choice, ...]
    bounds: tuple[Bound, ...]
    ways: tuple[frozenset[Token], ...]
    excludes: bool

    def first_tokens(self) -> list[tuple[Token, bool]]:
        """Return tokens of which each document that is found has one, each with whether it may be all that it needs.

        There are none where a document may be found without any.
        """
        if self.ways:
            is_free = not (self.choices or self.bounds)
            first = [(max(way, key=lambda token: len(token[1])), is_free and len(way) == 1) for way in self.ways if way]
            return first if all(self.ways) else []
        if not self.choices:
            return []
        one = min(self.choices, key=lambda choice: len(choice.values))
        is_all = len(self.choices) == 1 and not self.bounds
        return [((one.field, value), is_all) for value in one.values]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A document as filters and texts look at it."""

    tokens: Mapping[str, AbstractSet[str]]
    quantities: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The documents that a query may find; where it `has_text` the engine decides, else it does find them."""

    ids: tuple[str, ...]
    has_text: bool


class Percolator(Generic[K]):
    """Stored queries of one index by their keys, and by what a document must have for them to find it."""

    def __init__(self, spec: IndexSpec) -> None:
        self._spec = spec
        self._stored: dict[K, _Stored] = {}
        self._by_token: dict[str, dict[str, set[K]]] = defaultdict(dict)
        self._sure: dict[str, dict[str, set[K]]] = defaultdict(dict)  # whose first token is all that they ask for
        self._unfiltered: set[K] = set()

    def __contains__(self, key: object) -> bool:
        return key in self._stored

    def keys(self) -> Collection[K]:
        """Return the keys of the queries."""
        return self._stored.keys()

    def put(self, key: K, query: Query) -> None:
        """Store a query."""
        reading = understand(query.text, self._spec)
        found = self._stored[key] = _Stored(
            tuple(choices(self._spec, query.filters)),
            tuple(bounds(self._spec, query.filters)),
            tuple(_ways(reading, self._spec)),
            bool(reading.excluded),
        )
        first = found.first_tokens()
        for token, is_enough in first:
            (self._sure if is_enough else self._by_token)[token[0]].setdefault(token[1], set()).add(key)
        if not first:
            self._unfiltered.add(key)

    def remove(self, key: K) -> None:
        """Forget a query."""
        for (kind, value), is_enough in self._stored.pop(key).first_tokens():
            by_value = (self._sure if is_enough else self._by_token)[kind]
            keys = by_value.get(value, set())
            keys.discard(key)
            if not keys:
                by_value.pop(value, None)
        self._unfiltered.discard(key)

    def candidates(self, documents: Iterable[Document]) -> dict[K, Candidates]:
        """Return by the keys of the queries which of the documents each may find."""
        found: dict[K, list[str]] = defaultdict(list)
        near: dict[str, Sequence[str]] = {}
        for document in documents:
            seen = self._seen(document, near)
            sure = _keys(self._sure, seen)
            keys = (_keys(self._by_token, seen) | self._unfiltered) - sure
            for key in sure.union(key for key in keys if _may_find(self._stored[key], seen)):
                found[key].append(document.id)
        return {key: Candidates(tuple(ids), self._has_text(key)) for key, ids in found.items()}

    def _has_text(self, key: K) -> bool:
        stored = self._stored[key]
        return bool(stored.ways) or stored.excludes

    def _seen(self, document: Document, near: dict[str, Sequence[str]]) -> _Seen:
        """Return what is compared of a document; `near` keeps the shorter forms of words that are asked for."""
        tokens: dict[str, set[str]] = {one.name: set(one.values(document)) for one in self._spec.keywords}
        tokens |= {PIECE: set(), ROOT: set(), SPELT: set()}
        spelt: set[str] = set()
        for field in (field for tier in self._spec.tiers for field in tier.fields):
            folded = fold(words_of(document, field))
            pieces, roots = pieces_and_roots(folded)
            tokens[PIECE].update(pieces)
            tokens[ROOT].update(roots)
            compounds = joined(folded)
            tokens[PIECE].update(compounds)
            tokens[ROOT].update(map(stem, compounds))
            for word in MIXED.findall(folded):  # a search server cuts some of them in two
                tokens[ROOT].update(map(stem, DIGITS_OR_LETTERS.findall(word)))
            spelt.update(LONG_WORD.findall(folded))
        if asked := {**self._by_token.get(SPELT, {}), **self._sure.get(SPELT, {})}:
            for word in spelt | set(map(stem, spelt)):
                if word not in near:
                    near[word] = [part for part in _shortened(word, TYPOS) if part in asked]
                tokens[SPELT].update(near[word])
        return _Seen(tokens, {one.name: _number(one, getattr(document, one.source)) for one in self._spec.quantities})


def _keys(by_token: Mapping[str, Mapping[str, set[K]]], seen: _Seen) -> set[K]:
    return {
        key
        for kind, by_value in by_token.items()
        for value in by_value.keys() & seen.tokens[kind]
        for key in by_value[value]
    }


def _may_find(stored: _Stored, seen: _Seen) -> bool:
    return (
        all(not seen.tokens[one.field].isdisjoint(one.values) for one in stored.choices)
        and all(_within(one, seen.quantities[one.quantity.name]) for one in stored.bounds)
        and (not stored.ways or any(_has(way, seen) for way in stored.ways))
    )


def _has(way: Iterable[Token], seen: _Seen) -> bool:
    return all(value in seen.tokens[kind] for kind, value in way)


def _within(bound: Bound, value: int | None) -> bool:
    if value is None:
        return False
    return (bound.low is None or bound.low <= value) and (bound.high is None or value <= bound.high)


def _ways(reading: Reading, spec: IndexSpec) -> Iterator[frozenset[Token]]:
    """Yield what a document needs at least, in each of the ways in which the text can find it."""
    if reading.phrases:  # all of them must be there
        yield frozenset(token for phrase in reading.phrases for token in _needed(phrase))
        return
    yield from _coded(spec.document_numbers, reading.numbers)
    yield from _coded(spec.classes, reading.classes)
    for code in reading.classes:
        yield _needed(Term.of(symbol(code).lower()))
    for word in reading.words:
        yield from map(_needed, word.names)
        if word.is_chinese and word.parts:  # which must all be there
            yield frozenset(token for part in word.parts for token in _needed(part))
        else:
            yield from map(_needed, word.parts)
        if word.typos and len(reading.words) <= FORGIVING:
            yield from _misspelt(word)


def _misspelt(word: Word) -> Iterator[frozenset[Token]]:
    for text in {word.term.text, word.term.roots[0]}:
        if len(text) > LONGEST_SHORTENED - TYPOS:
            yield frozenset()  # whatever the document: the engine decides
        else:
            yield from (frozenset({(SPELT, part)}) for part in _shortened(text, word.typos))


def _coded(codes: Codes | None, values: Iterable[str]) -> Iterator[frozenset[Token]]:
    if codes is not None:
        yield from (frozenset({(codes.keyword, value)}) for value in values)


def _needed(term: Term) -> frozenset[Token]:
    """Return what each document has that holds the term, in the form in which the engines seek it."""
    kind, parts = (PIECE, term.pieces) if term.is_chinese else (ROOT, term.roots)
    return frozenset((kind, part) for part in parts)


def _shortened(word: str, most: int) -> list[str]:
    """Return a word with up to so many letters left out: words so near to each other have one such form in common."""
    if len(word) > LONGEST_SHORTENED:
        return []
    left_out = (places for count in range(most + 1) for places in combinations(range(len(word)), count))
    return list({"".join(char for place, char in enumerate(word) if place not in places) for places in left_out})


_NUMBER: Final[Mapping[Kind, Callable[[Any], int]]] = {
    Kind.DAY: lambda day: int(day.toordinal()),
    Kind.INSTANT: lambda at: int(at.timestamp() * 1_000_000),
}


def _number(quantity: Quantity, value: Any) -> int | None:
    return None if value is None else _NUMBER.get(quantity.kind, int)(value)
