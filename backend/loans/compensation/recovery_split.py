"""What came in after a compensation is split among those who bore the loss, to the fen."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.ids import new_id
from backend.loan_terms.arithmetic.sharing_rules import recoveries, remaining
from backend.loan_terms.codes import SharingRole
from backend.loans import queries
from backend.loans.models import Loan, LoanCompensation, LoanRecovery, LoanRepayment


def claims_of(compensation: LoanCompensation) -> dict[SharingRole, int]:
    """Return by role how much of the debt is its claim: what it bore."""
    return {SharingRole(share["role"]): share["amount_fen"] for share in compensation.shares}


def parts_of(recovery: LoanRecovery) -> dict[SharingRole, int]:
    """Return by role what it got of a recovery."""
    return {SharingRole(role): amount for role, amount in recovery.parts.items()}


async def remaining_claims(session: AsyncSession, compensation: LoanCompensation) -> dict[SharingRole, int]:
    """Return by role what is left of its claim."""
    earlier = await queries.recoveries_of(session, compensation.id)
    return remaining(claims_of(compensation), [parts_of(recovery) for recovery in earlier])


async def split(
    session: AsyncSession, compensation: LoanCompensation, amount_fen: int, on: date, now: datetime, *, by: str
) -> LoanRecovery:
    """Return a recovery, with each role's part: in proportion to its claim, and never more than that."""
    found = recoveries(amount_fen, await remaining_claims(session, compensation))
    row = LoanRecovery(
        id=new_id("rcv"),
        loan_id=compensation.loan_id,
        compensation_id=compensation.id,
        recovered_on=on,
        amount_fen=amount_fen,
        parts={role.value: part for role, part in found.parts.items()},
        beyond_claims_fen=found.surplus_fen,
        recorded_by=by,
        recorded_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def split_repayment(session: AsyncSession, loan: Loan, row: LoanRepayment, now: datetime) -> None:
    """Split what a repayment pays of the debt, where a scheme has compensated already."""
    paid = row.costs_fen + row.interest_fen + row.principal_fen
    compensation = await queries.compensation(session, loan.id) if paid else None
    if compensation is not None:
        recovery = await split(session, compensation, paid, row.paid_on, now, by=row.recorded_by)
        recovery.repayment_id = row.id
