"""Whether second factors can be used: a platform with another secret than they were made with cannot read them."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import RecoveryCode, SecondFactor
from backend.accounts.second_factor.rules import RECOVERY_CODES
from backend.accounts.second_factor.stored_secrets import unseal
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of

FACTOR: Final = table_of(SecondFactor)
CODE: Final = table_of(RecoveryCode)
CODES: Final = sa.select(sa.func.count()).where(CODE.c.user_id == FACTOR.c.user_id).correlate(FACTOR).scalar_subquery()
ORPHANS: Final = (
    sa.select(CODE.c.user_id)
    .where(~sa.exists().where(FACTOR.c.user_id == CODE.c.user_id, FACTOR.c.confirmed_at.is_not(None)))
    .distinct()
)


async def second_factors(site: Site, line: Line) -> None:
    """Every second factor is readable, and has ten recovery codes from when it was set up; nothing else has any."""
    statement = sa.select(FACTOR.c.user_id, FACTOR.c.secret, FACTOR.c.confirmed_at, CODES.label("codes"))
    async for rows, _ in pages(site.database, statement, FACTOR.c.user_id):
        line.looked_at += len(rows)
        for row in rows:
            if unseal(site.database.settings, row.user_id, row.secret) is None:
                line.differs(f"the second factor of {row.user_id} cannot be read with this PATENTMART_SECRET")
            if row.confirmed_at is not None and row.codes != RECOVERY_CODES:
                line.differs(f"{row.user_id} has {row.codes} recovery codes, not {RECOVERY_CODES}")
    async with site.database.read() as session:
        for user_id in await _orphans(session):
            line.differs(f"{user_id} has recovery codes and no second factor")


async def _orphans(session: AsyncSession) -> list[Any]:
    return list(await session.scalars(ORPHANS))
