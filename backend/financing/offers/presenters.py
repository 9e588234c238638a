"""How offers are shown: side by side for the enterprise, to a bank its own alone."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.codes import OfferStatus
from backend.financing.models import FinancingOffer
from backend.financing.offers.costs import costs_of
from backend.financing.offers.schemas import CostOut, FinancingOfferOut
from backend.financing.terms_schemas import fees_out

PLAIN = ("id", "version", "status", "request_id", "organisation_id", "amount_fen", "term_months", "rate_tenor",
         "rate_bp", "method", "day_count", "interest_every", "conditions", "guarantor_organisation_id",
         "guarantee_fee_bp", "scheme", "subsidy_scheme", "penalty_bp", "pledgee", "valid_until", "approved_at",
         "closed_at")  # fmt: skip


async def offers_out(
    session: AsyncSession, rows: Sequence[FinancingOffer], today: date, *, for_bank: bool
) -> list[FinancingOfferOut]:
    """Return the offers with what each costs; for the enterprise also beside the one that costs least."""
    costs = await costs_of(session, rows, today)
    if not for_bank:
        costs = _compared(rows, costs)
    return [
        FinancingOfferOut(
            **{name: getattr(row, name) for name in PLAIN},
            fees=fees_out(row.fees),
            drafted_by=row.drafted_by if for_bank else None,
            drafted_at=row.drafted_at if for_bank else None,
            approved_by=row.approved_by if for_bank else None,
            cost=costs.get(row.id),
        )
        for row in rows
    ]


def _compared(rows: Sequence[FinancingOffer], costs: dict[str, CostOut]) -> dict[str, CostOut]:
    standing = [costs[row.id].total_fen for row in rows if row.status is OfferStatus.STANDING and row.id in costs]
    if not standing:
        return costs
    least = min(standing)
    return {
        row.id: costs[row.id].model_copy(update={"more_than_cheapest_fen": costs[row.id].total_fen - least})
        for row in rows
        if row.id in costs and row.status is OfferStatus.STANDING
    } | {row.id: costs[row.id] for row in rows if row.id in costs and row.status is not OfferStatus.STANDING}
