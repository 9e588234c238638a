"""Which documents of a collection come closest to what is asked, by words and by meaning."""

from collections.abc import Collection as Ids
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from search.ranking.asked import Asked
from search.similarity.collection import Collection
from search.similarity.language import CHINESE, ENGLISH

BY_WORDS: Final = 40
BY_MEANING: Final = 100
LEAST_MEANING: Final = 0.03  # by how much nearer to the query a document is than one of no subject, to be found by it

Floats = NDArray[np.float32]


class Vectors(Protocol):
    """The vectors of the documents."""

    @property
    def mean(self) -> Floats:
        """The mean of all of them."""

    def best(self, query: Floats, most: int) -> list[tuple[str, float]]:
        """Return the documents that are nearest to the query, with their cosines, nearest first."""

    def cosines(self, query: Floats, keys: list[str]) -> Floats:
        """Return the cosine of each of the documents to the query, NaN where it has no vector."""


def by_words(asked: Asked, collection: Collection, without: Ids[str]) -> tuple[list[str], list[str]]:
    """Return the documents whose words come closest, best first, and those in the other language apart.

    What they hold of the words is told by groups of words in both languages.
    """
    scores = collection.scores(asked.profile.terms)
    scores.leave_out(without)
    own = scores.best_ids(BY_WORDS)
    other = {CHINESE: ENGLISH, ENGLISH: CHINESE}.get(asked.profile.language)
    if other is None or not collection.count_in(other):
        return own, []
    scores.keep(other)
    return own, scores.best_ids(BY_WORDS)


def by_meaning(asked: Asked, vectors: Vectors, without: Ids[str]) -> list[str]:
    """Return the documents that come closest by meaning, nearest first."""
    if asked.meaning is None:
        return []
    near = vectors.best(asked.meaning, BY_MEANING)
    return [key for key, cosine in near if key not in without and cosine - asked.unlike >= LEAST_MEANING]
