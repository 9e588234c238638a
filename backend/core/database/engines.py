"""The two kinds of database behind one interface: how their engines are made, and what only one of them can do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from backend.core.settings import Settings

READERS: Final = 4
PG_POOL: Final = 20
PG_OPTIONS: Final = (
    "-c lock_timeout=10000 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)
DEFERRED: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO")


class OneHopCursor:
    """Does in one hop to the driver's thread what aiosqlite does in four; what has no answer goes with the next."""

    def __init__(self, connection: "OneHopConnection") -> None:
        self.connection = connection
        self.rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    def _run(self, method: str, sql: str, parameters: Any) -> None:
        self.connection.send_waiting()
        cursor = self.connection.raw.cursor()
        try:
            getattr(cursor, method)(sql, parameters)
            self.rows = cursor.fetchall() if cursor.description else []
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        """Run one statement and fetch its rows."""
        if sql.startswith(DEFERRED):
            self.connection.waiting.append(sql)
            return
        await self.connection.hop(self._run, "execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:
        """Run one statement for each set of parameters."""
        await self.connection.hop(self._run, "executemany", sql, parameters)

    async def fetchall(self) -> list[Any]:
        """Return the rows that execute fetched."""
        rows, self.rows = self.rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose statements cannot be torn by a cancelled request."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], queue: int) -> None:
        super().__init__(connector, queue)
        self.waiting: list[str] = []
        self.short = False
        self.sent = self.done = 0  # what went to the thread, and what it is done with; each side counts its own
        self._thread.daemon = True

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's own connection, for use in its thread."""
        return self._conn

    async def hop(self, work: Callable[..., None], *arguments: Any) -> None:
        """Run `work`: in the connection's thread, or here where the transaction is short and has its lock.

        Once BEGIN IMMEDIATE has come back nothing can make a statement wait, and a request's statements take less time
        than the way to the thread and back; the commit may wait for the disk and always takes that way.
        """
        if self.short and self.raw.in_transaction:
            work(*arguments)
            return
        self.sent += 1
        await self._execute(self._do, work, *arguments)  # type: ignore[no-untyped-call]  # aiosqlite left it untyped

    def _do(self, work: Callable[..., None], *arguments: Any) -> None:
        try:
            work(*arguments)
        finally:
            self.done += 1

    async def fetch(self, sql: str, parameters: Any) -> list[Any]:
        """Run one statement and give its rows."""
        cursor = OneHopCursor(self)
        await cursor.execute(sql, parameters)
        return cursor.rows

    def send_waiting(self) -> None:
        """Run the statements that had no answer to wait for; in the connection's thread."""
        waiting, self.waiting = self.waiting, []
        for sql in waiting:
            self.raw.execute(sql).close()

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # ours has the part of a cursor that SQLAlchemy uses
        """Return a cursor that works in one hop."""
        return OneHopCursor(self)

    def _commit_all(self) -> None:
        if not self.raw.in_transaction and self.waiting[:1] and self.waiting[0].startswith("BEGIN"):
            self.waiting.clear()  # nothing was done since the beginning
        self.send_waiting()
        self.raw.commit()

    async def commit(self) -> None:
        """Commit, in one hop."""
        self.short = False
        await self.hop(self._commit_all)

    async def rollback(self) -> None:
        """Roll back, which takes no time: here, unless something that was cancelled is still under way."""
        self.short = False
        self.waiting.clear()
        if self.sent != self.done:
            await self.hop(self.raw.rollback)
        elif self.raw.in_transaction:
            self.raw.rollback()


def _connect(path: str, **options: Any) -> OneHopConnection:
    return OneHopConnection(lambda: sqlite3.connect(path, **options), 64)


def set_pragmas(connection: Any, synchronous: str, *extra: str) -> None:
    """Set on a fresh SQLite connection what the platform relies on."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", f"synchronous={synchronous}", "foreign_keys=ON", "temp_store=MEMORY", *extra):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_engine(settings: Settings, *, write: bool) -> AsyncEngine:
    engine = create_async_engine(
        settings.database,
        pool_size=1 if write else READERS,  # one connection writes: its pool is the fair queue of writers
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # an error's text goes to the log, and what people wrote must not
        connect_args={"async_creator_fn": _connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself …
        mode = ["journal_mode=WAL", "wal_autocheckpoint=8000", "cache_size=-65536"] if write else ["query_only=ON"]
        set_pragmas(connection, settings.sqlite_synchronous, *mode)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:  # … we do, before the first statement
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _make_folder(settings: Settings) -> None:
    path = make_url(settings.database).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)


def make_engines(settings: Settings) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that writes and the one that reads: two on SQLite, one and the same on PostgreSQL."""
    if settings.is_sqlite:
        _make_folder(settings)
        return _sqlite_engine(settings, write=True), _sqlite_engine(settings, write=False)
    engine = create_async_engine(
        settings.database,
        pool_size=PG_POOL,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args=_connected(settings, PG_OPTIONS),
    )
    return engine, engine


def _connected(settings: Settings, options: str) -> dict[str, Any]:
    """Return how a connection to PostgreSQL is made; a pooler shares it, with what was prepared on it, among others."""
    return {"prepare_threshold": None} if settings.database_pooler else {"options": options}


def driver_of(connection: AsyncConnection) -> Any:
    """Return the driver's own connection; SQLAlchemy's public way there starts a greenlet each time."""
    sync = connection.sync_connection
    return sync.connection.driver_connection if sync is not None else None


def keep_short(connection: AsyncConnection) -> None:
    """Promise that the transaction of this connection holds a request's few small statements (SQLite)."""
    driver = driver_of(connection)
    if isinstance(driver, OneHopConnection):
        driver.short = True


def make_job_engine(settings: Settings) -> sa.Engine:
    """Return the synchronous engine that DBOS works with, on the same database."""
    url = settings.database.replace("+aiosqlite", "")
    if not settings.is_sqlite:
        connected = _connected(settings, "-c timezone=UTC")
        return sa.create_engine(
            url, pool_size=8, max_overflow=0, pool_pre_ping=True, hide_parameters=True, connect_args=connected
        )
    _make_folder(settings)
    engine = sa.create_engine(url, pool_size=3, max_overflow=2, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # what DBOS sets on its own engine, and relies on
        set_pragmas(connection, settings.sqlite_synchronous)

    return engine
