"""What is shown of matches, and what is said of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.matching import queries
from backend.matching.events import MatchFeedbackGiven, MatchFeedbackTakenBack
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.models import Match, MatchFeedback
from backend.matching.objections.service import add_due_blocks
from backend.matching.schemas import FeedbackIn
from backend.matching.scoring.feedback_rules import NO_FEEDBACK, Liking, liking_of
from backend.matching.sides import Sides

MATCH: Final = table_of(Match)
FEEDBACK: Final = table_of(MatchFeedback)


async def liking_for(session: AsyncSession, memory: MatchingMemory, need_id: str, caller: Caller) -> Liking:
    """Return what the caller's organisation said of the listings for a need, unless the caller has that left out."""
    if not await queries.orders_by_feedback(session, caller.user_id):
        return NO_FEEDBACK
    verdicts = await queries.verdicts_on_listings(session, need_id, caller.organisation_id)
    if not verdicts:
        return NO_FEEDBACK
    vectors = {listing_id: memory.listings.vector_of_listing(listing_id) for listing_id in verdicts}
    return liking_of(verdicts, {listing_id: vector for listing_id, vector in vectors.items() if vector is not None})


async def ids_of_pairs(
    session: AsyncSession, database: Database, pairs: Sequence[tuple[str, str]], now: datetime
) -> Mapping[tuple[str, str], str]:
    """Return the id of each pair (need, listing); one that nobody was shown before is given its id now."""
    known = await queries.match_ids(session, pairs)
    missing = [pair for pair in pairs if pair not in known]
    if not missing:
        return known
    rows = [{"id": new_id("mat"), "need_id": n, "listing_id": lst, "created_at": now} for n, lst in sorted(missing)]
    async with database.write() as writing:
        put = insert_into(writing, MATCH).on_conflict_do_nothing(index_elements=["need_id", "listing_id"])
        await writing.execute(put, rows)
        return {**known, **await queries.match_ids(writing, missing)}


async def give_feedback(
    session: AsyncSession, sides: Sides, caller: Caller, body: FeedbackIn, now: datetime
) -> MatchFeedback:
    """Keep what the caller's organisation says of a match, in the place of what it said before.

    Words of a verified asker may fill a block of those that are added up for the holder.
    """
    key = {"match_id": sides.match.id, "organisation_id": caller.organisation_id}
    values = {
        "given_by": caller.user_id,
        "verdict": body.verdict,
        "reasons": list(dict.fromkeys(body.reasons)),
        "note": body.note,
        "given_at": now,
    }
    put = insert_into(session, FEEDBACK).values(key | values)
    await session.execute(put.on_conflict_do_update(index_elements=list(key), set_=values))
    if caller.organisation_id == sides.asker_id and caller.verified:
        await add_due_blocks(session, sides, now)
    # The last event is of the match: by it the kept answer, with its note, is found once the need is erased.
    payload = MatchFeedbackGiven(match_id=sides.match.id, need_id=sides.match.need_id, verdict=body.verdict)
    await append(session, DomainEvent(payload, sides.match.id, [caller.organisation_id], caller.user_id), now)
    return await session.get_one(MatchFeedback, tuple(key.values()), populate_existing=True)


async def take_back_feedback(session: AsyncSession, sides: Sides, caller: Caller, now: datetime) -> None:
    """Forget what the caller's organisation said of a match; a sum that it is in stays as it is."""
    own = sa.and_(FEEDBACK.c.match_id == sides.match.id, FEEDBACK.c.organisation_id == caller.organisation_id)
    taken = (await session.execute(sa.delete(FEEDBACK).where(own).returning(FEEDBACK.c.match_id))).first()
    if taken is not None:
        payload = MatchFeedbackTakenBack(match_id=sides.match.id, need_id=sides.match.need_id)
        await append(session, DomainEvent(payload, sides.match.id, [caller.organisation_id], caller.user_id), now)
