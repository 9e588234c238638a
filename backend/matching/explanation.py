"""A pair's score with its parts and marked texts, made of what one side may know of both."""

from dataclasses import dataclass
from typing import Final

from backend.matching.scoring.fact_rules import fact_parts
from backend.matching.scoring.facts import Circumstances, Offered, Wanted
from backend.matching.scoring.feedback_rules import Liking, liking_part
from backend.matching.scoring.highlights import marked_texts
from backend.matching.scoring.parts import Improvement, Score
from backend.matching.scoring.text_parts import class_part, term_addends, text_part, text_points
from backend.needs.faces import Face
from backend.patent_search.documents import PatentDocument
from backend.patent_search.listed_texts import text_fields, vector_of_document
from search.similarity.clauses import words_in
from search.similarity.profile import Profile
from search.similarity.terms import occurrences
from search.similarity.vectors import Field, Vector, vector_of

WORDS_TRIED, WORDS_PROPOSED = 20, 5
LEAST_PROPOSED: Final = 30  # hundredths of a point that a word must add to be proposed


@dataclass(frozen=True, slots=True)
class Explained:
    """A score, and the texts of the listing with the words marked that met."""

    score: Score
    texts: dict[str, str]


def text_score(profile: Profile, document: PatentDocument, vector: Vector) -> Explained:
    """Return how close a document comes to a text, by words and classes alone."""
    score = Score((text_part(profile, vector), class_part(profile, vector)))
    return Explained(score, _listing_texts(profile, vector, document))


@dataclass(frozen=True, slots=True)
class Compared:
    """A listing as it is compared: its document, what that says by its terms, and what it offers."""

    document: PatentDocument
    vector: Vector
    offered: Offered


def pair_score(profile: Profile, listed: Compared, wanted: Wanted, when: Circumstances, liking: Liking) -> Explained:
    """Return the whole score of a pair."""
    document, vector, offered = listed.document, listed.vector, listed.offered
    liked = liking_part(liking, offered.listing_id, vector)
    parts = (
        text_part(profile, vector),
        class_part(profile, vector),
        *fact_parts(wanted, offered, when),
        *((liked,) if liked else ()),
    )
    return Explained(Score(parts), _listing_texts(profile, vector, document))


def need_texts(profile: Profile, vector: Vector, face: Face) -> dict[str, str]:
    """Return the texts of a need that somebody is shown, with the words marked that met."""
    terms = {addend.term for addend in term_addends(profile, vector)}
    texts = {"title": face.title, "problem": face.problem, "tried": face.tried, "abstract": face.abstract}
    return marked_texts(texts, terms)


def _listing_texts(profile: Profile, vector: Vector, document: PatentDocument) -> dict[str, str]:
    terms = {addend.term for addend in term_addends(profile, vector)}
    names = ("title", "title_en", "abstract", "abstract_en", "first_claim", "summary", "summary_en")
    return marked_texts({name: getattr(document, name) for name in names}, terms)


def proposed_words(profile: Profile, document: PatentDocument, face: Face) -> list[Improvement]:
    """Return the need's words that would raise the score, were they among the listing's keywords.

    What each would add is computed by adding it, so that it does when that is done.
    """
    vector = vector_of_document(document)
    before = text_points(profile, vector)
    tried = sorted((-weight, word) for word, weight in _missing(profile, vector, face).items() if weight)
    proposed = []
    for _, word in tried[:WORDS_TRIED]:
        gained = text_points(profile, _with_keyword(document, word)) - before
        if gained >= LEAST_PROPOSED:
            proposed.append(Improvement("mention_word", gained, {"word": word}))
    return sorted(proposed, key=lambda one: (-one.points, one.facts["word"]))[:WORDS_PROPOSED]


def _missing(profile: Profile, vector: Vector, face: Face) -> dict[str, float]:
    """Return the words of a need, as it is shown, with what those of their terms count that a listing does not have."""
    return {
        word: sum(profile.terms.get(term, 0.0) for term, _, _ in occurrences(word) if term not in vector.terms)
        for word in words_in(face.text)
    }


def _with_keyword(document: PatentDocument, word: str) -> Vector:
    *fields, keywords = text_fields(document)
    return vector_of([*fields, Field(" ; ".join((*document.keywords, word)), keywords.weight)], document.ipc)
