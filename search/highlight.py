"""Which fields of a hit hold what was asked for, and excerpts with the places marked."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.highlight_fields import FIELD_END, MARK_CLOSE, MARK_OPEN
from search.index_spec import LIST_SEPARATOR, IndexSpec
from search.query_parser import Reading, Term, Word
from search.text import is_han, number_and_unit, stem

_MOST_PLACES = 400  # of one term in one hit
_WORD = re.compile(r"[a-z0-9]+")
_SHORTEST_COMPOUND = 1  # letters of what may have a hyphen within
_SIGNS = ("++", "#")  # of languages: C++, C#

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """A hit's excerpts by field, escaped HTML with `<mark>`, and the fields that matched."""

    highlights: dict[str, str]
    matched_on: tuple[str, ...]


class Marker:
    """Finds what one reading asks for in the texts of its hits."""

    def __init__(
        self, spec: IndexSpec, reading: Reading, misspelt: tuple[Word, ...] = (), in_parts: tuple[Word, ...] = ()
    ) -> None:
        self._fields, self._excerpts = spec.fields, spec.excerpts
        terms = [*reading.phrases, *(term for word in reading.words for term in _terms(word, in_parts))]
        self._literal = [term.text for term in terms if is_han(term.text) or term.text.endswith(_SIGNS)]
        self._measured = [_measured(*pair) for term in terms if (pair := number_and_unit(term.text))]
        others = [term.roots for term in terms if not is_han(term.text)]
        self._roots = [roots[0] for roots in others if len(roots) == 1]
        self._compounds = frozenset(root for root in self._roots if len(root) > _SHORTEST_COMPOUND)
        self._sequences = [(_beginning(roots[0]), _sequence(roots)) for roots in others if len(roots) > 1]
        self._misspelt = misspelt
        codes = ((spec.document_numbers, reading.numbers), (spec.classes, reading.classes))
        self._codes = [(code.shown, code.spellings, frozenset(said)) for code, said in codes if code and said]

    def marks(self, shown: str) -> Marks:
        """The marks of a hit, from what `shown` gave of it."""
        half = len(shown) // 2
        raw = shown[:half]
        highlights: dict[str, str] = {}
        matched: set[str] = set()
        for number, start, end, spans in _by_field(raw, _merged(self._spans(shown[half + 1 :]))):
            field = self._fields[number]
            matched.add(field)
            if length := self._excerpts[field]:
                highlights[field] = _excerpt(raw[start:end], spans, length)
        if self._codes:
            matched.update(self._by_code(raw))
        in_order = (field for field in self._fields if field in matched)
        return Marks(highlights, tuple(in_order if len(matched) > 1 else matched))

    def _by_code(self, raw: str) -> Iterator[str]:
        said = dict(zip(self._fields, raw.split(FIELD_END), strict=True))
        for field, spellings, wanted in self._codes:
            if any(not wanted.isdisjoint(spellings(code)) for code in said[field].split(LIST_SEPARATOR)):
                yield field

    def _spans(self, even: str) -> list[Span]:
        found = [span for text in self._literal if text in even for span in _found(text, even)]
        for root in self._roots:
            found += _inflected(root, even)
        for measured in self._measured:
            found += (place.span() for place in measured.finditer(even))
        if self._compounds and "-" in even:
            found += _compounds(self._compounds, even)
        for beginning, sequence in self._sequences:
            if beginning in even:
                found += (place.span() for place in sequence.finditer(even))
        for word in self._misspelt:
            found += _similar(word, even)
        return found


def _terms(word: Word, in_parts: tuple[Word, ...]) -> tuple[Term, ...]:
    return word.names if word.is_chinese and word not in in_parts else (*word.names, *word.parts)


def _by_field(raw: str, spans: list[Span]) -> Iterator[tuple[int, int, int, list[Span]]]:
    """The number of each field that holds places, where it starts and ends, and its places counted from its start."""
    number, counted, at = 0, 0, 0
    while at < len(spans):
        first = spans[at][0]
        number += raw.count(FIELD_END, counted, first)
        start = raw.rfind(FIELD_END, 0, first) + 1
        end = raw.find(FIELD_END, first)
        end = counted = len(raw) if end < 0 else end
        inside: list[Span] = []
        while at < len(spans) and spans[at][0] < end:
            inside.append((spans[at][0] - start, min(spans[at][1], end) - start))
            at += 1
        yield number, start, end, inside


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


@lru_cache(maxsize=1_000)
def _measured(number: str, unit: str) -> re.Pattern[str]:
    """What finds a number with its unit, in each way to write that."""
    if unit.startswith("°"):
        return re.compile(rf"(?<![a-z0-9]){number} ?(?:{unit}|{'℃' if unit == '°c' else '℉'})(?![a-z0-9])")
    beginning = "[uμ]" if unit[0] in "uμ" else re.escape(unit[0])
    return re.compile(rf"(?<![a-z0-9]){number} ?{beginning}{unit[1:]}(?![a-z0-9])")


def _compounds(wanted: frozenset[str], even: str) -> Iterator[Span]:
    """The words with a hyphen that are one of the stems where they are written as one."""
    for at, _ in _found("-", even):
        start, end = at, at + 1
        while start > 0 and _is_letter(even[start - 1]):
            start -= 1
        while end < len(even) and _is_letter(even[end]):
            end += 1
        if start < at and at + 1 < end and stem(even[start:at] + even[at + 1 : end]) in wanted:
            yield start, end


def _is_letter(character: str) -> bool:
    return character.isalnum() and not is_han(character)


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
            parts += (text[at:first], MARK_OPEN, text[first:last], MARK_CLOSE)
            at = last
    parts += (text[at:end], "…" if end < len(text) else "")
    return html.escape("".join(parts)).replace(MARK_OPEN, "<mark>").replace(MARK_CLOSE, "</mark>")


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
