"""A query in Meilisearch's terms: filters from typed values, and the questions that are put together to one answer."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, islice, product
from typing import Any, Final

from search.filter_terms import bounds, choices
from search.index_spec import IndexSpec, Kind
from search.meilisearch.documents import EVERYTHING, spaced, stems
from search.numbers import only_symbol
from search.query_parser import Reading, Term, Word
from search.text import is_han

_NO_CONTROLS: Final = dict.fromkeys([*range(32), 127], " ")
EVERY: Final = "every = true"
MOST_WORDS: Final = 8  # of a longer text, those that say most, are sought together …
MOST_ALONE: Final = 20  # … and so many each by itself
FEW_WORDS: Final = 4  # of so many, every choice is sought together
MOST_OTHERS: Final = 3  # terms for the same thing that are sought beside a word, those found most often
MOST_NAMINGS: Final = 6  # ways to name all that was asked for
FEW: Final = 5  # a word found no oftener may be a typo
LITTLE: Final = 50  # a long Chinese word found no oftener is sought by its parts as well
COMMON_SHARE, COMMON_FROM = 0.1, 1_000  # a word in more documents makes no hits where others are rarer
SYNONYM, PART, TYPO = 0.8, 0.5, 0.3
NUMBER, CLASS, ALL = 100.0, 10.0, 3.0
STEEP: Final = 3  # how much more than its share weighs what says more


@dataclass(frozen=True, slots=True)
class Sought:
    """One question: its text, what it weighs against the others, and what it asks beside the filters."""

    q: str
    weight: float = 1.0
    filters: tuple[str, ...] = ()


@cache
def orders(spec: IndexSpec) -> Mapping[str, list[str]]:
    """By the name of each order of the index, what the server is asked to sort by."""
    then = {Kind.INSTANT: ["mark:{}"], Kind.DAY: ["newest:desc", "mark:{}"], Kind.AMOUNT: ["newest:desc"]}
    found = {}
    for one in spec.quantities:
        for sign, direction in (("", "asc"), ("-", "desc")):
            if one.sort:
                rest = [part.format(direction) for part in then[one.kind]]
                found[sign + one.sort] = [f"{one.name}:{direction}", *rest]
    return found


def newest_first(spec: IndexSpec) -> list[str]:
    """What the server is asked to sort by where nothing else is wanted."""
    return [f"{spec.newest.name}:desc", "mark:desc"]


def filters_of(spec: IndexSpec, filters: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What each filter given asks of a document, by the filter's name and its value as text; all must hold."""
    found = {(choice.name, choice.said): one_of(choice.field, choice.values) for choice in choices(spec, filters)}
    for bound in bounds(spec, filters):
        ends = ((">=", bound.low), ("<=", bound.high))
        limits = [f"{bound.quantity.name} {sign} {end}" for sign, end in ends if end is not None]
        found[bound.name, bound.said] = " AND ".join(limits)
    return found


def one_of(field: str, values: Iterable[str]) -> str:
    """What asks that the field holds one of the values."""
    return f"{field} IN [{', '.join(map(_quoted, values))}]"


def _quoted(value: str) -> str:
    """The value as a filter takes it literally."""
    plain = value.translate(_NO_CONTROLS).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def phrase(term: Term) -> str:
    """The question that finds a term as it is written: any substring of Chinese, words of other scripts whole."""
    return f'"{" ".join(spaced(term.text))}"'


@lru_cache(maxsize=20_000)
def form(term: Term) -> str:
    """The question that finds a term in any inflection."""
    if any(map(is_han, term.roots)):
        return phrase(term)
    return f'"{" ".join(root for group in stems(term.text) for root in group)}"'


