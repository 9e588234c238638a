"""Who compares what, when, and what is the same for all pairs of one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.database.sessions import Database
from backend.matching.explanation import Compared
from backend.matching.memory.listings import offered_by, refused_of
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.memory.needs import sought_by
from backend.matching.presenters import score_out
from backend.matching.scoring.parts import Score
from backend.needs.faces import Face
from backend.patent_search.document_builder import documents_of
from search.similarity.profile import Profile, profile_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who compares, where and when."""

    session: AsyncSession
    database: Database
    memory: MatchingMemory
    caller: Caller
    now: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a ranking: from which place, how many."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The items of a page, and how many there are on all."""

    items: list[dict[str, Any]]
    total: int


async def listed_now(session: AsyncSession, memory: MatchingMemory, patent_ids: Sequence[str]) -> dict[str, Compared]:
    """Return those of the patents that are listed at this moment, by their ids."""
    documents = await documents_of(session, patent_ids) if patent_ids else {}
    refused = await refused_of(session, documents) if documents else {}
    return {
        patent_id: Compared(
            document, memory.listings.vector_of(document), offered_by(document, refused.get(patent_id, ()))
        )
        for patent_id, document in documents.items()
    }


def profile_of_need(memory: MatchingMemory, face: Face) -> Profile:
    """Return what a need looks for by what is shown of it: as it stands in memory, else made now."""
    return memory.needs.current_profile(face) or profile_of(sought_by(face), memory.listings.collection)


def pair_out(match_id: str, need_id: str, listed: Compared, score: Score, texts: dict[str, str]) -> dict[str, Any]:
    """Return what both sides are shown of a pair alike."""
    return {
        "id": match_id,
        "need_id": need_id,
        "listing_id": listed.offered.listing_id,
        **score_out(score, texts),
    }
