"""How offers are shown: side by side for the enterprise, to a bank its own alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.codes import NoComparison, OfferStatus
from backend.financing.models import FinancingOffer
from backend.financing.offers import queries
from backend.financing.offers.costs import costs_of
from backend.financing.offers.schemas import CostOut, FinancingOfferOut
from backend.financing.rules import closer_of, loan_of_offer
from backend.financing.terms_schemas import fees_out

OTHERS_TO_COMPARE: Final = 2  # itself and another one
PLAIN = ("id", "version", "status", "request_id", "organisation_id", "amount_fen", "term_months", "rate_tenor",
         "rate_bp", "method", "day_count", "interest_every", "conditions", "guarantor_organisation_id",
         "guarantee_fee_bp", "scheme", "subsidy_scheme", "penalty_bp", "pledgee", "valid_until", "approved_at",
         "closed_at")  # fmt: skip


async def offers_out(
    session: AsyncSession, rows: Sequence[FinancingOffer], today: date, own: str
) -> list[FinancingOfferOut]:
    """Return the offers of one request with what each costs, or a bank's own ones.

    For the enterprise also beside the one that costs least of those that stand, of the same amount and term.
    """
    shown = [row for row in rows if row.organisation_id != own]
    standing = await _standing(session, shown)
    costs = await costs_of(session, list({row.id: row for row in (*rows, *standing)}.values()), today)
    for row in shown:
        if row.id in costs:
            costs[row.id] = costs[row.id].model_copy(update=_compared(row, standing, costs))
    return [_out(row, costs.get(row.id), for_bank=row.organisation_id == own) for row in rows]


async def _standing(session: AsyncSession, rows: Sequence[FinancingOffer]) -> Sequence[FinancingOffer]:
    requests = {row.request_id for row in rows if row.status is OfferStatus.STANDING}
    return (await session.scalars(queries.standing_of(requests))).all() if requests else []


def _out(row: FinancingOffer, cost: CostOut | None, *, for_bank: bool) -> FinancingOfferOut:
    return FinancingOfferOut(
        **{name: getattr(row, name) for name in PLAIN},
        fees=fees_out(row.fees),
        drafted_by=row.drafted_by if for_bank else None,
        drafted_at=row.drafted_at if for_bank else None,
        approved_by=row.approved_by if for_bank else None,
        closed_by=closer_of(row.status, by_somebody=row.closed_by is not None),
        loan_id=loan_of_offer(row.id) if row.status is OfferStatus.ACCEPTED else None,
        cost=cost,
    )


def _compared(
    row: FinancingOffer, standing: Sequence[FinancingOffer], costs: Mapping[str, CostOut]
) -> dict[str, int | NoComparison | None]:
    """Return how much more an offer costs than the cheapest one like it, or why that is not said."""
    if row.status is not OfferStatus.STANDING:
        return {"more_than_cheapest_reason": NoComparison.NOT_STANDING}
    alike = [
        costs[one.id].total_fen
        for one in standing
        if one.id in costs and one.request_id == row.request_id
        and (one.amount_fen, one.term_months) == (row.amount_fen, row.term_months)
    ]  # fmt: skip
    if len(alike) < OTHERS_TO_COMPARE:
        return {"more_than_cheapest_reason": NoComparison.NO_LIKE_OFFER}
    return {"more_than_cheapest_fen": costs[row.id].total_fen - min(alike)}
