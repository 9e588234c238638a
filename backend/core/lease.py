"""What one process at a time may do: a lock that its end gives back, however it ends."""

import contextlib
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from hashlib import blake2b
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.core.db import Database
from backend.core.settings import Settings

TAKE: Final = sa.text("SELECT pg_try_advisory_lock(:n)")
ALIVE: Final = sa.text("SELECT 1")

Held = Callable[[], Awaitable[None]]


class Taken(Exception):
    """Another process has the lease, or it was lost; the work is that one's."""


@contextlib.asynccontextmanager
async def lease(database: Database, settings: Settings, name: str) -> AsyncIterator[Held]:
    """Hold the lease of that name; raises Taken where another process does.

    Gives what raises Taken once it is lost: on PostgreSQL it goes with its connection.
    """
    if database.lite:
        with _file(settings, name):
            yield _kept
        return
    number = int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big")
    async with database.writer.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not (await connection.execute(TAKE, {"n": number})).scalar_one():
            raise Taken(name)

        async def held() -> None:
            try:
                await connection.execute(ALIVE)
            except DBAPIError as lost:
                raise Taken(name) from lost

        try:
            yield held
        finally:
            await connection.invalidate()  # the lock is the connection's: a pool would keep both


async def _kept() -> None:
    """A file's lock is not lost while the process lives."""


@contextlib.contextmanager
def _file(settings: Settings, name: str) -> Iterator[None]:
    settings.patentmart_data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.patentmart_data_dir / f"{name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Taken(name) from None
        yield
