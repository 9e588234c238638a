"""What a query's text asks for: words with their synonyms, quoted phrases, and the codes that its index knows.

| written | read as |
|---|---|
| `"a b"`, `+word` | a phrase: a document must have it exactly |
| `-word`, `-"a b"`, `NOT word` | excluded: a document with it is not found |
| a number or a class that the index knows | such a code |
| a word of asking or complaining, a word that says nothing | dropped, where something else is asked for |
| anything else | a word, of which a document should have as many as it can |
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from search.index_spec import IndexSpec
from search.numbers import numbers_in, symbols_in
from search.query_signs import signs_of
from search.text import are_one_word, is_han, is_known, parts_of, pieces, roots, stem, words_and_gaps
from search.vocabulary import Key, asking_words, furniture_words, learn, stop_words, synonyms, weak_words

MAX_CHARACTERS = 2_000
MAX_WORDS = 400
MAX_PHRASES = 8
MAX_NUMBERS = 20
_LENGTHS = (5, 4, 3, 2)  # how many words a term with synonyms may have, longest first
_LONGEST_COMPOUND = 4  # words with hyphens between that are one
_SHORT = 200  # characters of a text whose reading is kept
_MANY = 12  # words from which on a text is a sentence
_ONE_TYPO_FROM = 5
_TWO_TYPOS_FROM = 9
_GUESSED = 2  # characters of a word that the cutter may have guessed from one of asking and the next
_SHORTEST_PART = 3  # letters of a part of a compound that is also sought alone
_PREFIXES = frozenset({"non", "anti", "pre", "self", "multi"})  # that say the opposite or little alone

Said = tuple[str, Key, str]  # a word or several, its roots, and what parts it from the one before


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

    @property
    def spellings(self) -> tuple["Term", ...]:
        """The term, and where it is a word with hyphens the same written as one."""
        return (self, Term.of(self.text.replace("-", ""))) if "-" in self.text and " " not in self.text else (self,)


@dataclass(frozen=True, slots=True)
class Word:
    """A word asked for: its term, how often it was said, other terms for the same, and how many typos are forgiven.

    A term of several words with synonyms, `solid state battery`, is one word here, and so is one with a hyphen; `parts`
    are those it is made of. A long Chinese word is sought by its parts, all of them, where it finds little.
    """

    term: Term
    count: int = 1
    others: tuple[Term, ...] = ()
    typos: int = 0
    parts: tuple[Term, ...] = ()

    @property
    def names(self) -> tuple[Term, ...]:
        """The terms that mean it whole."""
        return self.term, *self.others

    @property
    def is_chinese(self) -> bool:
        """Whether its parts are sought together and only where it finds little, not each beside it."""
        return self.term.is_chinese


@dataclass(frozen=True, slots=True)
class Reading:
    """A query's text as understood."""

    words: tuple[Word, ...] = ()
    phrases: tuple[Term, ...] = ()
    numbers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    excluded: tuple[Term, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for; something may be excluded."""
        return not (self.words or self.phrases or self.numbers or self.classes)


def understand(text: str, spec: IndexSpec) -> Reading:
    """The reading of a text that is sought in the index; of a very long one the first 2,000 characters count."""
    return _known(text, spec) if len(text) <= _SHORT else _understood(text, spec)


@lru_cache(maxsize=16_384)  # saved searches are asked again with every change
def _known(text: str, spec: IndexSpec) -> Reading:
    return _understood(text, spec)


def _understood(text: str, spec: IndexSpec) -> Reading:
    learn()
    signs = signs_of(text[:MAX_CHARACTERS])
    demanded, excluded = _some(signs.demanded), _some(signs.excluded)
    numbers, rest = _taken(numbers_in, signs.rest) if spec.document_numbers else ((), signs.rest)
    classes, rest = _taken(symbols_in, rest) if spec.classes else ((), rest)
    words, dropped = _words(rest, anything_else=bool(demanded or excluded or numbers or classes))
    surplus = signs.demanded[MAX_PHRASES:] + signs.excluded[MAX_PHRASES:]
    return Reading(words, demanded, numbers, classes, (*dropped, *surplus), excluded)


def _some(said: Iterable[str]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term for term in map(Term.of, said) if term.roots))[:MAX_PHRASES]


def _taken(find: Callable[[str], Iterator[tuple[str, int, int]]], text: str) -> tuple[tuple[str, ...], str]:
    found: dict[str, None] = {}
    for what, start, end in find(text):
        found[what] = None
        text = text[:start] + " " * (end - start) + text[end:]
    return tuple(found)[:MAX_NUMBERS], text


def _words(text: str, anything_else: bool) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    counted: dict[Key, tuple[str, int]] = {}
    terms = list(_terms(list(itertools.islice(_apart(words_and_gaps(text)), MAX_WORDS))))
    for said, key, _ in terms:
        first, count = counted.get(key, (said, 0))
        counted[key] = first, count + 1
    empty = _empty(terms)
    if len(empty) == len(counted) and not anything_else:
        empty = set()
    kept = tuple(_word(said, key, count) for key, (said, count) in counted.items() if key not in empty)
    return kept, tuple(counted[key][0] for key in counted if key in empty)


def _empty(terms: list[Said]) -> set[Key]:
    """The words that say nothing: in a sentence some of those too that would be meant among keywords."""
    empty = {key for said, key, _ in terms if said in stop_words()}
    if len(terms) <= _MANY and not any(said in asking_words() for said, _, _ in terms):
        return empty
    weak = {key for said, key, _ in terms if said in weak_words()}
    if all(key in empty or key in weak for _, key, _ in terms):
        return empty
    kept: set[Key] = set()
    before = False
    for said, key, gap in terms:
        if said not in furniture_words():
            before = key not in empty and key not in weak
        elif before and not gap:
            kept.add(key)
        else:
            weak.add(key)
    return empty | (weak - kept)


def _apart(words: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The words, those of two characters that the cutter only guesses without the word of asking they begin with."""
    for word, gap in words:
        if len(word) == _GUESSED and is_han(word) and _begins_with_asking(word):
            yield word[0], gap
            yield word[1], ""
        else:
            yield word, gap


@lru_cache(maxsize=20_000)
def _begins_with_asking(word: str) -> bool:
    listed = asking_words() | weak_words()
    return word[0] in listed and word not in listed and word not in stop_words() and not is_known(word)


def _terms(words: list[tuple[str, str]]) -> Iterator[Said]:
    at = 0
    keys = [_key_of(word) for word, _ in words]
    while at < len(words):
        length = next((length for length in _LENGTHS if _key(keys, at, length) in synonyms()), 1)
        said = [word for word, _ in words[at : at + length]]
        if all(map(is_han, said)):  # the cutter knows the Chinese ones: here somebody put a space between
            length, said = 1, said[:1]
        if length > 1 or (length := _compound(words, at)) == 1:
            yield " ".join(said), _key(keys, at, length), words[at][1]
        else:
            yield "-".join(word for word, _ in words[at : at + length]), _key(keys, at, length), words[at][1]
        at += length


def _compound(words: list[tuple[str, str]], at: int) -> int:
    """How many words from here on are one, with hyphens between."""
    length = 1
    while at + length < len(words) and words[at + length][1] == "-" and length < _LONGEST_COMPOUND:
        one, other = words[at + length - 1][0], words[at + length][0]
        if is_han(one) or is_han(other) or not are_one_word(one, other):
            break
        length += 1
    return length


def _key_of(word: str) -> Key:
    if word.isascii():
        return (stem(word),) if word.isalnum() else tuple(roots(word))
    return tuple(word) if is_han(word) else tuple(roots(word))


def _key(keys: list[Key], at: int, length: int) -> Key:
    return keys[at] if length == 1 else tuple(root for key in keys[at : at + length] for root in key)


def _word(said: str, key: Key, count: int) -> Word:
    term = Term.of(said)
    others = (*term.spellings[1:], *(other for other in _others(key) if said not in other.text))
    return Word(term, count, others, _typos(said), _parts(said))


@lru_cache(maxsize=20_000)
def _parts(said: str) -> tuple[Term, ...]:
    if " " in said:
        return tuple(map(Term.of, said.split()))
    if "-" in said:
        parts = [part for part in said.split("-") if part not in stop_words() and part not in _PREFIXES]
        return tuple(Term.of(part) for part in parts if len(part) >= _SHORTEST_PART and not part.isdigit())
    chinese = parts_of(said) if is_han(said) else ()
    empty = stop_words() | furniture_words()
    return tuple(map(Term.of, [part for part in chinese if part not in empty] or chinese))


@cache
def _others(key: Key) -> tuple[Term, ...]:
    return tuple({other.roots: other for other in map(Term.of, synonyms().get(key, ()))}.values())


def _typos(word: str) -> int:
    if not (word.isascii() and word.isalpha()):
        return 0
    return 2 if len(word) >= _TWO_TYPOS_FROM else 1 if len(word) >= _ONE_TYPO_FROM else 0
