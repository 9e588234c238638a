"""What `patentmart fsck` compares of loans: what is kept with what the recorded rows come to, worked out anew."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.loans.accounting.account_rules import Counted, account_on
from backend.loans.accounting.entries import NumberedEntry, numbered_entries, terms_of
from backend.loans.codes import LoanStatus, RepaymentStatus
from backend.loans.models import Loan, LoanCompensation, LoanRecovery, LoanRepayment

LOAN: Final = table_of(Loan)
COMPENSATION: Final = table_of(LoanCompensation)
COUNTED: Final = ("from_account_fen", "costs_fen", "interest_fen", "principal_fen", "on_account_fen", "surplus_fen")
WAITS: Final = frozenset({LoanStatus.AGREED})


async def loans_and_accounts(site: Site, line: Line) -> None:
    """A loan's account comes to what each repayment says it counted for, and to the balance and status of the loan."""

    async def their_entries(session: AsyncSession, rows: Sequence[Any]) -> dict[str, list[NumberedEntry]]:
        return {row.id: await numbered_entries(session, row.Loan) for row in rows}

    statement: sa.Select[Any] = sa.select(LOAN.c.id, Loan)
    async for rows, found in pages(site.database, statement, LOAN.c.id, their_entries):
        for row in rows:
            line.looked_at += 1
            for sentence in of_loan(row.Loan, found.get(row.id, [])):
                line.differs(f"{row.id}: {sentence}")


def of_loan(loan: Loan, entries: Sequence[NumberedEntry]) -> list[str]:
    """Return what a loan and its entries contradict each other in."""
    if loan.disbursed_on is None:
        return [] if loan.status in WAITS and not entries else [f"it is {loan.status.value}, and not disbursed"]
    days = [entry.entry.on for entry in entries]
    differences = [] if days == sorted(days) else ["its entries are not in the order of their days"]
    day = max([loan.disbursed_on, *days])
    account, results = account_on(terms_of(loan), loan.penalty_bp, [entry.entry for entry in entries], day)
    for entry, result in zip(entries, results, strict=True):
        if entry.repayment is not None and (difference := _of_repayment(entry.repayment, result)):
            differences.append(difference)
    received = sum(entry.repayment.amount_fen for entry in entries if entry.repayment is not None)
    if received != account.paid.total_fen + account.on_account_fen + account.surplus_fen:
        differences.append("what came in is not what was counted")
    if loan.repaid_on is not None:
        account.move_to(loan.repaid_on)
    if account.is_settled != (loan.status is LoanStatus.REPAID):
        differences.append(f"it is {loan.status.value}, and {account.owed.total_fen} fen are owed")
    outstanding, owed = loan.outstanding_fen, account.owed.principal_fen
    if not owed - account.on_account_fen <= outstanding <= owed:  # what was paid in advance may count by now
        differences.append(f"{outstanding} fen are outstanding, by its account {owed}")
    if (loan.status is LoanStatus.OVERDUE) and loan.overdue_since is None:
        differences.append("it is overdue since no day")
    return differences


def _of_repayment(row: LoanRepayment, counted: Counted) -> str | None:
    stored = {name: getattr(row, name) for name in COUNTED}
    recomputed = {name: getattr(counted, name) for name in COUNTED}
    if row.status is RepaymentStatus.COUNTED and stored != recomputed:
        return f"{row.id} counted for {stored}, by the account for {recomputed}"
    return None


async def compensations_and_recoveries(site: Site, line: Line) -> None:
    """What roles bear sums to the loss; recoveries sum, and nobody gets more than it bore."""

    async def recoveries_of(session: AsyncSession, rows: Sequence[Any]) -> dict[str, list[LoanRecovery]]:
        recoveries: dict[str, list[LoanRecovery]] = defaultdict(list)
        ids = [row.id for row in rows]
        for one in await session.scalars(sa.select(LoanRecovery).where(col(LoanRecovery.compensation_id).in_(ids))):
            recoveries[one.compensation_id].append(one)
        return recoveries

    statement: sa.Select[Any] = sa.select(COMPENSATION.c.id, LoanCompensation)
    async for rows, recoveries in pages(site.database, statement, COMPENSATION.c.id, recoveries_of):
        for row in rows:
            line.looked_at += 1
            for sentence in _of_compensation(row.LoanCompensation, recoveries.get(row.id, [])):
                line.differs(f"{row.id}: {sentence}")


def _of_compensation(row: LoanCompensation, recoveries: Sequence[LoanRecovery]) -> list[str]:
    differences = []
    if sum(share["amount_fen"] for share in row.shares) != row.loss_fen:
        differences.append("its shares do not sum to the loss")
    if row.costs_fen + row.interest_fen + row.principal_fen != row.loss_fen:
        differences.append("costs, interest and principal do not sum to the loss")
    differences += [
        f"the parts of {recovery.id} do not sum to it"
        for recovery in recoveries
        if sum(recovery.parts.values()) + recovery.beyond_claims_fen != recovery.amount_fen
    ]
    differences += [
        f"{share['role']} got more than it bore"
        for share in row.shares
        if sum(recovery.parts.get(share["role"], 0) for recovery in recoveries) > share["amount_fen"]
    ]
    return differences


CONSISTENCY_CHECKS: Final = (
    ("loans and their accounts", loans_and_accounts),
    ("compensations and recoveries", compensations_and_recoveries),
)
