"""Who compares what, when, and what is the same for all pairs of one answer."""

import hashlib
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
    """A page of a ranking: from which place, how many, and what was ranked before it when its cursor was made."""

    offset: int
    limit: int
    key: bytes
    before: str | None = None


@dataclass(frozen=True, slots=True)
class RankingPage:
    """The items of a page, how many are ranked, whether others are now before it, and where the next one begins."""

    items: list[dict[str, Any]]
    total: int
    shifted: bool = False
    next_place: tuple[int, str] | None = None


def page_of_ranking(items: list[dict[str, Any]], ranked: Sequence[str], page: Page) -> RankingPage:
    """Return a page of the ids that are ranked at this moment."""
    end = page.offset + page.limit
    shifted = page.before not in (None, _digest(ranked[: page.offset], page.key))
    next_place = (end, _digest(ranked[:end], page.key)) if end < len(ranked) else None
    return RankingPage(items, len(ranked), shifted, next_place)


def _digest(ids: Sequence[str], key: bytes) -> str:
    """Return what tells whether these are ranked in this order, to nobody who has not the key."""
    return hashlib.blake2b("\n".join(ids).encode(), key=key, digest_size=8).hexdigest()


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


def pair_out(
    match_id: str | None, need_id: str, listed: Compared, score: Score, texts: dict[str, str]
) -> dict[str, Any]:
    """Return what both sides are shown of a pair alike."""
    return {
        "id": match_id,
        "need_id": need_id,
        "listing_id": listed.offered.listing_id,
        **score_out(score, texts),
    }
