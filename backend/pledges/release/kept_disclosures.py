"""What ends with a deal: its pledge is released, or realised."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.disclosures import ending
from backend.financing.models import FinancingOffer
from backend.pledges.models import Pledge


async def end_kept_disclosures(session: AsyncSession, pledge: Pledge, now: datetime) -> None:
    """Have the contracting bank and guarantor read the request no more, of which they kept what the deal needed."""
    offer = await session.get_one(FinancingOffer, pledge.offer_id)
    await ending.end_kept(session, offer.request_id, now)
