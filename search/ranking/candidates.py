"""Which documents of a collection come closest to what is asked, by words and by meaning."""

from collections.abc import Collection as Ids
from collections.abc import Sequence
from typing import Final

from search.ranking.asked import Asked
from search.ranking.known import Vectors
from search.similarity.collection import Collection
from search.similarity.language import CHINESE, ENGLISH
from search.similarity.terms import is_concept

BY_WORDS: Final = 40
BY_MEANING: Final = 100
LEAST_MEANING: Final = 0.03  # by how much nearer to the query a document is than one of no subject, to be found by it


def by_words(asked: Asked, collection: Collection, without: Sequence[str]) -> list[str]:
    """Return the documents whose words come closest, best first."""
    scores = collection.scores(asked.profile.terms)
    scores.leave_out(without)
    return scores.best_ids(BY_WORDS)


def across_languages(asked: Asked, collection: Collection, without: Sequence[str]) -> list[str]:
    """Return the documents in the other language that hold most of what the words stand for, best first.

    That is told by groups of words in both languages alone: what both write in the same way words find.
    """
    other = {CHINESE: ENGLISH, ENGLISH: CHINESE}.get(asked.profile.language)
    if other is None or not collection.count_in(other):
        return []
    scores = collection.scores({term: says for term, says in asked.profile.terms.items() if is_concept(term)})
    scores.leave_out(without)
    scores.keep(other)
    return scores.best_ids(BY_WORDS)


def by_meaning(asked: Asked, vectors: Vectors | None, without: Ids[str]) -> list[str]:
    """Return the documents that come closest by meaning, nearest first."""
    if asked.meaning is None or vectors is None:
        return []
    near = vectors.best(asked.meaning, BY_MEANING)
    return [key for key, cosine in near if key not in without and cosine - asked.unlike >= LEAST_MEANING]
