"""The driver's own connection behind a session: what runs on it does without SQLAlchemy's execution."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.core.fast_path.sqlite_driver import OneHopConnection

CONNECTION: Final = "connection"  # in session.info, where a request's transaction keeps what the session works on


async def connection_of(session: AsyncSession) -> AsyncConnection:
    """Return the connection that the session works on; asking the session itself starts a greenlet each time."""
    known: AsyncConnection | None = session.info.get(CONNECTION)
    return known if known is not None else await session.connection()


def driver_of(connection: AsyncConnection) -> Any:
    """Return the driver's own connection; SQLAlchemy's public way there starts a greenlet each time."""
    sync = connection.sync_connection
    return sync.connection.driver_connection if sync is not None else None


def keep_short(connection: AsyncConnection) -> None:
    """Promise that the transaction of this connection holds a request's few small statements (SQLite)."""
    driver = driver_of(connection)
    if isinstance(driver, OneHopConnection):
        driver.short = True


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
