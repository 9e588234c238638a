"""What bank and guarantor kept of a request, which ends once the deal's pledge is released or realised."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.disclosures import ending
from backend.financing.models import FinancingOffer
from backend.pledges.models import Pledge


async def end_kept_disclosures(session: AsyncSession, pledge: Pledge, now: datetime) -> None:
    """End the disclosures by which the contracting bank and guarantor still read the request of the pledge's offer."""
    offer = await session.get_one(FinancingOffer, pledge.offer_id)
    await ending.end_kept(session, offer.request_id, now)
