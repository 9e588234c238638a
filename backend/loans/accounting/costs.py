"""How the lender enters costs of enforcement, which the debtor owes before interest and principal."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.ids import new_id
from backend.files.service import attach
from backend.loans.access import HeldLoan
from backend.loans.accounting.entries import account_of
from backend.loans.accounting.posting import (
    EVIDENCE,
    announce,
    check_day,
    check_entries,
    check_state,
    follow,
    next_entry,
)
from backend.loans.codes import LoanStatus
from backend.loans.events import LoanCostsEntered
from backend.loans.models import LoanCosts
from backend.loans.policy import LoanPolicy
from backend.loans.schemas import CostsIn


async def enter(session: AsyncSession, held: HeldLoan, body: CostsIn, policy: LoanPolicy, now: datetime) -> LoanCosts:
    """Return costs that are owed from their day on; there are some only of a loan that is overdue or in default.

    Raises LoanNotInState, LoanDayOutOfOrder, TooManyEntries.
    """
    loan, caller = held.loan, held.caller
    check_state(loan, "enter_costs", LoanStatus.OVERDUE, LoanStatus.DEFAULTED)
    check_day(loan, body.incurred_on, "/incurred_on", now)
    check_entries(loan, policy)
    row = LoanCosts(
        id=new_id("lcs"),
        loan_id=loan.id,
        number=next_entry(loan, body.incurred_on),
        recorded_by=caller.user_id,
        recorded_at=now,
        **body.model_dump(),
    )
    session.add(row)
    await attach(
        session, caller, body.evidence_files, kind=EVIDENCE, subject=loan.id, pointer="/evidence_files", now=now
    )
    await session.flush()
    own = caller.organisation_id
    await announce(session, loan, LoanCostsEntered, now, actor=caller.user_id, own=own, costs_id=row.id)
    await follow(session, loan, await account_of(session, loan, body.incurred_on), now, actor=caller.user_id)
    return row
