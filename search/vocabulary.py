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
    """Words a query does without when it holds others, in folded form."""
    return frozenset(fold(word) for line in _lines("stop_words.txt") for word in line.split())


@cache
def learn() -> None:
    """Teach the cutter of Chinese the words of the dictionary and of the synonyms, once."""
    listed = (word for line in _lines("dictionary.txt") for word in line.split())
    teach(word for word in map(fold, listed) if is_han(word))
    teach(word for words in synonyms().values() for word in words if is_han(word))


def _lines(name: str) -> Iterator[str]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        said = line.partition("#")[0].strip()
        if said:
            yield said
