"""Statements of the write path, compiled once and run on the driver.

Every write runs the same few statements around its own change. Through SQLAlchemy's execution each of them costs more
than the database does; here they keep SQLAlchemy's compiler and types, and leave out the rest.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, Final

import orjson
import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.core.database.columns import Json, UtcDateTime
from backend.core.database.engines import OneHopConnection, driver_of

Process = Callable[[Any], Any]


CONNECTION: Final = "connection"  # in session.info, where a request's transaction keeps what the session works on


async def connection_of(session: AsyncSession) -> AsyncConnection:
    """Return the connection that the session works on; asking the session itself starts a greenlet each time."""
    known: AsyncConnection | None = session.info.get(CONNECTION)
    return known if known is not None else await session.connection()


def _day(day: date | None) -> str | None:
    return None if day is None else date.isoformat(day)


@lru_cache(maxsize=256)  # one moment goes into many rows
def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _code(codes: Callable[[Any], Enum], code: Any) -> Any:
    return codes(code).value


def _bound(kind: Any, dialect: sa.Dialect) -> Process | None:
    """Return what makes a value the driver's: what SQLAlchemy would, but sooner where we know how."""
    if dialect.name == "sqlite" and isinstance(kind, sa.Date):
        return _day
    if dialect.name == "sqlite" and isinstance(kind, UtcDateTime):
        return _moment
    if dialect.name == "sqlite" and isinstance(kind, Json):
        return _json
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return partial(_code, kind.enum_class)
    process: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


@dataclass(frozen=True, slots=True)
class _Made:
    sql: str
    names: tuple[str, ...]
    works: tuple[tuple[int, Process], ...]  # what makes a value the driver's, by its place among the names
    gives: tuple[Process | None, ...]
    constants: Mapping[str, Any]
    pick: Callable[[Mapping[str, Any]], Any]

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(zip(self.names, self.one({**self.constants, **values}), strict=True))

    def one(self, row: Mapping[str, Any]) -> list[Any]:
        """Return the row's values by place; no type of ours makes anything of None."""
        values = list(self.pick(row))
        for place, process in self.works:
            if values[place] is not None:
                values[place] = process(values[place])
        return values

    def row(self, found: Any) -> tuple[Any, ...]:
        return tuple([p(value) if p else value for p, value in zip(self.gives, found, strict=True)])


class Prepared:
    """A statement with named parameters, ready for the driver of either database."""

    def __init__(self, statement: sa.Executable, *answers: sa.ColumnElement[Any]) -> None:
        """`answers` are the columns that come back, for their types; none where nothing comes back."""
        self._statement: Any = statement
        self._answers = answers
        self._made: dict[str, _Made] = {}

    def _make(self, dialect: sa.Dialect) -> _Made:
        compiled: Any = self._statement.compile(dialect=dialect)
        binds = compiled.binds
        names = compiled.positiontup if compiled.positional else list(binds)
        processes = [_bound(binds[name].type, dialect) for name in names]
        made = _Made(
            sql=str(compiled),
            names=tuple(names),
            works=tuple((place, process) for place, process in enumerate(processes) if process),
            gives=tuple(answer.type.dialect_impl(dialect).result_processor(dialect, None) for answer in self._answers),
            pick=itemgetter(*names) if len(names) > 1 else lambda row: [row[name] for name in names],
            constants={name: bind.value for name, bind in binds.items() if not bind.required},
        )
        self._made[dialect.name] = made
        return made

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with the values and give the rows."""
        return await (await self.send(connection, values)).rows()

    @contextmanager
    def _named_errors(self, made: _Made) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, psycopg.Error) as error:
            base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
            raise DBAPIError.instance(made.sql, None, error, base, hide_parameters=True) from error

    async def run_many(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each set of values, all in one hop or way; it has no constants and gives nothing back.

        What the driver refuses is SQLAlchemy's error, here and in `send`.
        """
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        await self._run_bound(made, connection, map(made.one, rows))

    def bound(self, dialect: sa.Dialect, row: Mapping[str, Any]) -> list[Any]:
        """Return the row's values as the driver takes them, for `run_bound`; each can be sent to another process."""
        return (self._made.get(dialect.name) or self._make(dialect)).one(row)

    async def run_bound(self, connection: AsyncConnection, rows: Sequence[Sequence[Any]]) -> None:
        """Run it for each of the rows that `bound` gave, here or in another process, as `run_many` does."""
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        await self._run_bound(made, connection, rows)

    async def _run_bound(self, made: _Made, connection: AsyncConnection, rows: Iterable[Sequence[Any]]) -> None:
        driver = driver_of(connection)
        with self._named_errors(made):
            if isinstance(driver, OneHopConnection):
                await driver.cursor().executemany(made.sql, rows)
            else:
                async with driver.cursor() as cursor:
                    await cursor.executemany(made.sql, [dict(zip(made.names, row, strict=True)) for row in rows])

    async def send(self, connection: AsyncConnection, values: Mapping[str, Any]) -> "Sent":
        """Send it with the values; its rows may be asked for later (`together`)."""
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        driver = driver_of(connection)
        given = made.parameters(values)
        with self._named_errors(made):
            if isinstance(driver, OneHopConnection):
                return Sent(made, found=await driver.fetch(made.sql, tuple([given[name] for name in made.names])))
            return Sent(made, cursor=await driver.execute(made.sql, given))


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement under way."""

    made: _Made
    found: list[Any] | None = None
    cursor: Any = None

    async def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows, waiting for them where they are still on their way."""
        found = self.found
        if found is None:
            found = await self.cursor.fetchall() if self.made.gives else []
        return [self.made.row(row) for row in found]


@asynccontextmanager
async def pipeline(connection: AsyncConnection) -> AsyncIterator[None]:
    """Send to PostgreSQL what the block sends in one way there and back; ask for its rows after the block."""
    driver = driver_of(connection)
    if isinstance(driver, psycopg.AsyncConnection):
        async with driver.pipeline():
            yield
    else:
        yield


async def command(connection: AsyncConnection, sql: str) -> None:
    """Run a command that gives no rows, such as SAVEPOINT; on SQLite it goes with the next statement."""
    driver = driver_of(connection)
    if isinstance(driver, OneHopConnection):
        await driver.cursor().execute(sql)
    else:
        await driver.execute(sql)
