"""Statements of the write path, compiled once and run on the driver.

Every write runs the same few statements around its own change. Through SQLAlchemy's execution each of them costs more
than the database does; here they keep SQLAlchemy's compiler and types, and leave out the rest.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.core.columns import UtcDateTime
from backend.core.engines import OneHopConnection, driver_of

Process = Callable[[Any], Any]


CONNECTION: Final = "connection"  # in session.info, where a request's transaction keeps what the session works on


async def connection_of(session: AsyncSession) -> AsyncConnection:
    """Give the connection that the session works on; asking the session itself starts a greenlet each time."""
    known: AsyncConnection | None = session.info.get(CONNECTION)
    return known if known is not None else await session.connection()


def _day(day: date | None) -> str | None:
    return None if day is None else date.isoformat(day)


@lru_cache(maxsize=256)  # one moment goes into many rows
def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _bound(kind: Any, dialect: sa.Dialect) -> Process | None:
    """Give what makes a value the driver's: for SQLite, days and moments as SQLAlchemy writes them, but sooner."""
    if dialect.name == "sqlite" and isinstance(kind, sa.Date):
        return _day
    if dialect.name == "sqlite" and isinstance(kind, UtcDateTime):
        return _moment
    process: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


@dataclass(frozen=True, slots=True)
class _Made:
    sql: str
    takes: tuple[tuple[str, Process | None], ...]
    gives: tuple[Process | None, ...]
    constants: Mapping[str, Any]

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        whole = {**self.constants, **values}
        return {name: process(whole[name]) if process else whole[name] for name, process in self.takes}

    def many(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
        """Give the rows' values by place, in the driver's thread; no type of ours makes anything of None."""
        pick = itemgetter(*(name for name, _ in self.takes))
        works = [(place, process) for place, (_, process) in enumerate(self.takes) if process]
        for row in rows:
            values = list(pick(row))
            for place, process in works:
                if values[place] is not None:
                    values[place] = process(values[place])
            yield values

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
        made = _Made(
            sql=str(compiled),
            takes=tuple((name, _bound(binds[name].type, dialect)) for name in names),
            gives=tuple(answer.type.dialect_impl(dialect).result_processor(dialect, None) for answer in self._answers),
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
        driver = driver_of(connection)
        with self._named_errors(made):
            if isinstance(driver, OneHopConnection):
                await driver.cursor().executemany(made.sql, made.many(rows))
            else:
                async with driver.cursor() as cursor:
                    await cursor.executemany(made.sql, [made.parameters(row) for row in rows])

    async def send(self, connection: AsyncConnection, values: Mapping[str, Any]) -> "Sent":
        """Send it with the values; its rows may be asked for later (`together`)."""
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        driver = driver_of(connection)
        given = made.parameters(values)
        with self._named_errors(made):
            if isinstance(driver, OneHopConnection):
                return Sent(made, found=await driver.fetch(made.sql, tuple([given[name] for name, _ in made.takes])))
            return Sent(made, cursor=await driver.execute(made.sql, given))


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement under way."""

    made: _Made
    found: list[Any] | None = None
    cursor: Any = None

    async def rows(self) -> list[tuple[Any, ...]]:
        """Give the rows, waiting for them where they are still on their way."""
        found = self.found
        if found is None:
            found = await self.cursor.fetchall() if self.made.gives else []
        return [self.made.row(row) for row in found]


@asynccontextmanager
async def together(connection: AsyncConnection) -> AsyncIterator[None]:
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
