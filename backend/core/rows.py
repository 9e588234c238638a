"""Rows written past the unit of work, where it has nothing to add."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from backend.core.columns import table_of
from backend.core.prepared import Prepared, connection_of


@cache
def _insert(table: sa.Table, names: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(sa.insert(table).values(values))


@cache
def _columns(kind: type[SQLModel]) -> tuple[sa.Table, tuple[str, ...]]:
    table = table_of(kind)
    return table, tuple(column.name for column in table.c)


async def put(session: AsyncSession, row: SQLModel) -> None:
    """Insert a fresh row, which has its key already and which the session does not watch: what changes later is lost.

    A key or a number that another row has is the driver's IntegrityError.
    """
    table, names = _columns(type(row))
    await _insert(table, names).send(await connection_of(session), {name: getattr(row, name) for name in names})


async def put_many(session: AsyncSession, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many fresh rows, which all name the same columns."""
    if rows:
        await _insert(table, tuple(rows[0])).run_many(await connection_of(session), rows)


async def flush(session: AsyncSession) -> None:
    """Send the changes that the session holds; without any, not even the way through SQLAlchemy is taken."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
