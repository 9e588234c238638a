"""What the score of one document is the sum of, part by part, each with the words of the query that it rests on."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from search.engine import ScorePart, ScorePartName
from search.ranking.asked import Asked
from search.ranking.score import WHOLE, holds, meaning_points, word_points
from search.similarity.class_table import level_of
from search.similarity.clauses import weighed_occurrences
from search.similarity.concepts import words_of
from search.similarity.terms import is_concept
from search.similarity.vectors import Vector
from search.text import fold_evenly

Words = tuple[str, ...]
UNKNOWN: Final = float("nan")


class Explanation:
    """Takes scores of documents apart for one query."""

    def __init__(self, text: str, asked: Asked) -> None:
        self._asked = asked
        self._words = words_by_term(text, [word.text for word in asked.words])
        self.words: Words = tuple(dict.fromkeys(word for words in self._words.values() for word in words))
        """The words of the query."""

    def parts(self, vector: Vector, likeness: float = UNKNOWN) -> list[ScorePart]:
        """Return what the score of a document is the sum of; `likeness` is to the query's vector, NaN if unknown."""
        return [*self._of_terms(vector), *self._of_words(vector), *self._of_all(vector, likeness)]

    def _of_terms(self, vector: Vector) -> Iterator[ScorePart]:
        factor = self._asked.profile.factor(vector.language) * WHOLE
        for term, weight in self._asked.profile.terms.items():
            if points := round(weight * vector.terms.get(term, 0.0) * factor):
                yield ScorePart(
                    ScorePartName.TERM, words_of(term) if is_concept(term) else term, points, self._words[term]
                )

    def _of_words(self, vector: Vector) -> Iterator[ScorePart]:
        shares = []
        for word in self._asked.words:
            shares.append(holds(word, vector.terms))
            if points := round(shares[-1] * (word_points(self._asked, word) * WHOLE)):
                yield ScorePart(ScorePartName.WORD, word.text, points, (word.text,))
        if points := round(min(shares, default=0.0) * (self._asked.together * WHOLE)):
            yield ScorePart(ScorePartName.ALL_WORDS, "", points, self.words)

    def _of_all(self, vector: Vector, likeness: float) -> Iterator[ScorePart]:
        best: dict[int, tuple[int, str]] = {}
        for symbol in vector.classes:
            points = round(self._asked.profile.classes.get(symbol, 0.0) * WHOLE)
            level = level_of(symbol)
            best[level] = max(best.get(level, (0, "")), (points, symbol))
        for points, symbol in best.values():
            if points:
                yield ScorePart(ScorePartName.CLASS, symbol, points, self.words)
        if points := int(meaning_points(self._asked, np.array([likeness], dtype=np.float32))[0]):
            yield ScorePart(ScorePartName.MEANING, "", points, self.words)


def words_by_term(text: str, words: list[str]) -> Mapping[str, Words]:
    """Return for each term of a query's text the words in whose places it stands: a piece across two rests on both.

    A term beside all of them stands for itself.
    """
    folded = fold_evenly(text)
    places = [(found.span(), word) for word in words for found in re.finditer(re.escape(word), folded)]
    found: dict[str, dict[str, None]] = {}
    for (term, start, end), _ in weighed_occurrences(text):
        there = [word for (begin, finish), word in places if begin < end and start < finish]
        found.setdefault(term, {}).update(dict.fromkeys(there or [folded[start:end]]))
    return {term: tuple(named) for term, named in found.items()}
