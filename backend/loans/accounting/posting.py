"""How an entry is put into a loan's account, and what follows of it for the loan."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.errors import Text
from backend.core.events.log import append
from backend.core.http.day_errors import Step, in_the_future, too_early
from backend.loans.accounting.account_rules import Account, Counted
from backend.loans.accounting.entries import entry_of_repayment
from backend.loans.codes import LoanStatus, RepaymentStatus
from backend.loans.compensation import recovery_split
from backend.loans.errors import LoanDayOutOfOrder, LoanNotInState, TooManyEntries
from backend.loans.events import LoanCaughtUp, LoanEvent, LoanOverdue, LoanRepaid, RepaymentRecorded, loan_event
from backend.loans.models import Loan, LoanRepayment
from backend.loans.policy import LoanPolicy
from backend.loans.rules import OWED, LoanAction, next_loan

AGREED: Final = Step("agreed", Text("贷款订立", "the loan was agreed"))
SECURED: Final = Step("secured", Text("质押登记", "the pledge was registered"))
DISBURSED: Final = Step("disbursed", Text("放款", "the loan was disbursed"))
LAST_ENTRY: Final = Step("last_entry", Text("上一笔记录", "the last entry of its account"))
CLOSED: Final = Step("closed", Text("处置完毕", "the realisation was closed"))
EVIDENCE: Final = "loan"
ONE_DAY: Final = timedelta(days=1)


async def announce(
    session: AsyncSession,
    loan: Loan,
    kind: type[LoanEvent],
    now: datetime,
    *,
    actor: str | None = None,
    own: str | None = None,
    **more: Any,
) -> None:
    """Append what happened to a loan for its sides; the organisation that did it is not told in its inbox."""
    payload = kind(loan_id=loan.id, offer_id=loan.offer_id, request_id=loan.request_id, **more)
    await append(session, loan_event(loan, payload, actor, [own] if own else []), now)


def check_day(loan: Loan, day: date, pointer: str, now: datetime) -> None:
    """Raise LoanDayOutOfOrder for a day in the future, before the disbursement, or before the last entry's."""
    if day > china_day(now):
        raise LoanDayOutOfOrder(errors=[in_the_future(pointer, china_day(now))])
    check_not_before(loan, day, pointer)


def check_not_before(loan: Loan, day: date, pointer: str) -> None:
    """Raise LoanDayOutOfOrder for a day before the disbursement, or before the last entry's."""
    after = loan.last_entry_on or loan.disbursed_on
    if after is not None and day < after:
        before = DISBURSED if loan.last_entry_on is None else LAST_ENTRY
        raise LoanDayOutOfOrder(errors=[too_early(pointer, before, after)])


def check_state(loan: Loan, action: str, *statuses: LoanStatus) -> None:
    """Raise LoanNotInState where the loan is in none of the states."""
    if loan.status not in statuses:
        raise LoanNotInState(status=loan.status.value, action=action)


def check_entries(loan: Loan, policy: LoanPolicy) -> None:
    """Raise TooManyEntries where the loan's account takes no more."""
    if loan.entries >= policy.entries:
        raise TooManyEntries(limit=policy.entries)


def next_entry(loan: Loan, on: date) -> int:
    """Return the place of a new entry in the loan's account."""
    loan.entries += 1
    loan.last_entry_on = on
    return loan.entries


def working_of(account: Account) -> dict[str, Any]:
    """Return what was owed before a payment, by what it counts for in this order."""
    due = account.due
    return {
        "day": account.day.isoformat(),
        "costs_fen": due.costs_fen,
        "instalments_interest_fen": due.interest_fen - account.penalty_fen,
        "penalty_fen": account.penalty_fen,
        "due_principal_fen": due.principal_fen,
        "accrued_interest_fen": account.accrued_fen,
        "principal_ahead_fen": account.balance_fen,
        "on_account_fen": account.on_account_fen,
    }


async def post(session: AsyncSession, loan: Loan, row: LoanRepayment, account: Account, now: datetime) -> Counted:
    """Return what a repayment counts for, which is entered into the account; the loan's status follows.

    `account` is as it stands on the day of the payment. The caller holds the loan, and has checked the day.
    """
    row.working = working_of(account)
    counted = account.enter(entry_of_repayment(row))
    row.status, row.number = RepaymentStatus.COUNTED, next_entry(loan, row.paid_on)
    for name in ("from_account_fen", "costs_fen", "interest_fen", "principal_fen", "on_account_fen", "surplus_fen"):
        setattr(row, name, getattr(counted, name))
    session.add(row)
    await session.flush()
    await recovery_split.split_repayment(session, loan, row, now)
    actor, own = row.decided_by or row.recorded_by, loan.lender_organisation_id
    await announce(session, loan, RepaymentRecorded, now, actor=actor, own=own, repayment_id=row.id)
    await follow(session, loan, account, now, actor=actor)
    return counted


async def follow(
    session: AsyncSession,
    loan: Loan,
    account: Account,
    now: datetime,
    *,
    actor: str | None = None,
) -> None:
    """Set the loan's status by its account of today, and announce that it is repaid, overdue, or no longer overdue."""
    settled_on = account.day if account.is_settled else None
    account.move_to(china_day(now))
    if settled_on is None and account.is_settled:
        settled_on = account.fallen_due[-1].instalment.falls_on
    loan.version += 1
    mirror(loan, account)
    if settled_on is not None and loan.status in OWED:
        loan.status, loan.repaid_on = next_loan(loan.status, LoanAction.REPAY), settled_on
        loan.check_on = None
        await announce(session, loan, LoanRepaid, now, actor=actor, on=settled_on)
    elif loan.status is LoanStatus.OVERDUE and loan.overdue_since is None:
        loan.status = next_loan(loan.status, LoanAction.CATCH_UP)
        loan.check_on = check_day_of(loan, account)
        await announce(session, loan, LoanCaughtUp, now, actor=actor)
    elif loan.status is LoanStatus.DISBURSED and loan.overdue_since is not None:
        loan.status, loan.check_on = next_loan(loan.status, LoanAction.FALL_OVERDUE), None
        await announce(session, loan, LoanOverdue, now, actor=actor, since=loan.overdue_since)


def mirror(loan: Loan, account: Account) -> None:
    """Copy the account's balance and days to the loan's row, for lists and for the sweep."""
    loan.outstanding_fen = account.owed.principal_fen
    loan.next_due_on = account.next_due_on
    loan.overdue_since = account.overdue_since
    loan.check_on = check_day_of(loan, account)


def check_day_of(loan: Loan, account: Account) -> date | None:
    """Return the next day on which time alone changes the loan: an instalment is late, or is paid from the account."""
    if account.ahead and account.on_account_fen:
        return account.ahead[0].falls_on
    if loan.status is not LoanStatus.DISBURSED or account.next_due_on is None:
        return None
    return account.next_due_on + ONE_DAY
