"""What a document's score is the sum of, for many documents at once, and part by part for one.

Points are whole numbers of a thousandth, so that what is added up for many is exactly what is shown for one.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.ranking.asked import Asked, AskedWord
from search.similarity.collection import Collection
from search.similarity.language import LANGUAGES
from search.similarity.segment import Segment

WHOLE: Final = 1_000  # parts of a point
PRESENT: Final = 24.0  # points of a document that holds every word asked for, in any of its ways
MEANING: Final = 600.0  # points of being by one nearer to the query's vector than a document of no subject is
MOST_MEANING: Final = 60.0

Points = NDArray[np.int64]
Floats = NDArray[np.float32]


def scores(asked: Asked, collection: Collection, document_ids: Sequence[str], likeness: Floats) -> Points:
    """Return the points of documents of the collection; `likeness` is each one's to the query's vector, or NaN."""
    total = meaning_points(asked, likeness)
    for segment in collection.segments:
        if not segment.size:
            continue
        rows = segment.rows_of(document_ids)
        places = np.flatnonzero(rows >= 0)
        if len(places):
            total[places] += _in_segment(asked, segment, rows[places])
    return total


def _in_segment(asked: Asked, segment: Segment, rows: NDArray[np.int32]) -> Points:
    factor = segment.factors_of(rows, {language: asked.profile.factor(language) * WHOLE for language in LANGUAGES})
    says: dict[str, Floats] = {}
    points = np.zeros(len(rows))
    for term, weight in asked.profile.terms.items():
        says[term] = segment.says(term, rows)
        points += np.rint(says[term].astype(np.float64) * weight * factor)
    points += _present(asked, says, segment, rows)
    classes = {symbol: round(count * WHOLE) for symbol, count in asked.profile.classes.items()}
    return (points + segment.class_points(rows, classes)).astype(np.int64)


def _present(asked: Asked, says: dict[str, Floats], segment: Segment, rows: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return what each document gains by holding the words asked for, each in the best of the ways in which it does."""
    points, least = np.zeros(len(rows)), np.ones(len(rows))
    for word in asked.words:
        share = np.zeros(len(rows))
        for way in word.ways:
            holds = np.ones(len(rows), dtype=bool)
            for term in way.terms:
                if term not in says:
                    says[term] = segment.says(term, rows)
                holds &= says[term] > 0
            np.maximum(share, holds * way.counts, out=share)
        points += np.rint(share * (word_points(asked, word) * WHOLE))
        np.minimum(least, share, out=least)
    return points + np.rint(least * (asked.together * WHOLE))


def holds(word: AskedWord, terms: Mapping[str, float]) -> float:
    """Return what the best of the ways counts in which a document of these terms holds a word; 0 where it does not."""
    ways = (way.counts for way in word.ways if all(terms.get(term, 0.0) > 0 for term in way.terms))
    return max(ways, default=0.0)


def word_points(asked: Asked, word: AskedWord) -> float:
    """Return the points of a document that holds a word as it was written: as much of all as it says by its rarity."""
    return PRESENT * word.rarity / asked.whole if asked.whole else 0.0


def meaning_points(asked: Asked, likeness: Floats) -> Points:
    """Return what documents gain by what they mean, where that is known; nothing is lost by it."""
    nearer = np.nan_to_num(likeness - np.float32(asked.unlike), nan=0.0).astype(np.float64)
    points: Points = np.rint(np.clip(MEANING * nearer, 0, MOST_MEANING) * WHOLE).astype(np.int64)
    return points
