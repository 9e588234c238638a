"""The listings that come close to a text, or to a patent, for whoever asks."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.matching.comparisons.context import listed_now
from backend.matching.explanation import text_score
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.presenters import listing_out, score_out
from backend.matching.ranking import closest
from backend.matching.schemas import PreviewIn
from backend.patent_search.listed_texts import ABSTRACT, CLAIM, TITLE
from backend.patents.models import Patent
from search.similarity.profile import Profile, Sought, profile_of
from search.similarity.vectors import Field


async def preview(session: AsyncSession, memory: MatchingMemory, asked: PreviewIn) -> list[dict[str, Any]]:
    """Return the listings that come closest to a text, by words and classes alone."""
    profile = profile_of(Sought([Field(asked.text, 1.0)], tuple(asked.ipc)), memory.listings.collection)
    ways = frozenset(asked.deal_types)
    offers = memory.listings.offers
    close = [one.id for one in closest(memory, profile)]
    fitting = [i for i in close if not ways or (i in offers and ways & offers[i].deal_types)]
    return await _present(session, memory, profile, fitting[: asked.limit])


async def similar(session: AsyncSession, memory: MatchingMemory, patent: Patent, limit: int) -> list[dict[str, Any]]:
    """Return the listed patents that come closest to a patent, without itself."""
    texts = [
        Field(patent.title, TITLE),
        Field(patent.title_en or "", TITLE),
        Field(patent.abstract or "", ABSTRACT),
        Field(patent.abstract_en or "", ABSTRACT),
        Field(patent.first_claim or "", CLAIM),
    ]
    itself = frozenset({patent.id})
    sought = Sought([text for text in texts if text.text], tuple(patent.ipc), itself)
    profile = profile_of(sought, memory.listings.collection)
    close = [one.id for one in closest(memory, profile, itself)]
    return await _present(session, memory, profile, close[:limit])


async def _present(
    session: AsyncSession, memory: MatchingMemory, profile: Profile, patent_ids: Collection[str]
) -> list[dict[str, Any]]:
    listed = await listed_now(session, memory, list(patent_ids))
    items = []
    for patent_id in patent_ids:
        if patent_id in listed:
            one = listed[patent_id]
            explained = text_score(profile, one.document, one.vector)
            shown = score_out(explained.score, explained.texts)
            items.append({**shown, "listing": listing_out(one.document)})
    return items
