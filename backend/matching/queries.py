"""How matches are found: the ids of pairs that were shown, and what was said of them."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.matching.codes import MatchVerdict
from backend.matching.models import Match, MatchFeedback, MatchingSetting
from backend.needs.models import Need
from backend.patents.models import Listing


async def match_ids(session: AsyncSession, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the ids of those of the pairs (need, listing) that somebody was shown before."""
    if not pairs:
        return {}
    needs, listings = zip(*pairs, strict=True)
    statement = sa.select(Match).where(col(Match.need_id).in_(set(needs)), col(Match.listing_id).in_(set(listings)))
    return {(match.need_id, match.listing_id): match.id for match in await session.scalars(statement)}


async def match_with_sides(session: AsyncSession, match_id: str) -> sa.Row[Any] | None:
    """Return a match with its patent and the organisations on both sides, or None."""
    columns: tuple[Any, ...] = (
        Match, col(Need.organisation_id).label("asker_id"), col(Listing.organisation_id).label("holder_id"),
        col(Listing.patent_id),
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Listing, col(Listing.id) == col(Match.listing_id))
        .where(col(Match.id) == match_id)
    )
    return (await session.execute(statement)).first()


async def hold_need_of(session: AsyncSession, match_id: str) -> None:
    """Keep the match's need from being changed until the end of the transaction."""
    statement = sa.select(col(Need.id)).join(Match, col(Match.need_id) == col(Need.id)).where(col(Match.id) == match_id)
    await session.execute(statement.with_for_update(read=True, of=Need))


async def feedback_of(
    session: AsyncSession, organisation_id: str, match_ids: Iterable[str]
) -> dict[str, MatchFeedback]:
    """Return what the organisation said of the matches, by the match's id."""
    statement = sa.select(MatchFeedback).where(
        col(MatchFeedback.organisation_id) == organisation_id, col(MatchFeedback.match_id).in_(list(match_ids))
    )
    return {found.match_id: found for found in await session.scalars(statement)}


async def verdicts_on_listings(session: AsyncSession, need_id: str, organisation_id: str) -> dict[str, MatchVerdict]:
    """Return what a need's asker said of the listings that it was shown for the need, by the listing's id."""
    statement = (
        sa.select(col(Match.listing_id), col(MatchFeedback.verdict))
        .join(Match, col(Match.id) == col(MatchFeedback.match_id))
        .where(col(Match.need_id) == need_id, col(MatchFeedback.organisation_id) == organisation_id)
    )
    return {row.listing_id: row.verdict for row in await session.execute(statement)}


async def orders_by_feedback(session: AsyncSession, user_id: str) -> bool:
    """Whether what a person's organisation said of matches changes the order that the person is shown."""
    settings = await session.get(MatchingSetting, user_id)
    return settings is None or settings.order_by_feedback
