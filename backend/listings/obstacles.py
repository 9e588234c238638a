"""What keeps the last person of an organisation from going: listings that others see or wait for."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Reason, Text
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing

SEEN: Final = (ListingStatus.SUBMITTED, ListingStatus.LISTED, ListingStatus.SUSPENDED)
LISTED: Final = Text("单位有 {number} 项挂牌。", "The organisation has {number} listings.")
CURE: Final = Text("请先摘牌：POST /v1/listings/bulk。", "Delist them first, by POST /v1/listings/bulk.")


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    its = sa.and_(col(Listing.organisation_id) == organisation_id, col(Listing.status).in_(SEEN))
    number = (await session.execute(sa.select(sa.func.count()).select_from(Listing).where(its))).scalar_one()
    return [Reason("listings_stand", LISTED, cure=CURE, facts={"number": number})] if number else []
