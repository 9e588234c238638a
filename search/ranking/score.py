"""What a document's score is the sum of, for many documents at once, and part by part for one.

Points are whole numbers of a thousandth, so that what is added up for many is exactly what is shown for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.ranking.asked import Asked, AskedWord, Way
from search.similarity.collection import Collection
from search.similarity.language import LANGUAGES
from search.similarity.segment import level_of
from search.similarity.terms import is_concept
from search.similarity.vectors import Vector

WHOLE: Final = 1_000  # parts of a point
PRESENT: Final = 24.0  # points of a document that holds every word asked for, in any of its ways
MEANING: Final = 550.0  # points of being by one nearer to the query's vector than a document of no subject is
MOST_MEANING: Final = 60.0

Points = NDArray[np.int64]


class PartName(StrEnum):
    """What a part of a score comes from."""

    TERM = "term"
    WORD = "word"
    CLASS = "class"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Part:
    """An addend of a score, in thousandths of a point, and the words of the query that it rests on."""

    name: PartName
    what: str
    points: int
    words: tuple[str, ...]


def scores(asked: Asked, collection: Collection, document_ids: Sequence[str], likeness: Sequence[float]) -> Points:
    """Return the points of documents of the collection; `likeness` is each one's to the query's vector, or NaN."""
    total = np.zeros(len(document_ids), dtype=np.int64)
    for segment in collection.segments:
        rows = segment.rows_of(document_ids)
        places = np.flatnonzero(rows >= 0)
        if not len(places):
            continue
        found = rows[places]
        factors = {language: asked.profile.factor(language) * WHOLE for language in LANGUAGES}
        factor = np.array([factors[language] for language in segment.languages_of(found)])
        says: dict[str, NDArray[np.float32]] = {}
        for term in {*asked.profile.terms, *(t for word in asked.words for way in word.ways for t in way.terms)}:
            says[term] = segment.says(term, found)
        points = np.zeros(len(found), dtype=np.int64)
        for term, weight in asked.profile.terms.items():
            points += np.rint(says[term].astype(np.float64) * weight * factor).astype(np.int64)
        for word in asked.words:
            points += _present(asked, word, says)
        points += [sum(by_class(asked, segment.classes_of(document_ids[place])).values()) for place in places]
        total[places] = points
    return total + [meaning_points(asked, one) for one in likeness]


def _present(asked: Asked, word: AskedWord, says: dict[str, NDArray[np.float32]]) -> Points:
    """Return what each document gains by holding a word in the best of the ways in which it does."""
    best: NDArray[np.float64] | None = None
    for way in word.ways:
        holds = np.all([says[term] > 0 for term in way.terms], axis=0)
        counts = np.where(holds, way.counts, 0.0)
        best = counts if best is None else np.maximum(best, counts)
    share = np.zeros(0) if best is None else best
    return np.rint(share * (word_points(asked, word) * WHOLE)).astype(np.int64)


def word_points(asked: Asked, word: AskedWord) -> float:
    """Return the points of a document that holds a word as it was written: as much of all as it says by its rarity."""
    return PRESENT * word.rarity / asked.whole if asked.whole else 0.0


def meaning_points(asked: Asked, likeness: float) -> int:
    """Return what a document gains by what it means, where that is known; nothing is lost by it."""
    if not likeness > asked.unlike:  # nor is it where it is not known
        return 0
    return round(min(MOST_MEANING, MEANING * (likeness - asked.unlike)) * WHOLE)


def by_class(asked: Asked, classes: Sequence[str]) -> dict[str, int]:
    """Return what the best of a document's classes adds at each level: subclass, main group, full symbol."""
    best: dict[int, tuple[int, str]] = {}
    counted = asked.profile.classes
    for symbol in classes:
        if symbol in counted:
            level, points = level_of(symbol), round(counted[symbol] * WHOLE)
            best[level] = max(best.get(level, (0, "")), (points, symbol))
    return {symbol: points for points, symbol in best.values() if points}


def parts(asked: Asked, vector: Vector, likeness: float) -> list[Part]:
    """Return what the score of one document is the sum of."""
    return [*_of_terms(asked, vector), *_of_words(asked, vector), *_of_all(asked, vector, likeness)]


def _of_terms(asked: Asked, vector: Vector) -> Iterator[Part]:
    factor = asked.profile.factor(vector.language) * WHOLE
    for term in asked.profile.terms.keys() & vector.terms.keys():
        points = round(asked.profile.terms[term] * vector.terms[term] * factor)
        if points:
            yield Part(PartName.TERM, term, points, asked.words_of(term))


def _of_words(asked: Asked, vector: Vector) -> Iterator[Part]:
    for word in asked.words:
        share = max((way.counts for way in word.ways if _holds(vector, way)), default=0.0)
        if points := round(share * word_points(asked, word) * WHOLE):
            yield Part(PartName.WORD, word.text, points, (word.text,))


def _holds(vector: Vector, way: Way) -> bool:
    return all(vector.terms.get(term, 0.0) > 0 for term in way.terms)


def _of_all(asked: Asked, vector: Vector, likeness: float) -> Iterator[Part]:
    """The parts that rest on the whole of what was asked."""
    for symbol, points in by_class(asked, vector.classes).items():
        yield Part(PartName.CLASS, symbol, points, asked.all_words)
    if points := meaning_points(asked, likeness):
        yield Part(PartName.MEANING, "", points, asked.all_words)
