"""What keeps the last person of an organisation from going: requests that live, and what a bank still offers."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Reason, Text
from backend.financing.codes import OfferStatus
from backend.financing.models import FinancingOffer, FinancingRequest
from backend.financing.rules import SENT

REQUESTS: Final = Text(
    "单位有 {number} 项未结的融资申请。", "The organisation has {number} open requests for financing."
)
WITHDRAW_REQUESTS: Final = Text(
    "请先撤回：POST /v1/financing-requests/{id}/withdrawal。",
    "Withdraw them first, by POST /v1/financing-requests/{id}/withdrawal.",
)
OFFERS: Final = Text("单位有 {number} 份有效的融资报价。", "The organisation has {number} financing offers that stand.")
WITHDRAW_OFFERS: Final = Text(
    "请先撤回：POST /v1/financing-offers/{id}/withdrawal。",
    "Withdraw them first, by POST /v1/financing-offers/{id}/withdrawal.",
)


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    living = sa.and_(
        col(FinancingRequest.organisation_id) == organisation_id,
        col(FinancingRequest.status).in_(SENT),
    )
    standing = sa.and_(
        col(FinancingOffer.organisation_id) == organisation_id,
        col(FinancingOffer.status) == OfferStatus.STANDING,
    )
    requests = await _count(session, FinancingRequest, living)
    offers = await _count(session, FinancingOffer, standing)
    reasons = []
    if requests:
        facts = {"number": requests, "id": "{id}"}
        reasons.append(Reason("financing_requests_stand", REQUESTS, cure=WITHDRAW_REQUESTS, facts=facts))
    if offers:
        facts = {"number": offers, "id": "{id}"}
        reasons.append(Reason("financing_offers_stand", OFFERS, cure=WITHDRAW_OFFERS, facts=facts))
    return reasons


async def _count(session: AsyncSession, model: type, condition: sa.ColumnElement[bool]) -> int:
    statement = sa.select(sa.func.count()).select_from(model).where(condition)
    return int((await session.execute(statement)).scalar_one())
