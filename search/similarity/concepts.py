"""Groups of words in both languages that stand for one thing, found in texts wherever one of their words is."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from search.text import fold, is_han, runs, stem

_DATA: Final = Path(__file__).parents[1] / "data"
SOURCES: Final = ("synonyms.txt", "glossary.txt")

Words = tuple[str, ...]


def concepts_in(folded: str, stems: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield each group met in folded text, by its name, with where its word begins and ends; the longest words win."""
    chinese, english = _groups()
    reached = 0
    beginnings = _chinese_words()
    for beginning in _a_first_character().finditer(folded):
        start = beginning.start()
        words = beginnings.get(folded[start : start + 2]) or beginnings.get(folded[start])
        word = next((word for word in words if folded.startswith(word, start)), None) if words else None
        if word is None or start + len(word) <= reached:
            continue
        reached = start + len(word)
        for group in chinese[word]:
            yield group, start, reached
    for place, (first, start, _) in enumerate(stems):
        for words, groups in english.get(first, ()):
            following = stems[place : place + len(words)]
            if tuple(word for word, _, _ in following) == words:
                for group in groups:
                    yield group, start, following[-1][2]


@cache
def words_of(name: str) -> str:
    """Return the words of a group as a person reads them: its first in each language."""
    return _named()[name]


@cache
def _lines() -> tuple[tuple[str, ...], ...]:
    found = []
    for source in SOURCES:
        for line in (_DATA / source).read_text(encoding="utf-8").splitlines():
            words = tuple(word.strip() for word in line.partition("#")[0].split(",") if word.strip())
            if words:
                found.append(words)
    return tuple(found)


@cache
def _named() -> dict[str, str]:
    named = {}
    for number, words in enumerate(_lines()):
        chinese = next((word for word in words if is_han(fold(word))), None)
        english = next((word for word in words if not is_han(fold(word))), None)
        named[f"={number}"] = " / ".join(word for word in (chinese, english) if word)
    return named


@cache
def _groups() -> tuple[dict[str, list[str]], dict[str, list[tuple[Words, list[str]]]]]:
    """Return the groups by their Chinese words, and by the first of the stems of their English words."""
    chinese: dict[str, list[str]] = {}
    english: dict[Words, list[str]] = {}
    for number, words in enumerate(_lines()):
        for word in map(fold, words):
            if is_han(word):
                chinese.setdefault(word, []).append(f"={number}")
            else:
                stems = tuple(stem(run) for run, _ in runs(word))
                english.setdefault(stems, []).append(f"={number}")
    by_first: dict[str, list[tuple[Words, list[str]]]] = {}
    for stems, groups in english.items():
        by_first.setdefault(stems[0], []).append((stems, groups))
    return chinese, by_first


@cache
def _a_first_character() -> re.Pattern[str]:
    """Return what finds a character with which a Chinese word begins: it passes over the others quickly."""
    return re.compile("[" + re.escape("".join(sorted({word[0] for word in _groups()[0]}))) + "]")


@cache
def _chinese_words() -> dict[str, tuple[str, ...]]:
    """Return the Chinese words by their first two characters, or their only one, the longest first.

    Under two characters stands the word of the first alone too, which is met where no longer one is.
    """
    words = sorted(_groups()[0], key=len, reverse=True)
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[:2], []).append(word)
    for beginning, longer in found.items():
        if len(beginning) > 1 and beginning[0] in found:
            longer.append(beginning[0])
    return {beginning: tuple(ranked) for beginning, ranked in found.items()}
