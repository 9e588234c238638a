"""How offers are found: the enterprise those that stood, a bank its own."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.financing.codes import GuaranteeStatus, OfferStatus
from backend.financing.models import FinancingGuarantee, FinancingOffer

DRAFTED_AT: Final = col(FinancingOffer.drafted_at)
OFFER_ID: Final = col(FinancingOffer.id)


def offers_of(request_id: str, bank_id: str | None = None) -> sa.Select[Any]:
    """Return a bank's offers for a request, or those that the enterprise may know of: approved ones."""
    statement = sa.select(FinancingOffer).where(col(FinancingOffer.request_id) == request_id)
    if bank_id is not None:
        return statement.where(col(FinancingOffer.organisation_id) == bank_id)
    return statement.where(col(FinancingOffer.approved_at).is_not(None))


def made_by(bank_id: str, statuses: Sequence[OfferStatus]) -> sa.Select[Any]:
    """Return all offers that a bank made, of requests that it may read no more too."""
    statement = sa.select(FinancingOffer).where(col(FinancingOffer.organisation_id) == bank_id)
    return statement.where(col(FinancingOffer.status).in_(statuses)) if statuses else statement


def standing_of(request_ids: Collection[str]) -> sa.Select[Any]:
    """Return the offers that stand for requests."""
    return sa.select(FinancingOffer).where(
        col(FinancingOffer.request_id).in_(request_ids), col(FinancingOffer.status) == OfferStatus.STANDING
    )


async def offer(session: AsyncSession, offer_id: str) -> FinancingOffer | None:
    """Return the offer, whoever asks."""
    return await session.get(FinancingOffer, offer_id)


async def locked(session: AsyncSession, offer_id: str) -> FinancingOffer:
    """Return the offer, held; the caller holds its request."""
    return await session.get_one(FinancingOffer, offer_id, with_for_update=True, populate_existing=True)


async def agreed_guarantee(session: AsyncSession, request_id: str, guarantor_id: str) -> FinancingGuarantee | None:
    """Return the guarantee that a guarantor has agreed to, held; the caller holds the request."""
    statement = sa.select(FinancingGuarantee).where(
        col(FinancingGuarantee.request_id) == request_id,
        col(FinancingGuarantee.organisation_id) == guarantor_id,
        col(FinancingGuarantee.status) == GuaranteeStatus.AGREED,
    )
    return (await session.scalars(statement.with_for_update(), execution_options={"populate_existing": True})).first()
