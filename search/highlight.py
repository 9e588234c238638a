"""Which fields of a hit hold what was asked for, and excerpts with the places marked."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.embedded_schema import FIELD_END
from search.indexes import LIST_SEPARATOR, SHOWN
from search.numbers import levels, spellings
from search.text import is_han, stem
from search.understanding import Reading, Term, Word

_FIELDS = tuple(SHOWN)
_MOST_PLACES = 40  # of one term in one hit
_WORD = re.compile(r"[a-z0-9]+")
_OPEN, _CLOSE = "\ue000", "\ue001"  # stand for the marks until the text around them is escaped
_STRAY = {ord(_OPEN): None, ord(_CLOSE): None}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """A hit's excerpts by field, escaped HTML with `<mark>`, and the fields that matched."""

    highlights: dict[str, str]
    matched_on: tuple[str, ...]


class Marker:
    """Finds what one reading asks for in the texts of its hits."""

    def __init__(self, reading: Reading, misspelt: tuple[Word, ...] = ()) -> None:
        words = [term for word in reading.words for term in (word.term, *word.others)]
        self._terms = [*reading.phrases, *words]
        self._misspelt = misspelt
        self._numbers = frozenset(reading.numbers)
        self._classes = frozenset(reading.classes)

    def marks(self, shown: str) -> Marks:
        """The marks of a hit, from what `embedded_schema` stored of it to be shown."""
        half = len(shown) // 2
        raw, even = shown[:half], shown[half + 1 :]
        spans = _merged(self._spans(even))
        highlights: dict[str, str] = {}
        matched: list[str] = []
        start, at = 0, 0
        for field, text in zip(_FIELDS, raw.split(FIELD_END), strict=True):
            end = start + len(text)
            inside: list[Span] = []
            while at < len(spans) and spans[at][0] < end:
                inside.append((spans[at][0] - start, min(spans[at][1], end) - start))
                at += 1
            if inside:
                matched.append(field)
                if SHOWN[field]:
                    highlights[field] = _excerpt(text, inside, SHOWN[field])
            elif self._holds(field, text):
                matched.append(field)
            start = end + 1
        return Marks(highlights, tuple(matched))

    def _holds(self, field: str, text: str) -> bool:
        if field == "numbers" and self._numbers:
            return any(not self._numbers.isdisjoint(spellings(number)) for number in text.split(LIST_SEPARATOR))
        if field == "ipc" and self._classes:
            return any(not self._classes.isdisjoint(levels(symbol)) for symbol in text.split(LIST_SEPARATOR))
        return False

    def _spans(self, even: str) -> list[Span]:
        found = [span for term in self._terms for span in _places(term, even)]
        return found + [span for word in self._misspelt for span in _similar(word, even)]


def _places(term: Term, even: str) -> Iterator[Span]:
    if is_han(term.text):
        yield from _found(term.text, even)
    elif len(term.roots) == 1:
        yield from _inflected(term.roots[0], even)
    elif _beginning(term.roots[0]) in even:
        for found in _sequence(term.roots).finditer(even):
            yield found.span()


def _found(text: str, even: str) -> Iterator[Span]:
    at = even.find(text)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at, at + len(text)
        at = even.find(text, at + len(text))


def _inflected(root: str, even: str) -> Iterator[Span]:
    """The words with this stem."""
    beginning = _beginning(root)
    for start, _ in _found(beginning, even):
        found = _WORD.match(even, start)
        stands_alone = start == 0 or not _WORD.match(even, start - 1)
        if found and stands_alone and stem(found[0]) == root:
            yield found.span()


def _beginning(root: str) -> str:
    """What every word with this stem begins with: the stemmer writes a last y as i."""
    return root[:-1] if root.endswith("i") and len(root) > 1 else root


@lru_cache(maxsize=1_000)
def _sequence(roots: tuple[str, ...]) -> re.Pattern[str]:
    """What finds several roots one after another, in any inflection."""
    words = [re.escape(root) if is_han(root) else re.escape(_beginning(root)) + "[a-z0-9]*" for root in roots]
    return re.compile(r"(?<![a-z0-9])" + r"[ \-,./]{0,3}".join(words))


def _similar(word: Word, even: str) -> Iterator[Span]:
    """The words that differ from this one, or their stems from its stem, by no more than the typos forgiven it."""
    for found in _WORD.finditer(even):
        pairs = ((word.term.text, found[0]), (word.term.roots[0], stem(found[0])))
        if any(abs(len(one) - len(other)) <= word.typos >= _distance(one, other) for one, other in pairs):
            yield found.span()


@lru_cache(maxsize=20_000)
def _distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with the next to make one word the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, same in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != same))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == same:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _excerpt(text: str, spans: list[Span], length: int) -> str:
    start, end = _window(len(text), spans, length)
    parts = ["…" if start else ""]
    at = start
    for first, last in spans:
        if start <= first and last <= end:
            parts += [text[at:first].translate(_STRAY), _OPEN, text[first:last].translate(_STRAY), _CLOSE]
            at = last
    parts += [text[at:end].translate(_STRAY), "…" if end < len(text) else ""]
    return html.escape("".join(parts)).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")


def _window(size: int, spans: list[Span], length: int) -> Span:
    """The stretch of at most `length` characters that holds the most places, with room before the first of them."""
    if size <= length:
        return 0, size
    room = length // 4

    def places_from(first: int) -> int:
        return sum(first <= start and end <= first - room + length for start, end in spans)

    best = max((start for start, _ in spans), key=places_from)
    start = min(max(best - room, 0), size - length)
    return start, start + length
