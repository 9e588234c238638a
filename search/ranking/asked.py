"""A query made ready to be scored: what each term and class counts, its words, and what it means.

All of it is fixed when it is made, from the query's text and the statistics of the moment, so that a document's score
can be computed again from it and the document alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.query_parser import Reading, Term
from search.similarity.collection import Collection
from search.similarity.profile import Profile, Sought, profile_of
from search.similarity.terms import is_concept, occurrences
from search.similarity.vectors import Field

OTHER_WORD: Final = 0.8  # what another word for the same counts
PART: Final = 0.4  # what a part of a word of several counts
ALL: Final = 20.0  # points of a document that holds all the words, as they were written, where they are few
FEW_WORDS: Final = 8
MOST_WORDS: Final = 32  # of a text that count by being there; of a longer one those that say most

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a document may hold a word: the terms that it then has, all of them, and what that counts."""

    terms: tuple[str, ...]
    counts: float


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word asked for, how rare it is, and the ways in which a document may hold it, of which the best one counts."""

    text: str
    rarity: float
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; `meaning` is the query's vector, and `unlike` its likeness to a document of no subject.

    `whole` is the rarity of all words together, and `together` the points of a document that holds all of a few.
    """

    profile: Profile
    words: tuple[AskedWord, ...]
    whole: float
    together: float
    meaning: Floats | None = None
    unlike: float = 0.0


def asked(text: str, reading: Reading, collection: Collection) -> Asked:
    """Return a query ready to be scored against documents of the collection, not yet by its meaning."""
    profile = profile_of(Sought([Field(text, 1.0)]), collection)
    words = sorted(_words(reading, collection), key=lambda word: -word.rarity)[:MOST_WORDS]
    together = ALL if 1 < len(words) <= FEW_WORDS else 0.0
    return Asked(profile, tuple(words), sum(word.rarity for word in words), together)


def _words(reading: Reading, collection: Collection) -> Iterator[AskedWord]:
    for word in reading.words:
        ways = [Way(_terms(spelling), 1.0) for spelling in word.term.spellings]
        ways += [Way((term,), OTHER_WORD) for term in _concepts(word.term.text)]
        ways += [Way(_terms(other), OTHER_WORD) for other in word.others]
        parts = [word.parts] if word.is_chinese and word.parts else [(part,) for part in word.parts]
        ways += [Way(_terms(*together), PART) for together in parts]
        known = tuple(way for way in ways if way.terms and _frequency(way, collection))
        if known:
            yield AskedWord(word.term.text, _rarity(known, collection), known)


def _terms(*terms: Term) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for term in terms for one in (term.pieces if term.is_chinese else term.roots)))


def _concepts(word: str) -> list[str]:
    """Return the groups of words in both languages that the whole word belongs to."""
    return [term for term, start, end in occurrences(word) if is_concept(term) and end - start == len(word)]


def _frequency(way: Way, collection: Collection) -> int:
    """Return in how many documents a word may be in a way, at most."""
    return min(collection.frequency(term) for term in way.terms)


def _rarity(ways: Sequence[Way], collection: Collection) -> float:
    """Return how much it says that a document holds a word in any of the ways."""
    size = max(collection.size, 1)
    frequency = min(max(_frequency(way, collection) for way in ways), size)
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