class Plan:
    """The questions whose answers, put together, are the answer to a reading.

    Whoever has all that was asked for comes first, then whoever has most of what says most: each question stands for
    some of the words, and weighs as much of the whole as these say by how rare they are. `counts` tell in how many
    documents each form is, of `size`.
    """

    def __init__(self, spec: IndexSpec, reading: Reading, counts: Mapping[str, int], size: int) -> None:
        self._spec = spec
        self.reading = reading
        self.size = max(size, 1)
        self._counts = counts
        self.in_parts = self._split()
        asked = [word for word in reading.words if self._frequency(word) or self._by_parts(word)]
        self._words = sorted(asked, key=self._rarity, reverse=True)[:MOST_ALONE]
        self._total = sum(map(self._rarity, self._words)) or 1.0

    def questions(self) -> list[Sought]:
        """The questions; what was quoted must be in whatever any of them finds, and what is excluded in none."""
        must = " ".join([*self._excluded(), *map(phrase, self.reading.phrases)])
        filters = tuple(self._excluded_classes())
        found = [*self._coded(), *self._together(), *self._alone()] if not self.reading.is_empty else [Sought("")]
        if must or filters:
            found = [Sought(f"{must} {one.q}".strip(), one.weight, (*filters, *one.filters)) for one in found]
        if self.reading.phrases:
            found.append(Sought(must, TYPO, filters))
        return found

    def _excluded(self) -> Iterator[str]:
        """What the server is asked to leave out; it reads that only before what is sought."""
        for term in self.reading.excluded:
            yield from (f"-{form(spelling)}" for spelling in term.spellings)

    def _excluded_classes(self) -> Iterator[str]:
        if (classes := self._spec.classes) is not None:
            for term in self.reading.excluded:
                if symbol := only_symbol(term.text):
                    yield f"NOT {one_of(classes.keyword, [symbol])}"

    def _split(self) -> tuple[Word, ...]:
        """The long Chinese words that find so little that they are sought by their parts too; in a longer text none."""
        words = self.reading.words if len(self.reading.words) <= MOST_WORDS else ()
        return tuple(word for word in words if word.is_chinese and word.parts and self._frequency(word) <= LITTLE)

    def _by_parts(self, word: Word) -> bool:
        return word in self.in_parts or any(self._counts.get(form(part), 0) for part in loose_parts(word))

    @property
    def misspelt(self) -> tuple[Word, ...]:
        """The words so rare that similar ones are sought as well; in a longer text none."""
        words = self.reading.words if len(self.reading.words) <= MOST_WORDS else ()
        return tuple(word for word in words if word.typos and self._frequency(word) < FEW)

    def _coded(self) -> Iterator[Sought]:
        """The questions for numbers and classes."""
        if (numbers := self._spec.document_numbers) is not None and self.reading.numbers:
            yield Sought(EVERYTHING, NUMBER, (one_of(numbers.keyword, self.reading.numbers),))
        if (classes := self._spec.classes) is not None:
            for symbol in self.reading.classes:
                yield Sought(EVERYTHING, CLASS, (one_of(classes.keyword, [symbol]),))
                term = Term.of(symbol.lower())
                if len(term.roots) == 1:  # C60 is a class, and a molecule
                    yield Sought(form(term), CLASS)

    def _together(self) -> Iterator[Sought]:
        """The questions for several words at once, all of them in each way to name them."""
        found = [word for word in self._words if self._frequency(word) or word in self.in_parts][:MOST_WORDS]
        for some in subsets(len(found)):
            words = [found[place] for place in some]
            is_all = len(words) == len(found)
            weight = ALL if is_all else self._share(words)
            for terms in islice(product(*map(self._names, words)), MOST_NAMINGS if is_all else 1):
                others = sum(term is not word.term for term, word in zip(terms, words, strict=True))
                yield Sought(" ".join(map(form, terms)), weight * SYNONYM**others)
            if any(word in self.in_parts for word in words):
                split = [
                    " ".join(map(form, word.parts)) if word in self.in_parts else form(self._names(word)[0])
                    for word in words
                ]
                yield Sought(" ".join(split), weight * PART)

    def _names(self, word: Word) -> list[Term]:
        """The terms for a word that are found: it itself, then others, those that are found most often."""
        count = self._counts
        others = sorted((one for one in word.others if count.get(form(one))), key=lambda one: -count[form(one)])
        return [*([word.term] if count.get(form(word.term)) else []), *others[:MOST_OTHERS]]

    def _alone(self) -> Iterator[Sought]:
        """The questions for each word by itself, in all that it may be called, the common only where none is rare."""
        limit = max(COMMON_FROM, self.size * COMMON_SHARE)
        rare = [word for word in self._words if self._frequency(word) <= limit] or self._words
        for word in rare:
            weight = self._share([word])
            for term in self._names(word):
                yield Sought(form(term), weight if term is word.term else weight * SYNONYM)
            for part in loose_parts(word):
                yield Sought(form(part), weight * PART)
            if word in self.in_parts:
                yield Sought(" ".join(map(form, word.parts)), weight * PART)
        for word in self.misspelt:
            for text in dict.fromkeys((word.term.text, word.term.roots[0])):
                yield Sought(text, TYPO)

    def _share(self, words: Iterable[Word]) -> float:
        return (sum(map(self._rarity, words)) / self._total) ** STEEP

    def _frequency(self, word: Word) -> int:
        return max(self._counts.get(one, 0) for one in named(word))

    def _rarity(self, word: Word) -> float:
        frequency = min(self._frequency(word), self.size)
        return math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)) * (1 + math.log(word.count))


def named(word: Word) -> list[str]:
    """The questions that find a word by itself, in all that it may be called."""
    return list(map(form, word.names))


def forms(word: Word) -> list[str]:
    """The same, and the questions for those of its parts that are sought beside it."""
    return [*named(word), *map(form, loose_parts(word))]


def loose_parts(word: Word) -> tuple[Term, ...]:
    """The parts of which each is sought beside the word."""
    return () if word.is_chinese else word.parts


def subsets(count: int) -> Iterator[tuple[int, ...]]:
    """Which of so many words, the one that says most first, are sought together: all, and what leaves out little."""
    everything = tuple(range(count))
    if count <= FEW_WORDS:
        for size in range(count, 1, -1):
            yield from combinations(everything, size)
        return
    for size in range(count, 2, -1):
        yield everything[:size]
    yield from combinations(everything[:FEW_WORDS], 2)
