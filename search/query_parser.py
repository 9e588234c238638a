"""What a query's text asks for: words with their synonyms, quoted phrases, and the codes that its index knows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from search.index_spec import IndexSpec
from search.numbers import numbers_in, symbols_in
from search.text import cut, fold, is_han, pieces, roots, stem
from search.vocabulary import Key, learn, stop_words, synonyms

MAX_CHARACTERS = 2_000
MAX_WORDS = 400
MAX_PHRASES = 8
MAX_NUMBERS = 20
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|「([^」]*)」|『([^』]*)』')
_LENGTHS = (5, 4, 3, 2)  # how many words a term with synonyms may have, longest first
_SHORT = 200  # characters of a text whose reading is kept
_ONE_TYPO_FROM = 5
_TWO_TYPOS_FROM = 9


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that stand together: its folded text, its pieces, and its roots (see `search.text`)."""

    text: str
    pieces: tuple[str, ...]
    roots: tuple[str, ...]

    @classmethod
    def of(cls, folded: str) -> "Term":
        """The term written so."""
        return cls(folded, tuple(pieces(folded)), tuple(roots(folded)))

    @property
    def is_chinese(self) -> bool:
        """Whether its pieces alone say all of it: Chinese of two characters or more."""
        return len(self.roots) > 1 and is_han(self.text)


@dataclass(frozen=True, slots=True)
class Word:
    """A word asked for: its term, how often it was said, other terms for the same, and how many typos are forgiven.

    A term of several words with synonyms, `solid state battery`, is one word here; `parts` are those it is made of.
    """

    term: Term
    count: int = 1
    others: tuple[Term, ...] = ()
    typos: int = 0
    parts: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A query's text as understood."""

    words: tuple[Word, ...] = ()
    phrases: tuple[Term, ...] = ()
    numbers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.words or self.phrases or self.numbers or self.classes)


def understand(text: str, spec: IndexSpec) -> Reading:
    """The reading of a text that is sought in the index; of a very long one the first 2,000 characters count."""
    return _known(text, spec) if len(text) <= _SHORT else _understood(text, spec)


@lru_cache(maxsize=16_384)  # saved searches are asked again with every change
def _known(text: str, spec: IndexSpec) -> Reading:
    return _understood(text, spec)


def _understood(text: str, spec: IndexSpec) -> Reading:
    learn()
    folded = fold(text[:MAX_CHARACTERS])
    phrases: list[Term] = []

    def put_aside(found: re.Match[str]) -> str:
        phrases.append(Term.of(" ".join("".join(part or "" for part in found.groups()).split())))
        return " "

    rest = _QUOTED.sub(put_aside, folded)
    said = tuple(dict.fromkeys(phrase for phrase in phrases if phrase.roots))[:MAX_PHRASES]
    numbers, rest = _taken(numbers_in, rest) if spec.document_numbers else ((), rest)
    classes, rest = _taken(symbols_in, rest) if spec.classes else ((), rest)
    words, dropped = _words(rest, anything_else=bool(said or numbers or classes))
    return Reading(words, said, numbers, classes, dropped)


def _taken(find: Callable[[str], Iterator[tuple[str, int, int]]], text: str) -> tuple[tuple[str, ...], str]:
    found: dict[str, None] = {}
    for what, start, end in find(text):
        found[what] = None
        text = text[:start] + " " * (end - start) + text[end:]
    return tuple(found)[:MAX_NUMBERS], text


def _words(text: str, anything_else: bool) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    counted: dict[Key, tuple[str, int]] = {}
    for said, key in _terms(cut(text)[:MAX_WORDS]):
        first, count = counted.get(key, (said, 0))
        counted[key] = first, count + 1
    empty = {key for key, (said, _) in counted.items() if said in stop_words()}
    if len(empty) == len(counted) and not anything_else:
        empty = set()
    kept = tuple(_word(said, key, count) for key, (said, count) in counted.items() if key not in empty)
    return kept, tuple(counted[key][0] for key in counted if key in empty)


def _terms(words: list[str]) -> Iterator[tuple[str, Key]]:
    at = 0
    keys = [tuple(word) if is_han(word) else (stem(word),) for word in words]
    while at < len(words):
        length = next((length for length in _LENGTHS if _key(keys, at, length) in synonyms()), 1)
        said = words[at : at + length]
        if all(map(is_han, said)):  # the cutter knows the Chinese ones: here somebody put a space between
            length, said = 1, said[:1]
        yield " ".join(said), _key(keys, at, length)
        at += length


def _key(keys: list[Key], at: int, length: int) -> Key:
    return keys[at] if length == 1 else tuple(root for key in keys[at : at + length] for root in key)


def _word(said: str, key: Key, count: int) -> Word:
    term = Term.of(said)
    others = tuple(other for other in _others(key) if said not in other.text)
    parts = tuple(map(Term.of, said.split())) if " " in said else ()
    return Word(term, count, others, _typos(said), parts)


@cache
def _others(key: Key) -> tuple[Term, ...]:
    return tuple({other.roots: other for other in map(Term.of, synonyms().get(key, ()))}.values())


def _typos(word: str) -> int:
    if not (word.isascii() and word.isalpha()):
        return 0
    return 2 if len(word) >= _TWO_TYPOS_FROM else 1 if len(word) >= _ONE_TYPO_FROM else 0
