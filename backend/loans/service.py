"""How a loan is agreed, secured, disbursed, in default, cured and closed; what others credit to it.

Whoever calls these holds the loan. The day of each step is the caller's; days in the future are refused.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.http.day_errors import too_early
from backend.core.ids import new_id
from backend.loan_terms.calculation import lpr_of, rate_over
from backend.loan_terms.codes import CompensatesAt
from backend.loans.accounting.entries import account_of, entry_of_repayment
from backend.loans.accounting.posting import AGREED, SECURED, announce, check_day, mirror, post
from backend.loans.codes import EntryKind, RepaymentSource, RepaymentStatus
from backend.loans.compensation import service as compensations
from backend.loans.errors import LoanDayOutOfOrder, NotSecured
from backend.loans.events import (
    LoanAgreed,
    LoanClosed,
    LoanCured,
    LoanDefaulted,
    LoanDisbursed,
    LoanOverdue,
    LoanSecured,
    LoanSecurityLost,
    RepaymentClaimed,
)
from backend.loans.models import Loan, LoanRepayment
from backend.loans.rules import ENDED, OWED, LoanAction, next_loan


@dataclass(frozen=True, slots=True)
class Credited:
    """What money counted for; the surplus is not kept."""

    costs_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int


async def agree(session: AsyncSession, loan: Loan, now: datetime, *, actor: str | None) -> None:
    """Add the loan that an accepted offer makes."""
    session.add(loan)
    await announce(session, loan, LoanAgreed, now, actor=actor)


async def secure(session: AsyncSession, loan: Loan, on: date, now: datetime, *, actor: str) -> None:
    """Note that the registration of the pledge is on record: the loan may be disbursed from that day on."""
    loan.secured_on, loan.security_lost_on = on, None
    loan.version += 1
    await announce(session, loan, LoanSecured, now, actor=actor, on=on)


async def lose_security(session: AsyncSession, loan: Loan, on: date, now: datetime, *, actor: str) -> None:
    """Note that the registration does not stand any more, so that the loan cannot be disbursed."""
    loan.secured_on, loan.security_lost_on = None, on
    loan.version += 1
    await announce(session, loan, LoanSecurityLost, now, actor=actor, on=on)


async def disburse(session: AsyncSession, loan: Loan, on: date, now: datetime, *, by: Caller) -> None:
    """Record the disbursement of the whole amount, and fix the rate by the loan prime rate of that day.

    Raises LoanNotInState, NotSecured, LoanDayOutOfOrder, LprUnknown, RateOutOfBounds, InstalmentBelowInterest.
    """
    status = next_loan(loan.status, LoanAction.DISBURSE)
    if loan.secured_on is None:
        raise NotSecured
    check_day(loan, on, "/disbursed_on", now)
    after, before = max((loan.secured_on, SECURED), (loan.agreed_on, AGREED))
    if on < after:
        raise LoanDayOutOfOrder(errors=[too_early("/disbursed_on", before, after)])
    lpr = await lpr_of(session, loan.rate_tenor, on)
    rate = rate_over(lpr, loan.margin_bp)
    loan.status, loan.disbursed_on, loan.disbursed_at, loan.disbursed_by = status, on, now, by.user_id
    loan.lpr_id, loan.lpr_bp, loan.rate_bp = lpr.id, lpr.rate_bp, rate
    loan.version += 1
    mirror(loan, await account_of(session, loan, china_day(now)))
    await announce(session, loan, LoanDisbursed, now, actor=by.user_id, own=by.organisation_id, on=on)


async def mark_default(
    session: AsyncSession, loan: Loan, on: date, event_text: str | None, now: datetime, *, actor: str
) -> None:
    """Note a default, for what is overdue or for an event; a scheme that compensates at default does so now.

    Raises LoanNotInState, LoanDayOutOfOrder.
    """
    status = next_loan(loan.status, LoanAction.DEFAULT)
    check_day(loan, on, "/on", now)
    loan.status, loan.defaulted_on, loan.default_event = status, on, event_text
    loan.entries_at_default = loan.entries
    mirror(loan, await account_of(session, loan, china_day(now)))
    loan.version += 1
    await announce(session, loan, LoanDefaulted, now, actor=actor, on=on)
    await compensations.compensate_at(session, loan, CompensatesAt.DEFAULT, now, actor=actor)


async def cure(session: AsyncSession, loan: Loan, on: date, now: datetime, *, actor: str) -> None:
    """Note that a default is cured: the loan goes on, overdue where something still is; raise LoanNotInState."""
    account = await account_of(session, loan, china_day(now))
    action = LoanAction.CURE if account.overdue_since is None else LoanAction.CURE_OVERDUE
    loan.status = next_loan(loan.status, action)
    loan.defaulted_on = loan.default_event = loan.entries_at_default = None
    mirror(loan, account)
    loan.version += 1
    await announce(session, loan, LoanCured, now, actor=actor, on=on)
    await compensations.void(session, loan, now, actor=actor)
    if loan.overdue_since is not None:
        await announce(session, loan, LoanOverdue, now, actor=actor, since=loan.overdue_since)


async def credit(
    session: AsyncSession,
    loan: Loan,
    amount_fen: int,
    on: date,
    *,
    source: RepaymentSource,
    about: str,
    by: Caller,
    now: datetime,
) -> Credited:
    """Return what money of a realisation or of licences counts for: all that is owed, due or not.

    Nothing counts where nothing is owed: before the disbursement, and after the end. What another than the lender says
    to have come in, a guarantor who is the pledgee, is its claim, and counts once the lender confirms it.
    Raises LoanDayOutOfOrder.
    """
    if loan.status not in OWED or amount_fen <= 0:
        return Credited(0, 0, 0, max(0, amount_fen))
    check_day(loan, on, "/on", now)
    row = _row(loan, amount_fen, on, source, about, by, now)
    account = await account_of(session, loan, on)
    if by.organisation_id == loan.lender_organisation_id:
        counted = await post(session, loan, row, account, now)
    else:
        counted = account.enter(entry_of_repayment(row))
        session.add(row)
        own = by.organisation_id
        await announce(session, loan, RepaymentClaimed, now, actor=by.user_id, own=own, repayment_id=row.id)
    return Credited(counted.costs_fen, counted.interest_fen, counted.principal_fen, counted.surplus_fen)


def _row(
    loan: Loan, amount_fen: int, on: date, source: RepaymentSource, about: str, by: Caller, now: datetime
) -> LoanRepayment:
    """Return a repayment that counts for all that is owed; what another than the lender says of one is a claim."""
    counts = by.organisation_id == loan.lender_organisation_id
    return LoanRepayment(
        id=new_id("rpm"),
        loan_id=loan.id,
        status=RepaymentStatus.COUNTED if counts else RepaymentStatus.CLAIMED,
        source=source,
        counts_as=EntryKind.PAYMENT_OF_ALL,
        paid_on=on,
        amount_fen=amount_fen,
        about=about,
        recorded_by_organisation=by.organisation_id,
        recorded_by=by.user_id,
        recorded_at=now,
    )


async def close_after_disposal(session: AsyncSession, loan: Loan, on: date, now: datetime, *, actor: str) -> None:
    """Close a loan whose collateral is realised; a scheme that compensates afterwards bears its part of what is owed.

    A loan that the proceeds have repaid stays repaid. Raises LoanNotInState, LoanDayOutOfOrder.
    """
    if loan.status in ENDED:
        return
    check_day(loan, on, "/on", now)
    loan.status, loan.closed_on = next_loan(loan.status, LoanAction.CLOSE), on
    mirror(loan, await account_of(session, loan, on))
    loan.check_on = None
    loan.version += 1
    await announce(session, loan, LoanClosed, now, actor=actor, on=on)
    await compensations.compensate_at(session, loan, CompensatesAt.AFTER_DISPOSAL, now, actor=actor)
