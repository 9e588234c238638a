"""What somebody looks for, made ready to be compared: what each term and class of a document counts, in points.

A document's points are the sum over its terms of what the term counts here times what the document says by it
(`vectors`), and of what the best of its classes counts at each level. Both are fixed when the profile is made, so equal
profiles and documents give equal points, whatever else there is.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from search.similarity.class_table import level_of
from search.similarity.clauses import weighed_occurrences
from search.similarity.collection import Collection, Scores
from search.similarity.language import CHINESE, ENGLISH, LANGUAGES, language_of
from search.similarity.terms import is_concept, is_phrase
from search.similarity.vectors import SATURATION, Field, class_levels

VERSION: Final = 2
FULL: Final = 60.0  # points of a document that says fully what the most telling terms say
TELLING: Final = 12  # how many terms these are
MOST_TERMS: Final = 200
REPEATED: Final = 2.0  # a term that is repeated counts so many times at most
PHRASE: Final = 0.3  # what a phrase counts beside its words
BREADTH: Final = 0.3  # how much less a word of every trade counts
UNKNOWN: Final = 0.5  # how far the classes of a term are taken to differ from the usual that no document has yet
LOOKED_AT: Final = 50  # documents whose classes tell those of the text
TRUST: Final = 4  # how much more the best of them tell
LEAST_CLASS: Final = 0.05  # a class that tells less than this share of the best one is left out
ACROSS: Final = 0.65  # what the best document in the other language counts, of the best in the text's own
SHARED_FROM, SHARED_FULLY = 0.7, 0.9  # how far the other language must hold the concepts, for none and all of it
COMPARED: Final = 10  # documents of each language by which that is measured


@dataclass(frozen=True, slots=True)
class Trust:
    """What a group of words counts beside the word itself, and agreeing in subclass, group and symbol.

    The latter are shares of the points of the best text.
    """

    concept: float
    levels: tuple[float, float, float]


FEW_TERMS: Final = 40  # a text of no more says little by itself …
OF_FEW: Final = Trust(0.5, (0.1, 0.06, 0.06))  # … so that groups of words and classes tell more of what is meant
OF_MANY: Final = Trust(0.25, (0.05, 0.03, 0.03))


@dataclass(frozen=True, slots=True)
class Profile:
    """What each term and each class counts; `across` multiplies the terms of documents in the other language."""

    terms: Mapping[str, float]
    classes: Mapping[str, float]
    language: str
    across: float
    version: int = VERSION

    def factor(self, language: str) -> float:
        """Return what the points of terms of a document in a language are multiplied with."""
        return self.across if is_other(self.language, language) else 1.0


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: texts with what each counts, and the IPC symbols that somebody named."""

    texts: Sequence[Field]
    classes: Sequence[str] = ()
    without: frozenset[str] = field(default_factory=frozenset)
    """Documents that teach nothing about it, such as the one that is compared with others."""


def is_other(language: str, than: str) -> bool:
    """Whether one is Chinese and the other English."""
    return {language, than} == {CHINESE, ENGLISH}


def profile_of(sought: Sought, collection: Collection) -> Profile:
    """Return the profile of what is looked for, by what the collection teaches of its terms."""
    weights, trust = _weights(sought.texts, collection)
    language = language_of(" ".join(text.text for text in sought.texts))
    if not weights:
        return Profile({}, _named(sought.classes, FULL, trust), language, 1.0)
    known = [weight for term, weight in weights.items() if collection.frequency(term)]
    best = sorted(known or weights.values(), reverse=True)[:TELLING]
    scale = FULL / (sum(best) * (SATURATION + 1))
    terms = {term: weight * scale for term, weight in weights.items()}
    scores = collection.scores(terms)
    across = _across(terms, language, scores, collection)
    if across != 1.0:
        scores.scale(ENGLISH if language == CHINESE else CHINESE, across)
    classes = _classes(scores, sought, trust)
    return Profile(terms, classes, language, across)


def whole_points(profile: Profile, collection: Collection, parts: int) -> Scores:
    """Return every document's points by a profile, in so many parts of a point; each addend is a whole number."""
    factors = {language: profile.factor(language) * parts for language in LANGUAGES}
    classes = {symbol: round(points * parts) for symbol, points in profile.classes.items()}
    return collection.whole_scores(profile.terms, factors, classes)


def _weights(texts: Iterable[Field], collection: Collection) -> tuple[dict[str, float], Trust]:
    counts: dict[str, float] = {}
    for text in texts:
        for (term, _, _), weight in weighed_occurrences(text.text):
            counts[term] = counts.get(term, 0.0) + weight * text.weight
    trust = OF_FEW if len(counts) <= FEW_TERMS else OF_MANY
    weights = {term: _weight(term, count, collection, trust) for term, count in counts.items()}
    telling = sorted(weights, key=lambda term: (not collection.frequency(term), -weights[term], term))
    return {term: weights[term] for term in telling[:MOST_TERMS]}, trust


def _weight(term: str, count: float, collection: Collection, trust: Trust) -> float:
    """Return what a term counts; one that no document has yet counts as a rare one of some trade."""
    concentration = collection.concentration(term) if collection.frequency(term) else UNKNOWN
    breadth = math.pow(min(1.5, max(0.02, concentration)), BREADTH)
    kind = trust.concept if is_concept(term) else PHRASE if is_phrase(term) else 1.0
    return min(count, REPEATED) * collection.inverse_frequency(term) * breadth * kind


def _across(terms: Mapping[str, float], language: str, scores: Scores, collection: Collection) -> float:
    """Return what documents in the other language are multiplied with, by how far they hold the text's concepts.

    Texts in two languages share few terms, so their sums cannot be compared; what they share is concepts. Where the
    other language's best documents hold those as well as the own language's do, they stand near them.
    """
    if language not in (CHINESE, ENGLISH):
        return 1.0
    other = ENGLISH if language == CHINESE else CHINESE
    if not collection.count_in(other):
        return 1.0
    concepts = collection.scores({term: weight for term, weight in terms.items() if is_concept(term)})
    own, theirs = concepts.level(language, COMPARED), concepts.level(other, COMPARED)
    own_best, their_best = scores.level(language, 3), scores.level(other, 3)
    if not their_best or not theirs:
        return 1.0
    shared = theirs / own if own else 1.0
    share = min(1.0, max(0.0, (shared - SHARED_FROM) / (SHARED_FULLY - SHARED_FROM)))
    return max(1.0, ACROSS * share * own_best / their_best)


def _classes(scores: Scores, sought: Sought, trust: Trust) -> dict[str, float]:
    """Return what each class counts: by the classes of the documents that the text itself finds, and those named."""
    telling, best = scores.telling_classes(LOOKED_AT, TRUST, sought.without)
    if not best:
        return _named(sought.classes, FULL, trust)
    highest = [max((t for s, t in telling.items() if level_of(s) == level), default=1.0) for level in (0, 1, 2)]
    shares = {symbol: count / highest[level_of(symbol)] for symbol, count in telling.items()}
    counted = {s: trust.levels[level_of(s)] * best * share for s, share in shares.items() if share >= LEAST_CLASS}
    return {**counted, **_named(sought.classes, best, trust)}


def _named(symbols: Iterable[str], best: float, trust: Trust) -> dict[str, float]:
    """Return the full count of each class that was named, and of those above it."""
    return {symbol: trust.levels[level_of(symbol)] * best for symbol in class_levels(symbols)}
