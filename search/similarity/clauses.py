"""Which clauses of a text say what is looked for: they count more than the story around them, and figures less."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

import rjieba

from search.similarity.terms import Occurrence, occurrences, read_words
from search.text import fold_evenly, is_han, runs, stem

SOUGHT: Final = 2.0  # the weight of a clause that says what is looked for, and of those behind it in its sentence
MEASURED: Final = 0.6  # the weight of a clause with figures: a requirement, which titles and abstracts do not hold
_SENTENCE: Final = re.compile(r"[。；;!！\n]|\.\s")
_CLAUSE: Final = re.compile(r"[，,：:？?]")
_SEEKING: Final = re.compile(
    r"希望|寻求|寻找|想找|求|需要|想|有没有|找到|能不能|怎么|怎样|如何|"
    r"\b(?:looking for|seek(?:s|ing)?|need(?:s|ed)?|want(?:s|ed)?|wish|require[sd]?)\b|"
    r"\b(?:how (?:can|could|do|to)|(?:is|are) there)\b",
    re.IGNORECASE,
)
_ASKING: Final = ("asking_words.txt", "weak_words.txt", "furniture_words.txt")
_FIGURE: Final = re.compile(r"\d")

WeighedOccurrence = tuple[Occurrence, float]


def weighed_occurrences(text: str) -> Iterator[WeighedOccurrence]:
    """Yield the terms of a text that somebody asks by, without the words of asking, with the weight of their clause."""
    asking = _places_of_asking(text)
    weights = list(_clauses(text))
    current = 0
    for term, start, end in sorted(occurrences(text), key=_place):
        if any(place in asking for place in range(start, end)):
            continue
        while current + 1 < len(weights) and weights[current + 1][0] <= start:
            current += 1
        yield (term, start, end), weights[current][1]


def _place(occurrence: Occurrence) -> tuple[int, int, str]:
    return occurrence[1], occurrence[2], occurrence[0]


def _clauses(text: str) -> Iterator[tuple[int, float]]:
    """Yield where each clause begins, and its weight."""
    for sentence_start, sentence in _split(text, _SENTENCE):
        is_sought = False
        for clause_start, clause in _split(sentence, _CLAUSE):
            is_sought = is_sought or _SEEKING.search(clause) is not None
            weight = SOUGHT if is_sought else 1.0
            yield sentence_start + clause_start, weight * (MEASURED if _FIGURE.search(clause) else 1.0)


def _split(text: str, at: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for found in at.finditer(text):
        yield start, text[start : found.start()]
        start = found.end()
    yield start, text[start:]


def words_in(text: str) -> list[str]:
    """Return the words of a text as they are written, each once, without those of asking and those of one character."""
    asking, found, place, folded = _places_of_asking(text), dict[str, None](), 0, fold_evenly(text)
    for run, is_chinese in runs(folded):
        place = folded.index(run, place)
        for word in rjieba.cut(run) if is_chinese else [run]:
            if len(word) > 1 and not asking.intersection(range(place, place + len(word))):
                found[text[place : place + len(word)]] = None
            place += len(word)
    return list(found)


@lru_cache(maxsize=20_000)
def is_word(term: str) -> bool:
    """Whether a term is a word of its own, not a piece that lies across two: every word of other scripts is one."""
    return not is_han(term) or list(rjieba.cut(term)) == [term]


def _places_of_asking(text: str) -> frozenset[int]:
    """Return the places in a text of words that carry nothing: of asking, wishing and complaining."""
    words, stems = _asking_words()
    folded = fold_evenly(text)
    places: set[int] = set()
    place = 0
    for run, is_chinese in runs(folded):
        place = folded.index(run, place)
        if is_chinese:
            places.update(_of_words(run, place, words))
        elif stem(run) in stems:
            places.update(range(place, place + len(run)))
        place += len(run)
    return frozenset(places)


def _of_words(run: str, place: int, asking: frozenset[str]) -> Iterator[int]:
    for word in rjieba.cut(run):
        if word in asking:
            yield from range(place, place + len(word))
        place += len(word)


@cache
def _asking_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of asking, and the stems of those that are English."""
    words: Sequence[str] = [word for name in _ASKING for word in read_words(name)]
    return frozenset(words), frozenset(stem(word) for word in words if word.isascii())
