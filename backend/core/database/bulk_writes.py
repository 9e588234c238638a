"""Bulk writes that bypass the unit of work where it has nothing to add."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from backend.core.database.columns import table_of
from backend.core.fast_path.compiled_statements import Prepared
from backend.core.fast_path.connections import connection_of


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

    A key or a number that another row has is an IntegrityError.
    """
    table, names = _columns(type(row))
    await _insert(table, names).send(await connection_of(session), {name: getattr(row, name) for name in names})


async def put_many(session: AsyncSession, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many fresh rows, which all name the same columns."""
    if rows:
        await _insert(table, tuple(rows[0])).run_many(await connection_of(session), rows)


@cache
def _insert_whole(table: sa.Table) -> Prepared:
    return _insert(table, tuple(table.c.keys()))


def bound(dialect: sa.Dialect, table: sa.Table, row: Mapping[str, Any]) -> list[Any]:
    """Return a fresh row, which names all the table's columns, as the driver takes it."""
    return _insert_whole(table).bound(dialect, row)


async def put_bound(session: AsyncSession, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert many fresh rows that `bound` gave, in this process or another."""
    if rows:
        await _insert_whole(table).run_bound(await connection_of(session), rows)


@lru_cache(maxsize=256)  # by what changed together
def _update(table: sa.Table, names: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    change = sa.update(table).where(table.c.id == sa.bindparam("known_id", type_=table.c.id.type))
    return Prepared(change.values(**values, version=table.c.version + sa.literal_column("1")))


async def change_many(
    session: AsyncSession, table: sa.Table, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Set the named columns of many rows, each a version on; a row has the new values and its id as `known_id`."""
    if rows:
        changes = [{"known_id": row["known_id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
        await _update(table, names).run_many(await connection_of(session), changes)


async def flush(session: AsyncSession) -> None:
    """Send the changes that the session holds; without any, not even the way through SQLAlchemy is taken."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
