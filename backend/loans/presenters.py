"""How loans, their statement and schedule are shown."""

from dataclasses import asdict
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import Text
from backend.financing.models import FinancingOffer
from backend.financing.offers.costs import fees_of
from backend.financing.terms_schemas import fees_out
from backend.loan_terms.arithmetic.cost_rules import fee_payments
from backend.loan_terms.arithmetic.schedule_rules import Instalment, schedule
from backend.loan_terms.calculator_schemas import FeePaymentOut
from backend.loans.access import SeenLoan
from backend.loans.accounting.account_rules import Account, FallenDue
from backend.loans.accounting.entries import terms_of
from backend.loans.codes import InstalmentStatus
from backend.loans.models import Loan, LoanCosts
from backend.loans.schemas import CostsOut, LoanOut, PaidOut, ScheduledOut, ScheduleOut, StatementOut
from backend.patents.legal_events.term_rules import add_months

DERIVED: Final = frozenset({"role", "fees", "ends_on"})
WORKING: Final = Text(
    "自放款起按日重算：还款依次抵充费用、利息、本金（民法典第561条），同类中先到期者先抵；逾期的本息自到期日起按贷款利率加罚息"
    "利率、按约定日计数计算，至清偿止，累计一次取整；罚息不再计息。",
    "Worked out anew from the disbursement on: payments count for costs, interest, principal in this order (Civil "
    "Code, art. 561), the older first. Principal and interest that are overdue bear the rate and the penalty from "
    "their day until they are paid, by the day count, rounded once over all of the time; the penalty bears nothing.",
)


def loan_out(seen: SeenLoan) -> LoanOut:
    """Return a loan as one of its sides sees it."""
    loan = seen.loan
    return LoanOut(
        **loan.model_dump(include=set(LoanOut.model_fields) - DERIVED),
        role=seen.role,
        fees=fees_out(loan.fees),
        ends_on=ends_on(loan),
    )


def ends_on(loan: Loan) -> date | None:
    """Return the last day of the term, or None before the disbursement."""
    return None if loan.disbursed_on is None else add_months(loan.disbursed_on, loan.term_months)


def statement_out(loan: Loan, account: Account, language: str) -> StatementOut:
    """Return what is owed on the account's day, as it is shown."""
    due, owed = account.due, account.owed
    return StatementOut(
        on=account.day,
        rate_bp=account.terms.rate_bp,
        penalty_rate_bp=account.terms.rate_bp + loan.penalty_bp,
        paid=PaidOut(**asdict(account.paid)),
        costs_fen=due.costs_fen,
        interest_due_fen=due.interest_fen - account.penalty_fen,
        penalty_fen=account.penalty_fen,
        principal_due_fen=due.principal_fen,
        due_fen=due.total_fen,
        accrued_interest_fen=account.accrued_fen,
        principal_ahead_fen=account.balance_fen,
        outstanding_fen=owed.principal_fen,
        on_account_fen=account.on_account_fen,
        owed_fen=max(0, owed.total_fen - account.on_account_fen),
        overdue_since=account.overdue_since,
        next_due_on=account.next_due_on,
        working=WORKING.say(language, {}),
    )


async def schedule_out(session: AsyncSession, loan: Loan, account: Account) -> ScheduleOut:
    """Return the instalments as they stand on the account's day, as they are shown."""
    terms = terms_of(loan)
    offer = await session.get_one(FinancingOffer, loan.offer_id)
    first = schedule(terms)
    fees = [one for fee in fees_of(offer) for one in fee_payments(terms, first, fee)]
    return ScheduleOut(
        on=account.day,
        rate_bp=account.terms.rate_bp,
        ends_on=add_months(terms.disbursed_on, account.terms.term_months),
        instalments=[
            *(_fallen_due(one, account.day) for one in account.fallen_due),
            *(_ahead(one) for one in account.ahead),
        ],
        penalty_fen=account.penalty_fen,
        on_account_fen=account.on_account_fen,
        fee_payments=[FeePaymentOut(**asdict(one)) for one in fees],
    )


def _fallen_due(fallen_due: FallenDue, day: date) -> ScheduledOut:
    instalment = fallen_due.instalment
    return ScheduledOut(
        **asdict(instalment),
        amount_fen=instalment.amount_fen,
        status=fallen_due.status_on(day),
        interest_paid_fen=instalment.interest_fen - fallen_due.interest_fen,
        principal_paid_fen=instalment.principal_fen - fallen_due.principal_fen,
        owed_fen=fallen_due.owed_fen,
    )


def _ahead(instalment: Instalment) -> ScheduledOut:
    return ScheduledOut(
        **asdict(instalment),
        amount_fen=instalment.amount_fen,
        status=InstalmentStatus.AHEAD,
        interest_paid_fen=0,
        principal_paid_fen=0,
        owed_fen=instalment.amount_fen,
    )


def costs_out(row: LoanCosts) -> CostsOut:
    """Return costs of enforcement as they are shown."""
    return CostsOut(**row.model_dump(include=set(CostsOut.model_fields)))
