"""The scheduled sweep: instalments that were not paid are overdue, and money paid in advance counts on its day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.jobs.batches import at_once
from backend.loans import queries
from backend.loans.accounting.entries import account_of
from backend.loans.accounting.posting import follow
from backend.loans.models import Loan
from backend.loans.rules import OWED

BATCH: Final = 100


async def sweep(database: Database, now: datetime) -> None:
    """Bring the loans up to date that time has changed, each in a transaction of its own, the longest due first."""

    async def work(batch: Sequence[str]) -> None:
        async with database.write() as session:
            for loan_id in batch:
                await _bring_up_to_date(session, loan_id, now)

    due = sa.and_(col(Loan.check_on).is_not(None), col(Loan.check_on) <= china_day(now))
    while True:
        async with database.read() as session:
            statement = sa.select(col(Loan.id)).where(due).order_by(col(Loan.check_on), col(Loan.id)).limit(BATCH)
            ids = list(await session.scalars(statement))
        for loan_id in ids:
            await at_once([loan_id], work)
        if len(ids) < BATCH:
            return


async def _bring_up_to_date(session: AsyncSession, loan_id: str, now: datetime) -> None:
    loan = await queries.locked(session, loan_id)
    if loan.check_on is None or loan.check_on > china_day(now) or loan.status not in OWED:
        return
    await follow(session, loan, await account_of(session, loan, loan.check_on), now)
