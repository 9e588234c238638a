"""Sessions on the database, one kind that writes and one that reads, and what the end of a transaction brings."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Final, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import Clock
from backend.core.database.engines import make_engines
from backend.core.settings import Settings

ONE_STATE: Final = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}  # as SQLite's readers have it


class EventHandlers(Protocol):
    """What runs in the transaction of the events that are appended in it."""

    async def follow(self, session: AsyncSession, events: Sequence[Any], context: Any) -> None:
        """Run the handlers of these events."""


class Database:
    """Gives sessions on the engine that writes and on the one that reads.

    `turn` is what a process beside the server waits for before it writes.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        handlers: EventHandlers | None = None,
        turn: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext,
    ) -> None:
        self._turn = turn
        self.settings, self.is_sqlite = settings, settings.is_sqlite
        self.clock = clock
        self.handlers = handlers
        self.writer, self.reader = make_engines(settings)
        self.written = asyncio.Event()
        self.jobs: Any = None  # set by whoever launches or connects them; core.jobs stands above this module
        self._reads = self.reader.execution_options(**({} if self.is_sqlite else ONE_STATE))

    def _session(self, engine: Any) -> AsyncSession:
        session = AsyncSession(engine, expire_on_commit=False, autoflush=False)
        session.info["database"] = self
        return session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Yield a session in a transaction that is committed at the end, or rolled back on an error."""
        async with self._turn(), self.writer_session() as session, session.begin():
            yield session
        self.written.set()

    @asynccontextmanager
    async def turn_of_another(self) -> AsyncIterator[None]:
        """Keep this process from writing meanwhile, where only one can (SQLite): its pool is the queue of writers."""
        async with self.writer.connect() if self.is_sqlite else nullcontext():
            yield

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that reads one state of the database and cannot write."""
        async with self.reader_session() as session:
            yield session

    def writer_session(self) -> AsyncSession:
        """Return a session that writes; whoever asked commits and closes it."""
        return self._session(self.writer)

    def reader_session(self) -> AsyncSession:
        """Return a session that reads the database as of its first statement; the caller closes it."""
        return self._session(self._reads)

    async def close(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()


def clock_of(session: AsyncSession) -> Clock:
    """Return the clock of the database that the session works on; who has the time from a request passes it on."""
    database: Database = session.info["database"]
    return database.clock


def persist_on_refusal(session: AsyncSession, statement: Any, values: Any = None) -> None:
    """Have the statement run even if the request is refused, after its change was undone (not when it succeeds)."""
    session.info.setdefault("traces", []).append((statement, values))


def after_commit(session: AsyncSession, follow: Callable[[], None]) -> None:
    """Have `follow` called once the request's transaction is committed."""
    session.info.setdefault("after_commit", []).append(follow)
