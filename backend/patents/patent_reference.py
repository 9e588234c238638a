"""The few words by which people know a patent, for lists that speak of it."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.patents.models import Patent


async def named(session: AsyncSession, patent_ids: Collection[str]) -> dict[str, dict[str, str | None]]:
    """Return the title and the application number of patents, by their ids; of one that is not there, nothing."""
    if not patent_ids:
        return {}
    statement = sa.select(col(Patent.id), col(Patent.title), col(Patent.application_number))
    found = await session.execute(statement.where(col(Patent.id).in_(patent_ids)))
    return {row.id: {"title": row.title, "application_number": row.application_number} for row in found}
