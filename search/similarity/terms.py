"""The terms of a text that is compared with others, each with the place where it stands.

| term | example | from |
|---|---|---|
| pair | `冷却` | two Han characters that stand together |
| word | `cool` | the stem of a word of another script |
| phrase | `heat exchang` | two such words that stand together, with no function word between them |
| concept | `=17` | a group of words in both languages (`concepts`) |
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from search.similarity.concepts import concepts_in
from search.text import fold, fold_evenly, runs, stem

_DATA: Final = Path(__file__).parents[1] / "data"
CONCEPT: Final = "="

Occurrence = tuple[str, int, int]  # the term, and where in the text it begins and ends


@cache
def function_words() -> frozenset[str]:
    """Return the stems of English words that join others."""
    return frozenset(stem(word) for word in read_words("function_words.txt"))


def read_words(name: str) -> list[str]:
    """Return the folded words of a list of this package's data."""
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [fold(word) for line in lines for word in line.partition("#")[0].split()]


def occurrences(text: str) -> list[Occurrence]:
    """Return each term of the text with its place, once for each time that it stands there."""
    folded = fold_evenly(text)
    found: list[Occurrence] = []
    stems: list[Occurrence] = []
    place = 0
    for run, is_chinese in runs(folded):
        place = folded.index(run, place)
        if is_chinese:
            found.extend(_pairs(run, place))
        else:
            stems.append((stem(run), place, place + len(run)))
        place += len(run)
    found.extend(_words_and_phrases(stems))
    found.extend(concepts_in(folded, stems))
    return found


def _pairs(run: str, place: int) -> Iterator[Occurrence]:
    if len(run) == 1:
        yield run, place, place + 1
    for offset in range(len(run) - 1):
        yield run[offset : offset + 2], place + offset, place + offset + 2


def _words_and_phrases(stems: list[Occurrence]) -> Iterator[Occurrence]:
    dropped = function_words()
    before: Occurrence | None = None
    for word in stems:
        if word[0] in dropped:
            before = None
            continue
        yield word
        if before is not None and word[0].isalpha() and before[0].isalpha() and word[1] - before[2] == 1:
            yield f"{before[0]} {word[0]}", before[1], word[2]
        before = word


def is_phrase(term: str) -> bool:
    """Whether a term is two words that stand together."""
    return " " in term


def is_concept(term: str) -> bool:
    """Whether a term is a group of words in both languages."""
    return term.startswith(CONCEPT) and len(term) > 1
