"""A pair's score with its parts and marked texts, made of what one side may know of both."""

from dataclasses import dataclass
from typing import Final

from backend.matching.memory.listings import text_fields, vector_of_document
from backend.matching.scoring.fact_rules import fact_parts
from backend.matching.scoring.facts import Circumstances, Offered, Wanted
from backend.matching.scoring.feedback_rules import Liking, liking_part
from backend.matching.scoring.marking import marked_texts
from backend.matching.scoring.parts import Improvement, Score
from backend.matching.scoring.text_parts import class_part, term_addends, text_part, text_points
from backend.needs.faces import Face
from backend.patent_search.documents import PatentDocument
from search.similarity.concepts import words_of
from search.similarity.profile import Profile
from search.similarity.terms import is_concept, is_phrase
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


def proposed_words(profile: Profile, document: PatentDocument) -> list[Improvement]:
    """Return the words that would raise the score, were they among the listing's keywords.

    What each would add is computed by adding it, so that it does when that is done.
    """
    vector = vector_of_document(document)
    before = text_points(profile, vector)
    missing = sorted(
        (-weight, term) for term, weight in profile.terms.items() if term not in vector.terms and not is_phrase(term)
    )
    proposed = []
    for _, term in missing[:WORDS_TRIED]:
        word = words_of(term).split(" / ", maxsplit=1)[0] if is_concept(term) else term
        gained = text_points(profile, _with_keyword(document, word)) - before
        if gained >= LEAST_PROPOSED:
            proposed.append(Improvement("mention_word", gained, {"word": word}))
    return proposed[:WORDS_PROPOSED]


def _with_keyword(document: PatentDocument, word: str) -> Vector:
    *fields, keywords = text_fields(document)
    return vector_of([*fields, Field(" ; ".join((*document.keywords, word)), keywords.weight)], document.ipc)
