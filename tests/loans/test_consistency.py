"""`patentmart fsck` works every loan's account out anew, and finds what does not fit."""

from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.database.columns import table_of
from backend.loans.codes import LoanStatus
from backend.loans.consistency_checks import CONSISTENCY_CHECKS
from backend.loans.models import Loan, LoanRepayment
from tests.scenarios.consistency import find_differences
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.loans import Lent, agree_loan, day_of, days_until, instalments, lend, repay, today_of

pytestmark = pytest.mark.both_databases


async def damage(app: FastAPI, statement: Any) -> None:
    async with app.state.database.write() as session:
        await session.execute(statement)


async def paid_late(client: httpx.AsyncClient, app: FastAPI) -> Lent:
    """Return a loan of which one instalment was paid late, and another in advance."""
    lent = await lend(client, app)
    first = (await instalments(client, lent))[0]
    await sweep_at(client, app, days=days_until(app, day_of(first["falls_on"])) + 20)
    await repay(client, lent.lender, lent, today_of(app), first["interest_fen"] + 1_000)
    await repay(client, lent.lender, lent, today_of(app), 50_000)
    return lent


async def test_what_was_recorded_comes_to_what_is_kept(client: httpx.AsyncClient, app: FastAPI) -> None:
    await agree_loan(client)
    async with moved_clock(client, app):
        await paid_late(client, app)
        assert await find_differences(app, *CONSISTENCY_CHECKS) == []


@pytest.mark.parametrize(
    ("table", "values", "says"),
    [
        (Loan, {"outstanding_fen": 5}, "5 fen are outstanding"),
        (Loan, {"status": LoanStatus.REPAID, "overdue_since": None}, "are owed"),
        (Loan, {"status": LoanStatus.OVERDUE, "overdue_since": None}, "overdue since no day"),
        (LoanRepayment, {"interest_fen": 1, "principal_fen": 1}, "counted for"),
        (LoanRepayment, {"amount_fen": 123_456_789}, "counted for"),
    ],
)
async def test_what_does_not_fit_is_found(
    client: httpx.AsyncClient, app: FastAPI, table: Any, values: dict[str, Any], says: str
) -> None:
    async with moved_clock(client, app):
        lent = await paid_late(client, app)
        own = table_of(table).c
        which = own.id if table is Loan else own.loan_id
        kept = sa.select(*(own[name] for name in ("id", *values))).where(which == lent.loan_id)
        async with app.state.database.read() as session:
            rows = (await session.execute(kept)).mappings().all()
        await damage(app, sa.update(table).where(which == lent.loan_id).values(**values))
        assert any(says in sentence for sentence in await find_differences(app, *CONSISTENCY_CHECKS))
        for row in rows:
            whole = {name: row[name] for name in values}
            await damage(app, sa.update(table).where(own.id == row["id"]).values(**whole))
        assert await find_differences(app, *CONSISTENCY_CHECKS) == []
