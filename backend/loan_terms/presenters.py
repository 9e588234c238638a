"""Rows of the dated tables and calculations as they look outside."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import Text
from backend.loan_terms import queries
from backend.loan_terms.arithmetic.cost_rules import Cost
from backend.loan_terms.calculation import Rates
from backend.loan_terms.calculator_schemas import (
    FeePaymentOut,
    FeeSumOut,
    LoanCostsOut,
    LoanInstalmentOut,
    SubsidyReceiptOut,
)
from backend.loan_terms.models import FinancingScheme, LoanPrimeRate
from backend.loan_terms.schemas import LprOut, SchemeOut, ShareOut, SubsidyOut

WORKING: Final = Text(
    "各项先精确计算；每期利息、本金取截至该期累计数（四舍六入五成双到分）之差，故合计不差一分，每项与精确值相差不超过一分，"
    "等额还款每期与精确值相差不超过两分。实际年利率按实际天数/365 的现金流折现（同 XIRR）计算，取整到基点。",
    "Everything is worked out exactly; each interest and principal is the difference of the sums so far, rounded half "
    "a fen to even. So nothing is lost, each lies within one fen of its exact amount, and each equal instalment within "
    "two. The yearly rate discounts dated cash flows by actual days over 365 (as XIRR), to basis points.",
)


def lpr_out(row: LoanPrimeRate, corrected_by: Mapping[str, str]) -> LprOut:
    """Return a rate as it looks outside."""
    columns = row.model_dump(include=set(LprOut.model_fields))
    return LprOut(**columns, corrects=row.corrects_id, corrected_by=corrected_by.get(row.id))


async def lprs_out(session: AsyncSession, rows: Sequence[LoanPrimeRate]) -> list[LprOut]:
    """Return rates as they look outside."""
    corrected_by = await queries.corrections(session, rows)
    return [lpr_out(row, corrected_by) for row in rows]


def _scheme_out(row: FinancingScheme, corrected_by: Mapping[str, str], language: str) -> SchemeOut:
    columns = row.model_dump(include=set(SchemeOut.model_fields) - {"shares"})
    subsidised = row.subsidy_bp is not None or row.subsidy_share_of_lpr_bp is not None
    return SchemeOut(
        **columns,
        name=row.name_en if language == "en" else row.name_zh,
        shares=None if row.shares is None else [ShareOut(**share) for share in row.shares],
        subsidy=SubsidyOut(
            share_of_lpr_bp=row.subsidy_share_of_lpr_bp,
            rate_bp=row.subsidy_bp,
            cap_fen=row.subsidy_cap_fen,
            payment=row.subsidy_payment,
        )
        if subsidised
        else None,
        corrects=row.corrects_id,
        corrected_by=corrected_by.get(row.id),
    )


async def schemes_out(session: AsyncSession, rows: Sequence[FinancingScheme], language: str) -> list[SchemeOut]:
    """Return schemes as they look outside."""
    corrected_by = await queries.corrections(session, rows)
    return [_scheme_out(row, corrected_by, language) for row in rows]


def costs_out(cost: Cost, rates: Rates, language: str) -> LoanCostsOut:
    """Return a calculation as it looks outside."""
    return LoanCostsOut(
        rate_bp=rates.rate_bp,
        lpr=rates.lpr and lpr_out(rates.lpr, {}),
        subsidy_lpr=rates.subsidy_lpr and lpr_out(rates.subsidy_lpr, {}),
        instalments=[LoanInstalmentOut(**asdict(item), amount_fen=item.amount_fen) for item in cost.instalments],
        interest_fen=cost.interest_fen,
        fee_payments=[FeePaymentOut(**asdict(item)) for item in cost.fees],
        fees=[FeeSumOut(kind=kind, payer=payer, amount_fen=fen) for (kind, payer), fen in cost.fees_by_kind().items()],
        borrower_fees_fen=cost.borrower_fees_fen,
        total_fen=cost.total_fen,
        subsidies=[SubsidyReceiptOut(**asdict(item)) for item in cost.subsidies],
        subsidy_fen=cost.subsidy_fen,
        net_fen=cost.net_fen,
        yearly_rate_bp=cost.yearly_rate.bp,
        yearly_rate_reason=cost.yearly_rate.reason,
        yearly_rate_with_subsidy_bp=cost.yearly_rate_with_subsidy.bp,
        yearly_rate_with_subsidy_reason=cost.yearly_rate_with_subsidy.reason,
        working=WORKING.say(language, {}),
    )
