"""SQLite with one hop to the driver's thread where aiosqlite takes four, and with none inside a short transaction.

The driver's connection fetches all rows while it executes, so that SQLAlchemy's cursor has nothing to come back for;
and it puts off what has no answer, such as BEGIN and SAVEPOINT, until the next statement.
"""

import sqlite3
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, Self

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi

DEFERRED: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
FETCHED_AT_ONCE: Final = 64  # what aiosqlite's own cursors, which are not used, would fetch


class Executed(NamedTuple):
    """What a statement came to."""

    rows: list[Any]
    description: Any
    rowcount: int
    lastrowid: int | None

    def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self.rows


NOTHING: Final = Executed([], None, -1, None)


class FetchingConnection(sqlite3.Connection):
    """The driver's connection, which aiosqlite calls in its thread and a short transaction in the event loop."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.waiting: list[str] = []
        self.executed = NOTHING  # by the last statement
        self.done = 0  # calls that have come to their end

    def execute(self, sql: str, parameters: Any = ()) -> Executed:  # type: ignore[override]  # aiosqlite only fetches
        """Run one statement, after those that waited, and fetch its rows."""
        return self.fetched("execute", sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any]) -> Executed:  # type: ignore[override]  # as above
        """Run one statement for each set of parameters, after those that waited."""
        return self.fetched("executemany", sql, parameters)

    def fetched(self, method: str, sql: str, parameters: Any) -> Executed:
        """Run a cursor's method and close the cursor."""
        try:
            self.send_waiting()
            cursor = self.cursor()
            try:
                getattr(cursor, method)(sql, parameters)
                rows = cursor.fetchall() if cursor.description else []
                self.executed = Executed(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
            finally:
                cursor.close()
            return self.executed
        finally:
            self.done += 1

    def send_waiting(self) -> None:
        """Run the statements that had no answer to wait for."""
        waiting, self.waiting = self.waiting, []
        for sql in waiting:
            super().execute(sql).close()

    def commit(self) -> None:
        """Commit, with the statements that waited; a transaction in which nothing was done never began."""
        try:
            if not self.in_transaction and self.waiting[:1] and self.waiting[0].startswith("BEGIN"):
                self.waiting.clear()
            self.send_waiting()
            super().commit()
        finally:
            self.done += 1

    def rollback(self) -> None:
        """Roll back."""
        try:
            super().rollback()
        finally:
            self.done += 1


class OneHopCursor:
    """The part of an asynchronous cursor that SQLAlchemy uses."""

    def __init__(self, connection: "OneHopConnection") -> None:
        self.connection = connection
        self.rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        """Run one statement and fetch its rows."""
        if sql.startswith(DEFERRED):
            self.connection.raw.waiting.append(sql)
            return
        self.take(await self.connection.run(sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> None:
        """Run one statement for each set of parameters."""
        self.take(await self.connection.run_many(sql, parameters))

    def take(self, executed: Executed) -> None:
        """Show what a statement came to."""
        self.rows, self.description = executed.rows, executed.description
        self.rowcount, self.lastrowid = executed.rowcount, executed.lastrowid

    async def fetchall(self) -> list[Any]:
        """Return the rows that execute fetched."""
        rows, self.rows = self.rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose statements cannot be torn by a cancelled request."""

    raw: FetchingConnection

    def __init__(self, path: str, **options: Any) -> None:
        def connect() -> sqlite3.Connection:
            self.raw = sqlite3.connect(path, factory=FetchingConnection, **options)
            return self.raw

        super().__init__(connect, FETCHED_AT_ONCE)
        self.short = False
        self.sent = 0  # calls to the driver's connection; it counts those that have come to their end

    @property
    def is_here(self) -> bool:
        """Whether the next statement runs in the event loop: the transaction is short and has its lock.

        Once BEGIN IMMEDIATE has come back nothing can make a statement wait, and a request's statements take less time
        than the way to the thread and back; the commit may wait for the disk and always takes that way.
        """
        return self.short and self.raw.in_transaction

    async def run(self, sql: str, parameters: Any) -> Executed:
        """Run one statement and return what it came to."""
        self.sent += 1
        if self.is_here:
            return self.raw.execute(sql, parameters)
        await self.execute_fetchall(sql, parameters)
        return self.raw.executed

    async def run_many(self, sql: str, parameters: Iterable[Any]) -> Executed:
        """Run one statement for each set of parameters and return what it came to."""
        self.sent += 1
        if self.is_here:
            return self.raw.executemany(sql, parameters)
        await self.executemany(sql, parameters)
        return self.raw.executed

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # ours has the part of a cursor that SQLAlchemy uses
        """Return a cursor that works in one hop."""
        return OneHopCursor(self)

    async def commit(self) -> None:
        """Commit, in one hop."""
        self.short = False
        self.sent += 1
        await super().commit()

    async def rollback(self) -> None:
        """Roll back, which takes no time: here, unless something that was cancelled is still under way."""
        self.short = False
        self.raw.waiting.clear()
        if self.sent != self.raw.done:
            self.sent += 1
            await super().rollback()
        elif self.raw.in_transaction:
            self.sent += 1
            self.raw.rollback()


def sqlite_module() -> AsyncAdapt_aiosqlite_dbapi:
    """Return the module of a driver with our connections, as `create_async_engine` takes one."""
    driver: Any = SimpleNamespace(**{**vars(aiosqlite), "connect": OneHopConnection, "Connection": OneHopConnection})
    return AsyncAdapt_aiosqlite_dbapi(driver, sqlite3)
