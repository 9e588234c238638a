"""What follows for loans from what happens in financing, in the same transaction."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.financing.events import OfferAccepted
from backend.financing.models import FinancingGuarantee
from backend.loan_terms.codes import DayCount, LprTenor, RepaymentMethod
from backend.loans import service
from backend.loans.codes import LoanStatus
from backend.loans.models import Loan


async def _accepted(session: AsyncSession, event: DomainEvent[OfferAccepted], context: EventContext) -> None:
    """An accepted offer makes a loan, whose terms are its."""
    said = event.payload
    guarantee = await session.get(FinancingGuarantee, said.guarantee_id) if said.guarantee_id else None
    loan = Loan(
        id=said.loan_id,
        offer_id=said.offer_id,
        request_id=said.request_id,
        lender_organisation_id=said.bank_organisation_id,
        borrower_organisation_id=said.borrower_organisation_id,
        guarantor_organisation_id=said.guarantor_organisation_id,
        status=LoanStatus.AGREED,
        amount_fen=said.amount_fen,
        agreed_term_months=said.term_months,
        term_months=said.term_months,
        rate_tenor=LprTenor(said.rate_tenor),
        margin_bp=said.rate_bp,
        method=RepaymentMethod(said.method),
        day_count=DayCount(said.day_count),
        interest_every=said.interest_every,
        penalty_bp=said.penalty_bp,
        fees=said.fees,
        scheme=said.scheme,
        subsidy_scheme=said.subsidy_scheme,
        guarantee_fee_bp=said.guarantee_fee_bp,
        guaranteed_fen=guarantee.amount_fen if guarantee else None,
        agreed_on=said.accepted_on,
        agreed_at=context.now,
    )
    await service.agree(session, loan, context.now, actor=event.actor)


SYNC_HANDLERS: Final[SyncHandlerTable] = {OfferAccepted: [_accepted]}
