"""The parts of a score that come from words and from classes: each word's addend is what the comparison computed."""

from dataclasses import dataclass
from typing import Any, Final

from backend.matching.scoring.parts import WHOLE, Part, PartName
from search.similarity.class_table import level_of
from search.similarity.clauses import is_word
from search.similarity.concepts import words_of
from search.similarity.profile import FULL, OF_FEW, Profile
from search.similarity.terms import is_concept, is_phrase
from search.similarity.vectors import Vector

MOST_TEXT: Final = int(FULL * WHOLE)
MOST_CLASSES: Final = int(sum(OF_FEW.levels) * FULL * WHOLE)
WORDS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Addend:
    """What one term of both texts, or one class of both, adds to the score, in hundredths of a point."""

    term: str
    points: int


def term_addends(profile: Profile, vector: Vector) -> list[Addend]:
    """Return what each term that both have adds, most first; terms that add less than a hundredth add nothing."""
    factor = profile.factor(vector.language) * WHOLE
    shared = profile.terms.keys() & vector.terms.keys()
    found = [Addend(term, round(profile.terms[term] * vector.terms[term] * factor)) for term in shared]
    return sorted((addend for addend in found if addend.points), key=lambda addend: (-addend.points, addend.term))


def class_addends(profile: Profile, vector: Vector) -> list[Addend]:
    """Return what the best class that both have adds at each level: subclass, main group, full symbol."""
    best: dict[int, Addend] = {}
    for symbol in vector.classes:
        points = round(profile.classes.get(symbol, 0.0) * WHOLE)
        level = level_of(symbol)
        if points and (level not in best or (-points, symbol) < (-best[level].points, best[level].term)):
            best[level] = Addend(symbol, points)
    return [best[level] for level in sorted(best)]


def text_points(profile: Profile, vector: Vector) -> int:
    """Return what words and classes add together, without the evidence."""
    return sum(addend.points for addend in (*term_addends(profile, vector), *class_addends(profile, vector)))


def text_part(profile: Profile, vector: Vector) -> Part:
    """Return the part of the words that both texts have."""
    addends = term_addends(profile, vector)
    evidence: dict[str, Any] = {"words": [_shown(addend) for addend in addends[:WORDS_SHOWN]]}
    rest = addends[WORDS_SHOWN:]
    evidence["others"] = {"count": len(rest), "points": sum(addend.points for addend in rest)}
    if profile.factor(vector.language) != 1.0:
        evidence["across_languages"] = round(profile.factor(vector.language), 2)
    points = sum(addend.points for addend in addends)
    return Part(PartName.TEXT, points, max(MOST_TEXT, points), evidence)


def class_part(profile: Profile, vector: Vector) -> Part:
    """Return the part of the classes that the text points to and the document is in."""
    addends = class_addends(profile, vector)
    evidence = {"classes": [{"class": addend.term, "points": addend.points} for addend in addends]}
    points = sum(addend.points for addend in addends)
    return Part(PartName.CLASSES, points, max(MOST_CLASSES, points), evidence)


def _shown(addend: Addend) -> dict[str, Any]:
    term = addend.term
    kind = "concept" if is_concept(term) else "phrase" if is_phrase(term) else "word" if is_word(term) else "piece"
    return {"word": words_of(term) if kind == "concept" else term, "kind": kind, "points": addend.points}
