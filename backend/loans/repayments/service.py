"""How repayments are recorded, claimed, confirmed, refused and reversed."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.files.service import attach
from backend.loans import queries
from backend.loans.access import HeldLoan
from backend.loans.accounting.account_rules import Account, EarlyRepaymentQuote, quote
from backend.loans.accounting.entries import account_of, numbered_entries
from backend.loans.accounting.posting import (
    EVIDENCE,
    announce,
    check_day,
    check_entries,
    check_not_before,
    check_state,
    follow,
    post,
)
from backend.loans.codes import EntryKind, LoanStatus, RepaymentSource, RepaymentStatus
from backend.loans.errors import (
    EarlyRepaymentAmountWrong,
    LoanNotInState,
    LoanStepNotYours,
    MoreThanOwed,
    NothingOwed,
    NotLatestEntry,
    RepaymentClaimedAlready,
    RepaymentExceedsDue,
    TooManyClaims,
)
from backend.loans.events import RepaymentClaimed, RepaymentClaimWithdrawn, RepaymentRefused, RepaymentReversed
from backend.loans.models import Loan, LoanRepayment
from backend.loans.policy import LoanPolicy
from backend.loans.repayments.schemas import EarlyRepaymentIn, RepaymentIn
from backend.loans.rules import OWED, RUNNING, RepaymentAction, next_repayment


def counts_as(loan: Loan, source: RepaymentSource) -> EntryKind:
    """Return what a payment counts for: what is due, or all that is owed, once the lender has called it in."""
    of_pledge = source in (RepaymentSource.DISPOSAL, RepaymentSource.PROCEEDS)
    early = of_pledge or source is RepaymentSource.EARLY or loan.status is LoanStatus.DEFAULTED
    return EntryKind.PAYMENT_OF_ALL if early else EntryKind.PAYMENT_OF_DUE


async def record(
    session: AsyncSession, held: HeldLoan, body: RepaymentIn, policy: LoanPolicy, now: datetime
) -> LoanRepayment:
    """Return a repayment: what the lender records counts, what the borrower says waits for the lender.

    Raises LoanNotInState, LoanDayOutOfOrder, RepaymentExceedsDue, NothingOwed, RepaymentClaimedAlready, TooManyEntries,
    TooManyClaims.
    """
    loan = held.loan
    check_state(loan, "repay", *OWED)
    check_day(loan, body.paid_on, "/paid_on", now)
    source = RepaymentSource(body.source)
    account = await account_of(session, loan, body.paid_on)
    _check_amount(loan, account, counts_as(loan, source), body.amount_fen)
    return await _record_row(session, held, _row(held, body, source, now), account, policy, now)


async def repay_early(
    session: AsyncSession, held: HeldLoan, body: EarlyRepaymentIn, policy: LoanPolicy, now: datetime
) -> LoanRepayment:
    """Return an early repayment, of the amount that it takes on its day; the borrower's waits for the lender.

    Raises LoanNotInState, LoanDayOutOfOrder, MoreThanOwed, EarlyRepaymentAmountWrong, RepaymentClaimedAlready,
    TooManyEntries, TooManyClaims.
    """
    loan = held.loan
    check_state(loan, "repay_early", *RUNNING)
    check_day(loan, body.paid_on, "/paid_on", now)
    needed = await quote_on(session, loan, body.paid_on, body.principal_fen)
    if needed.amount_fen != body.amount_fen:
        raise EarlyRepaymentAmountWrong(amount_fen=needed.amount_fen)
    account = await account_of(session, loan, body.paid_on)
    return await _record_row(session, held, _row(held, body, RepaymentSource.EARLY, now), account, policy, now)


async def quote_on(session: AsyncSession, loan: Loan, on: date, principal_fen: int | None) -> EarlyRepaymentQuote:
    """Return what repaying principal before its day takes, None standing for all.

    A day to come is taken as if nothing more happened until then. Raises LoanDayOutOfOrder, MoreThanOwed.
    """
    check_not_before(loan, on, "query:on")
    account = await account_of(session, loan, on)
    outstanding = account.balance_fen
    if not 0 < (principal_fen or outstanding) <= outstanding:
        raise MoreThanOwed(outstanding_fen=outstanding)
    return quote(account, principal_fen or outstanding)


def _row(held: HeldLoan, body: RepaymentIn | EarlyRepaymentIn, source: RepaymentSource, now: datetime) -> LoanRepayment:
    return LoanRepayment(
        id=new_id("rpm"),
        loan_id=held.loan.id,
        status=RepaymentStatus.CLAIMED,
        source=source,
        counts_as=counts_as(held.loan, source),
        paid_on=body.paid_on,
        amount_fen=body.amount_fen,
        note=body.note,
        evidence_files=body.evidence_files,
        recorded_by_organisation=held.caller.organisation_id,
        recorded_by=held.caller.user_id,
        recorded_at=now,
    )


def _check_amount(loan: Loan, account: Account, kind: EntryKind, amount_fen: int) -> None:
    all_owed = max(0, account.owed.total_fen - account.on_account_fen)
    most = all_owed if kind is EntryKind.PAYMENT_OF_ALL else account.most_of_due_fen
    if not most:
        raise NothingOwed
    if amount_fen > most:
        raise RepaymentExceedsDue(most_fen=most, loan_id=loan.id)


async def _record_row(
    session: AsyncSession,
    held: HeldLoan,
    row: LoanRepayment,
    account: Account,
    policy: LoanPolicy,
    now: datetime,
) -> LoanRepayment:
    loan, caller = held.loan, held.caller
    check_entries(loan, policy)
    files = {"kind": EVIDENCE, "subject": loan.id, "pointer": "/evidence_files"}
    await attach(session, caller, row.evidence_files, now=now, **files)
    if held.is_lender:
        await post(session, loan, row, account, now)
        return row
    same = await queries.same_claim(session, row)
    if same is not None:
        raise RepaymentClaimedAlready(repayment_id=same.id)
    if await queries.claims_waiting(session, loan.id) >= policy.open_claims:
        raise TooManyClaims(limit=policy.open_claims)
    session.add(row)
    own = caller.organisation_id
    await announce(session, loan, RepaymentClaimed, now, actor=caller.user_id, own=own, repayment_id=row.id)
    return row


async def confirm(
    session: AsyncSession, held: HeldLoan, row: LoanRepayment, policy: LoanPolicy, now: datetime
) -> LoanRepayment:
    """Return the claim of the borrower, or of a guarantor who is the pledgee, which counts on the day that it names.

    Raises LoanNotInState, LoanDayOutOfOrder, RepaymentExceedsDue, NothingOwed, TooManyEntries.
    """
    loan = held.loan
    next_repayment(row.status, RepaymentAction.CONFIRM)
    check_state(loan, "confirm_repayment", *OWED)
    check_day(loan, row.paid_on, "/paid_on", now)
    check_entries(loan, policy)
    row.counts_as = counts_as(loan, row.source)
    account = await account_of(session, loan, row.paid_on)
    if row.about is None:  # what a pledge brought in may be more than is owed
        _check_amount(loan, account, row.counts_as, row.amount_fen)
    row.decided_by, row.decided_at = held.caller.user_id, now
    row.version += 1
    await post(session, loan, row, account, now)
    return row


async def refuse(session: AsyncSession, held: HeldLoan, row: LoanRepayment, note: str, now: datetime) -> LoanRepayment:
    """Return the borrower's claim, which the lender does not confirm; raise LoanNotInState."""
    row.status = next_repayment(row.status, RepaymentAction.REFUSE)
    _decide(row, held, note, now)
    own = held.caller.organisation_id
    await announce(session, held.loan, RepaymentRefused, now, actor=held.caller.user_id, own=own, repayment_id=row.id)
    return row


