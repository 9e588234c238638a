"""Adds askers' objections to the sum of a listing, a block at a time, and tells its holder."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.matching.events import ListingObjectionsSummed
from backend.matching.objections import queries
from backend.matching.objections.models import SummedObjection
from backend.matching.objections.rules import BLOCK, added, whole_blocks
from backend.matching.sides import Sides


async def add_due_blocks(session: AsyncSession, sides: Sides, now: datetime) -> None:
    """Add the blocks that are full to the listing's sum; its holder is told once, of all of them.

    What is in a block stays there, whatever its askers say or take back later.
    """
    listing_id = sides.match.listing_id
    kept = await queries.locked_sum(session, listing_id)
    blocks = whole_blocks(await queries.unsummed(session, listing_id))
    if not blocks:
        return
    for number, block in enumerate(blocks, start=kept.askers // BLOCK + 1):
        ids = sorted(one.organisation_id for one in block)
        session.add_all(SummedObjection(listing_id=listing_id, organisation_id=i, block=number) for i in ids)
        kept.reasons = added(kept.reasons, block)
    kept.askers += BLOCK * len(blocks)
    await session.flush()
    payload = ListingObjectionsSummed(listing_id=listing_id, patent_id=sides.patent_id, askers=kept.askers)
    await append(session, DomainEvent(payload, listing_id, [sides.holder_id]), now)
