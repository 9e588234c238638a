"""Made-up offers and guarantees of the demonstration: drafted by one person of a bank, approved by another."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Member
from backend.demo.finance.requests import AMOUNT, TERM, caller_of, disclosed_to
from backend.demo.load_context import Stage
from backend.financing.access import OwnRequest
from backend.financing.guarantees import service as guarantees
from backend.financing.guarantees.schemas import GuaranteeAgreement, GuaranteeIn
from backend.financing.models import FinancingOffer, FinancingRequest
from backend.financing.offers import service as offers
from backend.financing.offers.access import HeldOffer
from backend.financing.offers.schemas import FinancingOfferIn
from backend.financing.policy import financing_policy
from backend.loan_terms.codes import DayCount, LprTenor, RepaymentMethod

VALID_DAYS: Final = 30
GUARANTEE_FEE_BP: Final = 80
PENALTY_BP: Final = 150


async def guarantee(stage: Stage, request: FinancingRequest, enterprise: str, guarantor: str) -> None:
    """Have a guarantor, to which the request is disclosed, agree to stand for its amount."""
    asker, surety = await caller_of(stage, enterprise), await caller_of(stage, guarantor)
    asked = GuaranteeIn(organisation_id=surety.organisation_id, amount_fen=AMOUNT)
    policy = financing_policy(stage.settings)
    row = await guarantees.ask(stage.session, OwnRequest(request, asker), asked, policy, stage.now)
    agreed = GuaranteeAgreement(
        amount_fen=AMOUNT, fee_bp=GUARANTEE_FEE_BP, counter_guarantee="演示数据：实际控制人连带保证",
        may_be_pledgee=False,
    )  # fmt: skip
    await guarantees.agree(stage.session, request, row, agreed, surety, stage.now)


async def offer(
    stage: Stage, request: FinancingRequest, bank: str, over_lpr_bp: int, guarantor: str | None = None
) -> FinancingOffer:
    """Return an offer of a bank that stands, with the guarantor that it needs."""
    drafter = await caller_of(stage, bank)
    body = FinancingOfferIn(
        amount_fen=AMOUNT,
        term_months=TERM,
        rate_tenor=LprTenor.ONE_YEAR,
        rate_bp=over_lpr_bp,
        method=RepaymentMethod.INTEREST_FIRST,
        day_count=DayCount.ACTUAL_360,
        interest_every=3,
        conditions="演示数据：办理质押登记后放款。",
        guarantor_organisation_id=stage.places[guarantor].organisation_id if guarantor else None,
        guarantee_fee_bp=GUARANTEE_FEE_BP if guarantor else None,
        penalty_bp=PENALTY_BP,
        valid_until=stage.today + timedelta(days=VALID_DAYS),
    )
    held = await disclosed_to(stage, request, drafter)
    drafted = await offers.draft(stage.session, held, body, financing_policy(stage.settings), stage.now)
    approver = await _colleague(stage, drafter)
    return await offers.approve(stage.session, HeldOffer(request, drafted, approver), stage.now)


async def _colleague(stage: Stage, drafter: Caller) -> Caller:
    """Return another person of the bank: each of the demonstration's has two."""
    others = sa.select(col(Member.user_id), col(Member.role)).where(
        col(Member.organisation_id) == drafter.organisation_id, col(Member.user_id) != drafter.user_id
    )
    user_id, role = (await stage.session.execute(others.order_by(col(Member.user_id)).limit(1))).one()
    return replace(drafter, user_id=user_id, role=role)