async def withdraw(session: AsyncSession, held: HeldLoan, row: LoanRepayment, now: datetime) -> LoanRepayment:
    """Return the borrower's claim, which it has withdrawn; raise LoanNotInState, LoanStepNotYours."""
    if row.recorded_by_organisation != held.caller.organisation_id:
        raise LoanStepNotYours(action="withdraw_claim", by="guarantor")
    row.status = next_repayment(row.status, RepaymentAction.WITHDRAW)
    _decide(row, held, None, now)
    await announce(session, held.loan, RepaymentClaimWithdrawn, now, actor=held.caller.user_id, repayment_id=row.id)
    return row


def _decide(row: LoanRepayment, held: HeldLoan, note: str | None, now: datetime) -> None:
    row.decided_by, row.decided_at, row.decision_note = held.caller.user_id, now, note
    row.version += 1


async def reverse(session: AsyncSession, held: HeldLoan, row: LoanRepayment, note: str, now: datetime) -> LoanRepayment:
    """Return a repayment that was recorded wrongly and counts no more: the last entry of the account.

    What a realisation brought in stays, as does what repaid the loan or was shared after a compensation.
    Raises LoanNotInState, NotLatestEntry.
    """
    loan = held.loan
    status = next_repayment(row.status, RepaymentAction.REVERSE)
    check_state(loan, "reverse_repayment", *OWED)
    if row.source is RepaymentSource.DISPOSAL or await queries.compensation(session, loan.id) is not None:
        raise LoanNotInState(status=loan.status.value, action="reverse_repayment")
    entries = await numbered_entries(session, loan)
    if entries[-1].number != row.number:
        raise NotLatestEntry
    row.status = status
    _decide(row, held, note, now)
    await session.flush()
    loan.last_entry_on = entries[-2].entry.on if len(entries) > 1 else None
    own = held.caller.organisation_id
    await announce(session, loan, RepaymentReversed, now, actor=held.caller.user_id, own=own, repayment_id=row.id)
    await follow(session, loan, await account_of(session, loan, china_day(now)), now, actor=held.caller.user_id)
    return row
