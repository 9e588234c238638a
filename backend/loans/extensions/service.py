"""How a longer term is proposed by one side and agreed to by the other; nothing else writes the table."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.loans import queries
from backend.loans.access import HeldLoan
from backend.loans.accounting.account_rules import Account
from backend.loans.accounting.entries import account_of, entry_of_extension
from backend.loans.accounting.posting import announce, check_day, check_entries, check_state, follow, next_entry
from backend.loans.codes import ExtensionStatus, LoanStatus
from backend.loans.errors import (
    ExtensionNotLonger,
    ExtensionProposedAlready,
    LoanStepNotYours,
    NoExtensionProposed,
    SomethingOverdue,
)
from backend.loans.events import ExtensionProposed, ExtensionRefused, ExtensionWithdrawn, LoanExtended
from backend.loans.extensions.schemas import ExtensionIn
from backend.loans.models import LoanExtension
from backend.loans.policy import LoanPolicy
from backend.loans.rules import ExtensionAction, next_extension


async def propose(session: AsyncSession, held: HeldLoan, body: ExtensionIn, now: datetime) -> LoanExtension:
    """Return the proposal, which waits for the other side.

    Raises LoanNotInState, ExtensionNotLonger, ExtensionProposedAlready, SomethingOverdue.
    """
    loan, caller = held.loan, held.caller
    await _extendable(session, held, body.term_months, now)
    if await queries.proposed_extension(session, loan.id) is not None:
        raise ExtensionProposedAlready
    row = LoanExtension(
        id=new_id("lex"),
        loan_id=loan.id,
        status=ExtensionStatus.PROPOSED,
        proposed_by_organisation=caller.organisation_id,
        proposed_by=caller.user_id,
        proposed_at=now,
        **body.model_dump(),
    )
    session.add(row)
    await session.flush()
    own = caller.organisation_id
    await announce(session, loan, ExtensionProposed, now, actor=caller.user_id, own=own, extension_id=row.id)
    return row


async def _extendable(session: AsyncSession, held: HeldLoan, term_months: int, now: datetime) -> Account:
    """Return today's account of a loan that can be extended: it runs, and nothing is due and unpaid."""
    loan = held.loan
    check_state(loan, "extend", LoanStatus.DISBURSED)
    if term_months <= loan.term_months:
        raise ExtensionNotLonger(term_months=loan.term_months)
    account = await account_of(session, loan, china_day(now))
    if account.due.total_fen or not account.ahead:
        raise SomethingOverdue(due_fen=account.due.total_fen)
    return account


async def _proposed(session: AsyncSession, held: HeldLoan, *, by_other: bool, action: str) -> LoanExtension:
    row = await queries.proposed_extension(session, held.loan.id)
    if row is None:
        raise NoExtensionProposed
    is_own = row.proposed_by_organisation == held.caller.organisation_id
    if is_own is by_other:
        raise LoanStepNotYours(action=action, by="the other side" if by_other else "the side that proposed it")
    return row


async def accept(session: AsyncSession, held: HeldLoan, policy: LoanPolicy, now: datetime) -> LoanExtension:
    """Return the proposal that the other side agrees to: the term is longer from today on, at the rate proposed.

    Raises NoExtensionProposed, LoanStepNotYours, LoanNotInState, SomethingOverdue, InstalmentBelowInterest.
    """
    loan, today = held.loan, china_day(now)
    row = await _proposed(session, held, by_other=True, action="accept_extension")
    status = next_extension(row.status, ExtensionAction.ACCEPT)
    account = await _extendable(session, held, row.term_months, now)
    check_day(loan, today, "", now)
    check_entries(loan, policy)
    account.enter(entry_of_extension(row, today))
    row.status, row.number, row.agreed_on = status, next_entry(loan, today), today
    _note_answer(row, held, now)
    loan.term_months, loan.extended_rate_bp = row.term_months, row.rate_bp
    await session.flush()
    own = held.caller.organisation_id
    await announce(session, loan, LoanExtended, now, actor=held.caller.user_id, own=own, extension_id=row.id)
    await follow(session, loan, account, now, actor=held.caller.user_id)
    return row


async def refuse(session: AsyncSession, held: HeldLoan, now: datetime) -> LoanExtension:
    """Return the proposal that the other side refuses; raise NoExtensionProposed, LoanStepNotYours."""
    row = await _proposed(session, held, by_other=True, action="refuse_extension")
    row.status = next_extension(row.status, ExtensionAction.REFUSE)
    return await _close_proposal(session, held, row, ExtensionRefused, now)


async def withdraw(session: AsyncSession, held: HeldLoan, now: datetime) -> LoanExtension:
    """Return the proposal that its own side withdraws; raise NoExtensionProposed, LoanStepNotYours."""
    row = await _proposed(session, held, by_other=False, action="withdraw_extension")
    row.status = next_extension(row.status, ExtensionAction.WITHDRAW)
    return await _close_proposal(session, held, row, ExtensionWithdrawn, now)


async def _close_proposal(
    session: AsyncSession,
    held: HeldLoan,
    row: LoanExtension,
    kind: type[ExtensionRefused | ExtensionWithdrawn],
    now: datetime,
) -> LoanExtension:
    _note_answer(row, held, now)
    own = held.caller.organisation_id
    await announce(session, held.loan, kind, now, actor=held.caller.user_id, own=own, extension_id=row.id)
    return row


def _note_answer(row: LoanExtension, held: HeldLoan, now: datetime) -> None:
    row.answered_by, row.answered_at = held.caller.user_id, now
    row.version += 1
