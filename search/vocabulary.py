"""The words people keep in `search/data`: which mean the same, which say nothing, which must not be cut."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from search.text import fold, is_han, roots, teach

_DATA = Path(__file__).parent / "data"

Key = tuple[str, ...]  # a word or a term of several words, as its roots


@cache
def synonyms() -> dict[Key, tuple[str, ...]]:
    """For each term that has any, by its roots: the other terms for the same thing, in folded form."""
    found: dict[Key, dict[str, None]] = {}
    for line in _lines("synonyms.txt"):
        group = list(dict.fromkeys(fold(word).strip() for word in line.split(",") if word.strip()))
        keys = [tuple(roots(word)) for word in group]
        for key in keys:
            others = (word for word, other in zip(group, keys, strict=True) if other != key)
            found.setdefault(key, {}).update(dict.fromkeys(others))
    return {key: tuple(words) for key, words in found.items()}


@cache
def stop_words() -> frozenset[str]:
    """Words a query does without when it holds others, in folded form: of titles, of asking and of complaining."""
    return _words("stop_words.txt") | asking_words()


@cache
def asking_words() -> frozenset[str]:
    """Words by which a query is a sentence that asks or complains, in folded form."""
    return _words("asking_words.txt")


@cache
def weak_words() -> frozenset[str]:
    """Words that such a sentence does without, in folded form."""
    return _words("weak_words.txt")


@cache
def furniture_words() -> frozenset[str]:
    """Words that such a sentence does without unless they end a compound, in folded form."""
    return _words("furniture_words.txt")


@cache
def learn() -> None:
    """Teach the cutter of Chinese the words of the dictionary and of the synonyms, once."""
    listed = (word for line in _lines("dictionary.txt") for word in line.split())
    teach(word for word in map(fold, listed) if is_han(word))
    teach(word for words in synonyms().values() for word in words if is_han(word))


def _words(name: str) -> frozenset[str]:
    return frozenset(fold(word) for line in _lines(name) for word in line.split())


def _lines(name: str) -> Iterator[str]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        said = line.partition("#")[0].strip()
        if said:
            yield said
