"""How loans and what was recorded of them are found; their sides alone see them."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.loans.codes import CompensationStatus, ExtensionStatus, LoanRole, LoanStatus, RepaymentStatus
from backend.loans.models import Loan, LoanCompensation, LoanCosts, LoanExtension, LoanRecovery, LoanRepayment

AGREED_AT: Final = col(Loan.agreed_at)
ID: Final = col(Loan.id)
BY_ROLE: Final[dict[LoanRole, Any]] = {
    LoanRole.LENDER: col(Loan.lender_organisation_id),
    LoanRole.BORROWER: col(Loan.borrower_organisation_id),
    LoanRole.GUARANTOR: col(Loan.guarantor_organisation_id),
}


def visible_to(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which loans a caller may know of."""
    return sa.or_(*(column == caller.organisation_id for column in BY_ROLE.values()))


def loans(caller: Caller, statuses: list[LoanStatus], role: LoanRole | None) -> sa.Select[Any]:
    """Return the loans of the caller's organisation, in a role where one is named."""
    organisation_id = caller.organisation_id
    condition: sa.ColumnElement[bool] = visible_to(caller) if role is None else BY_ROLE[role] == organisation_id
    statement = sa.select(Loan).where(condition)
    return statement.where(col(Loan.status).in_(statuses)) if statuses else statement


async def visible(session: AsyncSession, caller: Caller, loan_id: str) -> Loan | None:
    """Return the loan, or None where the caller may not know of it."""
    return (await session.scalars(sa.select(Loan).where(col(Loan.id) == loan_id, visible_to(caller)))).first()


async def locked(session: AsyncSession, loan_id: str) -> Loan:
    """Return the loan, whoever asks, held; it is held before all that was recorded of it."""
    return await session.get_one(Loan, loan_id, with_for_update=True, populate_existing=True)


async def loan_of_offer(session: AsyncSession, offer_id: str, *, lock: bool = False) -> Loan | None:
    """Return the loan that was made from an accepted offer, whoever asks; held where that is asked for."""
    statement = sa.select(Loan).where(col(Loan.offer_id) == offer_id)
    if not lock:
        return (await session.scalars(statement)).first()
    return (await session.scalars(statement.with_for_update(), execution_options={"populate_existing": True})).first()


def repayments(loan_id: str) -> sa.Select[Any]:
    """Select the repayments of a loan, claims among them."""
    return sa.select(LoanRepayment).where(col(LoanRepayment.loan_id) == loan_id)


def costs(loan_id: str) -> sa.Select[Any]:
    """Return the costs of enforcing a loan."""
    return sa.select(LoanCosts).where(col(LoanCosts.loan_id) == loan_id)


def extensions(loan_id: str) -> sa.Select[Any]:
    """Return the proposals to extend a loan."""
    return sa.select(LoanExtension).where(col(LoanExtension.loan_id) == loan_id)


def recoveries(loan_id: str) -> sa.Select[Any]:
    """Return what came in for a loan after its compensation."""
    return sa.select(LoanRecovery).where(col(LoanRecovery.loan_id) == loan_id)


async def repayment(session: AsyncSession, loan_id: str, repayment_id: str) -> LoanRepayment | None:
    """Return a repayment of a loan, or None; the caller holds the loan."""
    statement = repayments(loan_id).where(col(LoanRepayment.id) == repayment_id)
    row: LoanRepayment | None = (await session.scalars(statement)).first()
    return row


async def counted_repayments(session: AsyncSession, loan_id: str) -> list[LoanRepayment]:
    """Return the repayments that count, in their order."""
    statement = repayments(loan_id).where(col(LoanRepayment.status) == RepaymentStatus.COUNTED)
    return list(await session.scalars(statement.order_by(col(LoanRepayment.number))))


async def same_claim(session: AsyncSession, row: LoanRepayment) -> LoanRepayment | None:
    """Return a repayment that the same organisation has claimed of the same day, amount and source, and that waits."""
    found = repayments(row.loan_id).where(
        col(LoanRepayment.status) == RepaymentStatus.CLAIMED,
        col(LoanRepayment.recorded_by_organisation) == row.recorded_by_organisation,
        col(LoanRepayment.paid_on) == row.paid_on,
        col(LoanRepayment.amount_fen) == row.amount_fen,
        col(LoanRepayment.source) == row.source,
        col(LoanRepayment.about).is_(None),
    )
    same: LoanRepayment | None = (await session.scalars(found.limit(1))).first()
    return same


async def claims_waiting(session: AsyncSession, loan_id: str) -> int:
    """Return how many repayments wait for the lender's word."""
    waits = col(LoanRepayment.status) == RepaymentStatus.CLAIMED
    statement = sa.select(sa.func.count()).where(col(LoanRepayment.loan_id) == loan_id, waits)
    return int((await session.execute(statement)).scalar_one())


async def entered_costs(session: AsyncSession, loan_id: str) -> list[LoanCosts]:
    """Return the costs of a loan, in their order."""
    return list(await session.scalars(costs(loan_id).order_by(col(LoanCosts.number))))


async def agreed_extensions(session: AsyncSession, loan_id: str) -> list[LoanExtension]:
    """Return the extensions that both sides agreed to, in their order."""
    statement = extensions(loan_id).where(col(LoanExtension.status) == ExtensionStatus.AGREED)
    return list(await session.scalars(statement.order_by(col(LoanExtension.number))))


async def proposed_extension(session: AsyncSession, loan_id: str) -> LoanExtension | None:
    """Return the extension that waits for an answer, or None."""
    statement = extensions(loan_id).where(col(LoanExtension.status) == ExtensionStatus.PROPOSED)
    row: LoanExtension | None = (await session.scalars(statement)).first()
    return row


async def compensation(session: AsyncSession, loan_id: str) -> LoanCompensation | None:
    """Return the compensation of a loan that stands, or None."""
    standing = col(LoanCompensation.status) == CompensationStatus.STANDING
    statement = sa.select(LoanCompensation).where(col(LoanCompensation.loan_id) == loan_id, standing)
    return (await session.scalars(statement)).first()


async def recoveries_of(session: AsyncSession, compensation_id: str) -> list[LoanRecovery]:
    """Return what came in after a compensation, in the order in which it was recorded."""
    statement = sa.select(LoanRecovery).where(col(LoanRecovery.compensation_id) == compensation_id)
    return list(await session.scalars(statement.order_by(col(LoanRecovery.recorded_at), col(LoanRecovery.id))))
