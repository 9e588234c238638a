"""Tells the sides of the pairs that wait: one event for a need, or for a holder, however many pairs it has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.matching.codes import MatchVerdict, StandingSide
from backend.matching.events import ListingsFoundForNeed, NeedsFoundForHolder
from backend.matching.models import Match, MatchFeedback, StandingPair
from backend.needs import queries as need_queries
from backend.needs.faces import Viewer
from backend.needs.models import Need, NeedShown
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing

SHOWN: Final = 20  # pairs named in one event; the count is of all
PAIR: Final = table_of(StandingPair)
FOLLOWER: Final = "standing"  # the cursor's name; a migration made it, at the stream's end of then
HELD: Final = sa.select(stream.CURSOR.c.position).where(stream.CURSOR.c.name == FOLLOWER).with_for_update(read=True)


async def tell(database: Database, need_id: str, side: StandingSide) -> None:
    """Tell a side of the pairs of a need that wait, in one transaction with that they do so no more."""
    real = database.clock.real()
    async with database.write() as session:
        await session.execute(HELD)  # nothing is recorded meanwhile that does not know of it
        taken = await _take(session, need_id, side, real)
        if taken:
            await _tell(session, need_id, side, taken, database.clock.now())


async def _take(session: AsyncSession, need_id: str, side: StandingSide, real: datetime) -> list[str]:
    """Return the listings of the pairs that waited, which do so no more: of two that take them one gets them."""
    waits = sa.and_(PAIR.c.need_id == need_id, PAIR.c.side == side, PAIR.c.pending_since <= real)
    values = {
        "pending_since": None,
        "told_at": real,
        "told_points": PAIR.c.points,
        "barriers_since_told": PAIR.c.barriers,
    }
    taken = sa.update(PAIR).where(waits).values(values).returning(PAIR.c.listing_id, PAIR.c.points)
    rows: list[Any] = list(await session.execute(taken))
    return [row.listing_id for row in sorted(rows, key=lambda row: (-row.points, row.listing_id))]


async def _tell(session: AsyncSession, need_id: str, side: StandingSide, listings: list[str], now: datetime) -> None:
    """Append what tells a side, of what it may know at this moment; what is gone meanwhile is passed over."""
    need = (await session.scalars(sa.select(Need).where(col(Need.id) == need_id, need_queries.IS_OPEN))).first()
    if need is None:
        return
    listed = await _listed(session, listings)
    if side is StandingSide.ASKER:
        await _tell_asker(session, need, [listing for listing in listings if listing in listed], now)
        return
    by_holder: dict[str, list[str]] = {}
    for listing_id in listings:
        if listing_id in listed:
            by_holder.setdefault(listed[listing_id], []).append(listing_id)
    concealed_from = await _concealed_from(session, need)
    for organisation_id, mine in sorted(by_holder.items()):
        is_seen = await need_queries.face(session, Viewer(organisation_id), need_id) is not None
        if is_seen and organisation_id not in concealed_from:
            payload = NeedsFoundForHolder(need_id=need_id, count=len(mine), listing_ids=mine[:SHOWN])
            await append(session, DomainEvent(payload, need_id, [organisation_id]), now)


async def _concealed_from(session: AsyncSession, need: Need) -> set[str]:
    """Return who was shown a confidential need and is no more: what waits for them may come of what they may not know.

    It does until it is evaluated again, and they know the abstract's pairs as well as everybody.
    """
    ended = sa.select(col(NeedShown.organisation_id)).where(
        col(NeedShown.need_id) == need.id, col(NeedShown.ended_at).is_not(None)
    )
    return set(await session.scalars(ended)) if need.confidential else set()


async def _tell_asker(session: AsyncSession, need: Need, listings: Sequence[str], now: datetime) -> None:
    dismissed = (
        sa.select(col(Match.listing_id))
        .join(MatchFeedback, col(MatchFeedback.match_id) == col(Match.id))
        .where(
            col(Match.need_id) == need.id,
            col(MatchFeedback.organisation_id) == need.organisation_id,
            col(MatchFeedback.verdict) == MatchVerdict.NOT_RELEVANT,
        )
    )
    unwanted = set(await session.scalars(dismissed))
    left = [listing_id for listing_id in listings if listing_id not in unwanted]
    if left:
        payload = ListingsFoundForNeed(need_id=need.id, count=len(left), listing_ids=left[:SHOWN])
        await append(session, DomainEvent(payload, need.id, [need.organisation_id]), now)


async def _listed(session: AsyncSession, listing_ids: Sequence[str]) -> dict[str, str]:
    """Return those of the listings that are listed, with who leads them."""
    statement = sa.select(col(Listing.id), col(Listing.organisation_id)).where(
        col(Listing.id).in_(listing_ids), col(Listing.status) == ListingStatus.LISTED
    )
    return {row.id: row.organisation_id for row in await session.execute(statement)}
