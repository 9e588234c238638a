"""How what was published of a year is found."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation
from backend.financing_figures.models import FinancingFigures


async def counted_years(session: AsyncSession, *, is_demonstration: bool) -> set[int]:
    """Return the years that are counted."""
    statement = sa.select(col(FinancingFigures.year))
    return set(await session.scalars(statement.where(col(FinancingFigures.is_demonstration).is_(is_demonstration))))


async def of_year(session: AsyncSession, year: int, *, is_demonstration: bool) -> FinancingFigures | None:
    """Return what was published of a year, or None."""
    return await session.get(FinancingFigures, (year, is_demonstration))


async def bank_names(session: AsyncSession, bank_ids: list[str]) -> dict[str, str]:
    """Return the names of banks by their ids."""
    if not bank_ids:
        return {}
    statement = sa.select(col(Organisation.id), col(Organisation.name)).where(col(Organisation.id).in_(bank_ids))
    return {row.id: row.name for row in await session.execute(statement)}
