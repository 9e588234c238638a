"""Statements of the write path, compiled once and run on the driver.

Every write runs the same few statements around its own change. Through SQLAlchemy's execution each of them costs more
than the database does; here they keep SQLAlchemy's compiler and types, and leave out the rest.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.fast_path.connections import driver_of
from backend.core.fast_path.sqlite_driver import OneHopConnection

Process = Callable[[Any], Any]


def _bind_processor(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Process | None:
    if dialect.name == "sqlite" and isinstance(kind, sa.Date):
        return date.isoformat  # as SQLAlchemy writes it, in a quarter of the time
    return kind.dialect_impl(dialect).bind_processor(dialect)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement in the words of one database."""

    sql: str
    names: tuple[str, ...]
    processors: tuple[tuple[int, Process], ...]  # what makes a value the driver's, by its place among the names
    result_processors: tuple[Process | None, ...]
    constants: Mapping[str, Any]
    pick: Callable[[Mapping[str, Any]], Any]

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values by name as the driver takes them."""
        return dict(zip(self.names, self.bound({**self.constants, **values}), strict=True))

    def bound(self, row: Mapping[str, Any]) -> list[Any]:
        """Return the row's values by place as the driver takes them; no type of ours makes anything of None."""
        values = list(self.pick(row))
        for place, process in self.processors:
            if values[place] is not None:
                values[place] = process(values[place])
        return values

    def row(self, found: Any) -> tuple[Any, ...]:
        """Return a row of the driver's as Python knows it."""
        return tuple([p(value) if p else value for p, value in zip(self.result_processors, found, strict=True)])


class Prepared:
    """A statement with named parameters, ready for the driver of either database."""

    def __init__(self, statement: sa.Executable, *answers: sa.ColumnElement[Any]) -> None:
        """`answers` are the columns that come back, for their types; none where nothing comes back."""
        self._statement: Any = statement
        self._answers = answers
        self._compiled: dict[str, Compiled] = {}

    def _for(self, dialect: sa.Dialect) -> Compiled:
        return self._compiled.get(dialect.name) or self._compile(dialect)

    def _compile(self, dialect: sa.Dialect) -> Compiled:
        compiled: Any = self._statement.compile(dialect=dialect)
        binds = compiled.binds
        names = compiled.positiontup if compiled.positional else list(binds)
        processors = [_bind_processor(binds[name].type, dialect) for name in names]
        results = [answer.type.dialect_impl(dialect).result_processor(dialect, None) for answer in self._answers]
        made = Compiled(
            sql=str(compiled),
            names=tuple(names),
            processors=tuple((place, process) for place, process in enumerate(processors) if process),
            result_processors=tuple(results),
            pick=itemgetter(*names) if len(names) > 1 else lambda row: [row[name] for name in names],
            constants={name: bind.value for name, bind in binds.items() if not bind.required},
        )
        self._compiled[dialect.name] = made
        return made

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with the values and return the rows."""
        return await (await self.send(connection, values)).rows()

    async def run_many(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each set of values, all in one hop or way; it has no constants and gives nothing back.

        What the driver refuses is SQLAlchemy's error, here and in `send`.
        """
        compiled = self._for(connection.dialect)
        await _execute_many(compiled, connection, map(compiled.bound, rows))

    def bound(self, dialect: sa.Dialect, row: Mapping[str, Any]) -> list[Any]:
        """Return the row's values as the driver takes them, for `run_bound`; each can be sent to another process."""
        return self._for(dialect).bound(row)

    async def run_bound(self, connection: AsyncConnection, rows: Sequence[Sequence[Any]]) -> None:
        """Run it for each of the rows that `bound` gave, here or in another process, as `run_many` does."""
        await _execute_many(self._for(connection.dialect), connection, rows)

    async def send(self, connection: AsyncConnection, values: Mapping[str, Any]) -> "Sent":
        """Send it with the values; its rows may be asked for later (`pipeline`)."""
        compiled = self._for(connection.dialect)
        driver = driver_of(connection)
        given = compiled.parameters(values)
        with _named_errors(compiled):
            if isinstance(driver, OneHopConnection):
                executed = await driver.run(compiled.sql, tuple([given[name] for name in compiled.names]))
                return Sent(compiled, found=executed.rows)
            return Sent(compiled, cursor=await driver.execute(compiled.sql, given))


@contextmanager
def _named_errors(compiled: Compiled) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        raise DBAPIError.instance(compiled.sql, None, error, base, hide_parameters=True) from error


async def _execute_many(compiled: Compiled, connection: AsyncConnection, rows: Iterable[Sequence[Any]]) -> None:
    driver = driver_of(connection)
    with _named_errors(compiled):
        if isinstance(driver, OneHopConnection):
            await driver.run_many(compiled.sql, rows)
        else:
            async with driver.cursor() as cursor:
                await cursor.executemany(compiled.sql, [dict(zip(compiled.names, row, strict=True)) for row in rows])


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement under way."""

    compiled: Compiled
    found: list[Any] | None = None
    cursor: Any = None

    async def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows, waiting for them where they are still on their way."""
        found = self.found
        if found is None:
            found = await self.cursor.fetchall() if self.compiled.result_processors else []
        return [self.compiled.row(row) for row in found]
