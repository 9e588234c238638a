"""The two kinds of database behind one interface: how their engines are made, and what only one of them can do."""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.core.fast_path.sqlite_driver import sqlite_module
from backend.core.settings import Settings

READERS: Final = 4
PG_POOL: Final = 20
PG_OPTIONS: Final = (
    "-c lock_timeout=10000 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


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
        module=sqlite_module(),
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
