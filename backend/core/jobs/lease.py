"""What one process at a time may do: a lock that its end gives back, however it ends."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from hashlib import blake2b
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.settings import Settings

BEAT: Final = 5.0  # seconds
# one that does not beat for so long is gone, whatever became of its machine: the server ends its transaction
PATIENCE: Final = sa.text("SET LOCAL idle_in_transaction_session_timeout = '30s'")
TAKE: Final = sa.text("SELECT pg_try_advisory_xact_lock(:n)")
ALIVE: Final = sa.text("SELECT 1")

Held = Callable[[], Awaitable[None]]


class Taken(Exception):
    """Another process has the lease, or it was lost; the work is that one's."""


@contextlib.asynccontextmanager
async def lease(database: Database, settings: Settings, name: str) -> AsyncIterator[Held]:
    """Hold the lease of that name; raises Taken where another process does.

    Gives what raises Taken once it is lost: on PostgreSQL it goes with its transaction, which a pooler leaves whole.
    """
    if database.is_sqlite:
        with _file(settings, name):
            yield _kept
        return
    async with _locked(database, name) as connection:
        asking = asyncio.Lock()

        async def still_held() -> None:
            try:
                async with asking:
                    await connection.execute(ALIVE)
            except SQLAlchemyError as lost:  # also what SQLAlchemy says of a connection that it knows is gone
                raise Taken(name) from lost

        async with beside(_beat(still_held)):
            yield still_held


@contextlib.asynccontextmanager
async def _locked(database: Database, name: str) -> AsyncIterator[AsyncConnection]:
    number = int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big")
    async with database.writer.connect() as connection:
        await connection.execute(PATIENCE)
        if not (await connection.execute(TAKE, {"n": number})).scalar_one():
            raise Taken(name)
        yield connection


async def _beat(still_held: Held) -> None:
    with contextlib.suppress(Taken):  # whoever works under the lease asks before each step
        while True:
            await asyncio.sleep(BEAT)
            await still_held()


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
