"""What keeps the last person of an organisation from going: loans that are not over."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Reason, Text
from backend.loans.models import Loan
from backend.loans.queries import BY_ROLE
from backend.loans.rules import ENDED

LOANS: Final = Text(
    "单位是 {number} 笔未结贷款的一方。", "The organisation is a side of {number} loans that are not over."
)
END_THEM: Final = Text("请待其还清或结清。", "Have them repaid or closed first.")


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    is_side = sa.or_(*(column == organisation_id for column in BY_ROLE.values()))
    statement = sa.select(sa.func.count()).select_from(Loan).where(is_side, col(Loan.status).not_in(sorted(ENDED)))
    number = int((await session.execute(statement)).scalar_one())
    return [Reason("loans_not_over", LOANS, cure=END_THEM, facts={"number": number})] if number else []
