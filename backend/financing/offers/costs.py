"""What an offer would cost the borrower if it were disbursed today, with the loan prime rate of today."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.models import FinancingOffer
from backend.financing.offers.schemas import CostOut
from backend.loan_terms import queries as tables
from backend.loan_terms.arithmetic.cost_rules import Cost, Fee, Subsidy, share_of_lpr, whole_cost
from backend.loan_terms.arithmetic.schedule_rules import MOST_BP, LoanTerms
from backend.loan_terms.codes import FeeKind, FeePayer, FeeTime, LoanFeeBase, LprTenor, RepaymentMethod
from backend.loan_terms.errors import InstalmentBelowInterest
from backend.loan_terms.models import FinancingScheme, LoanPrimeRate
from backend.loan_terms.schemas import SchemesQuery


async def scheme_on(session: AsyncSession, code: str, day: date) -> FinancingScheme | None:
    """Return the scheme with a code that may hold on a day, or None."""
    found = await session.scalars(tables.schemes(SchemesQuery(code=code, valid_on=day)))
    row: FinancingScheme | None = found.first()
    return row


async def costs_of(session: AsyncSession, offers: Sequence[FinancingOffer], today: date) -> dict[str, CostOut]:
    """Return what each offer costs, by its id; one whose rate or schedule cannot be reckoned is left out."""
    rates = {tenor: await tables.lpr_on(session, tenor, today) for tenor in {*LprTenor}}
    codes = {offer.subsidy_scheme for offer in offers if offer.subsidy_scheme}
    schemes = {code: await scheme_on(session, code, today) for code in codes}
    costs = {}
    for offer in offers:
        lpr = rates[offer.rate_tenor]
        cost = _cost(offer, lpr, rates, schemes.get(offer.subsidy_scheme or ""), today) if lpr else None
        if lpr is not None and cost is not None:
            costs[offer.id] = _out(offer, lpr, cost)
    return costs


def _cost(
    offer: FinancingOffer,
    lpr: LoanPrimeRate,
    rates: Mapping[LprTenor, LoanPrimeRate | None],
    scheme: FinancingScheme | None,
    today: date,
) -> Cost | None:
    rate = lpr.rate_bp + offer.rate_bp
    if not 0 <= rate <= MOST_BP:
        return None
    at_maturity = offer.method is RepaymentMethod.AT_MATURITY
    terms = LoanTerms(
        amount_fen=offer.amount_fen,
        rate_bp=rate,
        disbursed_on=today,
        term_months=offer.term_months,
        method=offer.method,
        day_count=offer.day_count,
        every=None if at_maturity else offer.interest_every,
    )
    try:
        return whole_cost(terms, fees_of(offer), _subsidy(scheme, rates))
    except InstalmentBelowInterest:
        return None


def fees_of(offer: FinancingOffer) -> list[Fee]:
    """Return the offer's fees, the yearly one of its guarantee among them."""
    fees = [_fee(row) for row in offer.fees]
    if offer.guarantee_fee_bp is not None:
        fees.append(
            Fee(
                kind=FeeKind.GUARANTEE,
                payer=FeePayer.BORROWER,
                time=FeeTime.YEARLY,
                rate_bp=offer.guarantee_fee_bp,
            )
        )
    return fees


def _fee(row: Mapping[str, Any]) -> Fee:
    return Fee(
        kind=FeeKind(row["kind"]),
        payer=FeePayer(row["payer"]),
        time=FeeTime(row["time"]),
        amount_fen=row["amount_fen"],
        rate_bp=row["rate_bp"],
        base=LoanFeeBase(row["base"]),
    )


def _subsidy(scheme: FinancingScheme | None, rates: Mapping[LprTenor, LoanPrimeRate | None]) -> Subsidy | None:
    """Return the subsidy of a scheme, or None where not all of it is known."""
    if scheme is None or scheme.subsidy_payment is None:
        return None
    lpr = rates[LprTenor.ONE_YEAR]
    if scheme.subsidy_bp is not None:
        rate = Fraction(scheme.subsidy_bp)
    elif scheme.subsidy_share_of_lpr_bp is not None and lpr is not None:
        rate = share_of_lpr(scheme.subsidy_share_of_lpr_bp, lpr.rate_bp)
    else:
        return None
    return Subsidy(rate_bp=rate, payment=scheme.subsidy_payment, cap_fen=scheme.subsidy_cap_fen)


def _out(offer: FinancingOffer, lpr: LoanPrimeRate, cost: Cost) -> CostOut:
    guarantee = sum(
        amount
        for (kind, payer), amount in cost.fees_by_kind().items()
        if kind is FeeKind.GUARANTEE and payer is FeePayer.BORROWER
    )
    has_subsidy = bool(cost.subsidies)
    return CostOut(
        lpr_bp=lpr.rate_bp,
        lpr_announced_on=lpr.announced_on,
        rate_bp=lpr.rate_bp + offer.rate_bp,
        interest_fen=cost.interest_fen,
        fees_fen=cost.borrower_fees_fen,
        guarantee_fee_fen=guarantee,
        total_fen=cost.total_fen,
        subsidy_fen=cost.subsidy_fen if has_subsidy else None,
        net_fen=cost.net_fen if has_subsidy else None,
        yearly_rate_bp=cost.yearly_rate.bp,
        yearly_rate_reason=cost.yearly_rate.reason,
        yearly_rate_with_subsidy_bp=cost.yearly_rate_with_subsidy.bp if has_subsidy else None,
        more_than_cheapest_fen=None,
        more_than_cheapest_reason=None,
    )
