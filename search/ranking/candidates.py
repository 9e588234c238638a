"""Which documents of a collection come closest to what is asked, by words and by meaning."""

from collections.abc import Collection as Ids
from collections.abc import Sequence
from typing import Final

from search.ranking.asked import Asked
from search.ranking.known import Vectors
from search.similarity.collection import Collection
from search.similarity.language import CHINESE, ENGLISH

BY_WORDS: Final = 40
BY_MEANING: Final = 100
LEAST_MEANING: Final = 0.03  # by how much nearer to the query a document is than one of no subject, to be found by it


def by_words(asked: Asked, collection: Collection, without: Sequence[str], *, own: bool) -> tuple[list[str], list[str]]:
    """Return the documents whose words come closest, best first, if they are wanted, and those in the other language.

    What the latter hold of the words is told by groups of words in both languages.
    """
    other = {CHINESE: ENGLISH, ENGLISH: CHINESE}.get(asked.profile.language)
    is_other = other is not None and collection.count_in(other) > 0
    if not (own or is_other):
        return [], []
    scores = collection.scores(asked.profile.terms)
    scores.leave_out(without)
    closest = scores.best_ids(BY_WORDS) if own else []
    if other is None or not is_other:
        return closest, []
    scores.keep(other)
    return closest, scores.best_ids(BY_WORDS)


def by_meaning(asked: Asked, vectors: Vectors | None, without: Ids[str]) -> list[str]:
    """Return the documents that come closest by meaning, nearest first."""
    if asked.meaning is None or vectors is None:
        return []
    near = vectors.best(asked.meaning, BY_MEANING)
    return [key for key, cosine in near if key not in without and cosine - asked.unlike >= LEAST_MEANING]
