"""Rows written past the unit of work, where it has nothing to add."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from backend.core.columns import table_of
from backend.core.prepared import Prepared, connection_of


@cache
def _insert(kind: type[SQLModel]) -> tuple[Prepared, tuple[str, ...]]:
    names = tuple(column.name for column in table_of(kind).c)
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(sa.insert(table_of(kind)).values(values)), names


async def put(session: AsyncSession, row: SQLModel) -> None:
    """Insert a fresh row, which has its key already and which the session does not watch: what changes later is lost.

    A key or a number that another row has is the driver's IntegrityError.
    """
    statement, names = _insert(type(row))
    await statement.send(await connection_of(session), {name: getattr(row, name) for name in names})


async def flush(session: AsyncSession) -> None:
    """Send the changes that the session holds; without any, not even the way through SQLAlchemy is taken."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
