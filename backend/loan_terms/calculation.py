"""What a loan costs by terms that somebody states, with the loan prime rates of their day from the table."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from backend.loan_terms import queries
from backend.loan_terms.arithmetic.cost_rules import Cost, Fee, Subsidy, share_of_lpr, whole_cost
from backend.loan_terms.arithmetic.schedule_rules import MOST_BP, LoanTerms
from backend.loan_terms.calculator_schemas import FeeIn, LoanCostsIn
from backend.loan_terms.codes import LoanFeeBase, LprTenor
from backend.loan_terms.errors import FeeOutsideLoan, LprUnknown, RateOutOfBounds
from backend.loan_terms.models import LoanPrimeRate


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate of a loan, and the announcements that it and its subsidy rest on."""

    rate_bp: int
    lpr: LoanPrimeRate | None
    subsidy_lpr: LoanPrimeRate | None


async def lpr_of(session: AsyncSession, tenor: LprTenor, day: date) -> LoanPrimeRate:
    """Return the rate that holds on a day; raise LprUnknown where the table has none."""
    row = await queries.lpr_on(session, tenor, day)
    if row is None:
        raise LprUnknown(tenor=tenor.value, day=day)
    return row


def rate_over(lpr: LoanPrimeRate, margin_bp: int) -> int:
    """Return the yearly rate in basis points that lies a margin over a loan prime rate; raise RateOutOfBounds."""
    rate = lpr.rate_bp + margin_bp
    if not 0 <= rate <= MOST_BP:
        raise RateOutOfBounds(most=MOST_BP)
    return rate


async def rates_of(session: AsyncSession, body: LoanCostsIn) -> Rates:
    """Return the rates that stated terms come to. Raises LprUnknown, RateOutOfBounds."""
    subsidy_tenor = body.subsidy.lpr_tenor if body.subsidy else None
    subsidy_lpr = await lpr_of(session, subsidy_tenor, body.disbursed_on) if subsidy_tenor else None
    if body.lpr is None:
        return Rates(body.rate_bp or 0, None, subsidy_lpr)
    lpr = await lpr_of(session, body.lpr.tenor, body.disbursed_on)
    return Rates(rate_over(lpr, body.lpr.margin_bp), lpr, subsidy_lpr)


def cost_of(body: LoanCostsIn, rates: Rates) -> Cost:
    """Return the cost of stated terms. Raises InstalmentBelowInterest, FeeOutsideLoan."""
    terms = LoanTerms(
        amount_fen=body.amount_fen,
        rate_bp=rates.rate_bp,
        disbursed_on=body.disbursed_on,
        term_months=body.term_months,
        method=body.method,
        day_count=body.day_count,
        every=body.payment_every_months,
        due_day=body.due_day,
        shift=body.due_day_shift,
    )
    ends_on = terms.due_days[-1].falls_on
    if any(fee.on is not None and not terms.disbursed_on <= fee.on <= ends_on for fee in body.fees):
        raise FeeOutsideLoan(starts_on=terms.disbursed_on, ends_on=ends_on)
    return whole_cost(terms, [_fee(fee) for fee in body.fees], _subsidy(body, rates))


def _fee(fee: FeeIn) -> Fee:
    return Fee(**fee.model_dump(exclude={"base"}), base=fee.base or LoanFeeBase.AMOUNT)


def _subsidy(body: LoanCostsIn, rates: Rates) -> Subsidy | None:
    terms = body.subsidy
    if terms is None:
        return None
    rate = Fraction(terms.rate_bp or 0)
    if terms.share_of_lpr_bp is not None and rates.subsidy_lpr is not None:
        rate = share_of_lpr(terms.share_of_lpr_bp, rates.subsidy_lpr.rate_bp)
    return Subsidy(rate_bp=rate, payment=terms.payment, months=terms.months, cap_fen=terms.cap_fen)
