"""How objections to a listing are found: the sum that is kept, and what is in no sum yet."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation, OrganisationStatus
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.matching.codes import MatchVerdict
from backend.matching.models import Match, MatchFeedback
from backend.matching.objections.models import ObjectionSum, SummedObjection
from backend.matching.objections.rules import Objection
from backend.needs.models import Need
from backend.patents.models import Listing

IS_SUMMED: Final = (
    sa.select(sa.literal(1))
    .where(
        col(SummedObjection.listing_id) == col(Match.listing_id),
        col(SummedObjection.organisation_id) == col(Need.organisation_id),
    )
    .exists()
)


async def sum_of(session: AsyncSession, listing_id: str) -> ObjectionSum:
    """Return the sum that is kept of a listing, or an empty one, which is not in the session."""
    return await session.get(ObjectionSum, listing_id) or ObjectionSum(listing_id=listing_id)


async def locked_sum(session: AsyncSession, listing_id: str) -> ObjectionSum:
    """Return the sum of a listing, held until the end of the transaction: of two that add to it the second waits."""
    row = {"listing_id": listing_id, "askers": 0, "reasons": {}}
    await session.execute(insert_into(session, table_of(ObjectionSum)).values(row).on_conflict_do_nothing())
    return await session.get_one(ObjectionSum, listing_id, with_for_update=True, populate_existing=True)


async def unsummed(session: AsyncSession, listing_id: str) -> list[Objection]:
    """Return the objections to a listing that are in no sum, one of each asker, oldest first.

    An asker is another verified organisation whose need is or was published; the last of its words count.
    """
    statement = (
        sa.select(col(MatchFeedback.organisation_id), col(MatchFeedback.reasons), col(MatchFeedback.given_at))
        .join(Match, col(Match.id) == col(MatchFeedback.match_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Listing, col(Listing.id) == col(Match.listing_id))
        .join(Organisation, col(Organisation.id) == col(Need.organisation_id))
        .where(
            col(Match.listing_id) == listing_id,
            col(MatchFeedback.verdict) == MatchVerdict.NOT_RELEVANT,
            col(MatchFeedback.organisation_id) == col(Need.organisation_id),
            col(Need.published_at).is_not(None),
            col(Organisation.status) == OrganisationStatus.VERIFIED,
            col(Organisation.id) != col(Listing.organisation_id),
            ~IS_SUMMED,
        )
        .order_by(col(MatchFeedback.given_at), col(MatchFeedback.match_id))
    )
    latest: dict[str, Any] = {row.organisation_id: row for row in await session.execute(statement)}
    rows = sorted(latest.values(), key=lambda row: (row.given_at, row.organisation_id))
    return [Objection(row.organisation_id, row.reasons) for row in rows]
