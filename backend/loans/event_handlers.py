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
    """An accepted offer makes a loan on the same terms."""
    offer = event.payload
    guarantee = await session.get(FinancingGuarantee, offer.guarantee_id) if offer.guarantee_id else None
    loan = Loan(
        id=offer.loan_id,
        offer_id=offer.offer_id,
        request_id=offer.request_id,
        lender_organisation_id=offer.bank_organisation_id,
        borrower_organisation_id=offer.borrower_organisation_id,
        guarantor_organisation_id=offer.guarantor_organisation_id,
        status=LoanStatus.AGREED,
        amount_fen=offer.amount_fen,
        agreed_term_months=offer.term_months,
        term_months=offer.term_months,
        rate_tenor=LprTenor(offer.rate_tenor),
        margin_bp=offer.rate_bp,
        method=RepaymentMethod(offer.method),
        day_count=DayCount(offer.day_count),
        interest_every=offer.interest_every,
        penalty_bp=offer.penalty_bp,
        fees=offer.fees,
        scheme=offer.scheme,
        subsidy_scheme=offer.subsidy_scheme,
        guarantee_fee_bp=offer.guarantee_fee_bp,
        guaranteed_fen=guarantee.amount_fen if guarantee else None,
        agreed_on=offer.accepted_on,
        agreed_at=context.now,
    )
    await service.agree(session, loan, context.now, actor=event.actor)


SYNC_HANDLERS: Final[SyncHandlerTable] = {OfferAccepted: [_accepted]}
