"""Gives events their gap-free sequence, and lets consumers follow it with cursors."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from backend.core.database.columns import table_of
from backend.core.database.dialects import is_sqlite
from backend.core.database.sessions import Database
from backend.core.events.log import EVENT
from backend.core.fast_path.compiled_statements import Prepared
from backend.core.fast_path.connections import command, connection_of, pipeline
from backend.core.jobs.lease import Taken

BATCH: Final = 2_000
SEQUENCER_BATCH: Final = 5_000
REST, LONGEST_REST = 0.1, 1.0  # seconds between steps that found work: as long as they take, so that batches grow

log = structlog.get_logger()


class StreamHead(SQLModel, table=True):
    """The last number given to an event; one row, whose lock is the right to number (PostgreSQL)."""

    __tablename__ = "stream_head"
    id: int = Field(primary_key=True)
    position: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))


class StreamCursor(SQLModel, table=True):
    """How far a consumer has come."""

    __tablename__ = "stream_cursor"
    name: str = Field(primary_key=True)
    position: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))


CURSOR: Final = table_of(StreamCursor)
NUMBER: Final = sa.column("n", sa.BigInteger)
LOCK_HEAD: Final = Prepared(
    sa.text(
        """
        SELECT position FROM stream_head
        WHERE id = 1 AND EXISTS (SELECT 1 FROM event WHERE seq IS NULL) FOR UPDATE
        """
    ),
    NUMBER,
)
SEQUENCE: Final = Prepared(
    sa.text(
        """
        WITH fresh AS (
               SELECT id, row_number() OVER (ORDER BY id) AS n FROM event WHERE seq IS NULL ORDER BY id LIMIT :most),
             numbered AS (UPDATE event SET seq = :position + fresh.n FROM fresh WHERE event.id = fresh.id RETURNING 1)
        UPDATE stream_head SET position = position + (SELECT count(*) FROM numbered)
        WHERE id = 1 AND EXISTS (SELECT 1 FROM fresh) RETURNING position - :position
        """
    ),
    NUMBER,
)
AFTER: Final = sa.select(EVENT).where(EVENT.c.seq > sa.bindparam("p")).order_by(EVENT.c.seq).limit(BATCH)
WITHOUT: Final = (
    sa.select(EVENT.c.seq, EVENT.c.type, EVENT.c.subject, EVENT.c.data)
    .where(EVENT.c.seq > sa.bindparam("p"), EVENT.c.seq <= sa.bindparam("last"))
    .where(EVENT.c.type.not_in(sa.bindparam("without", expanding=True)))
    .order_by(EVENT.c.seq)
    .limit(BATCH)
)
POSITION: Final = sa.select(CURSOR.c.position).where(CURSOR.c.name == sa.bindparam("n"))
SEQ_OF: Final = sa.select(EVENT.c.seq).where(EVENT.c.id == sa.bindparam("id"))
HEAD: Final = sa.select(sa.func.coalesce(sa.func.max(EVENT.c.seq), 0))
FIND_CURSOR: Final = (
    sa.select(CURSOR.c.position).where(CURSOR.c.name == sa.bindparam("n")).with_for_update(skip_locked=True)
)
MOVE: Final = sa.update(CURSOR).where(CURSOR.c.name == sa.bindparam("n")).values(position=sa.bindparam("p"))

Effect = Callable[[Any, Sequence[sa.Row[Any]]], Awaitable[None]]


async def sequence(database: Database) -> int:
    """Number what is committed and not yet numbered (PostgreSQL); give how many. Any number of processes may try.

    The lock is a statement of its own, so that the next one sees every number given so far; nothing new locks nothing.
    """
    if database.is_sqlite:
        return 0
    async with database.writer.connect() as connection:
        head = await LOCK_HEAD.run(connection, {})
        if not head:
            return 0
        async with pipeline(connection):
            numbered = await SEQUENCE.send(connection, {"position": head[0][0], "most": SEQUENCER_BATCH})
            await command(connection, "COMMIT")
        return sum(count for (count,) in await numbered.rows())


async def events_after(
    database: Database, position: int, *, without: Collection[str] = ()
) -> tuple[Sequence[Any], int]:
    """Return the next events behind a position, at most BATCH, and the position behind them.

    In order, with their `seq`, `type`, `subject` and `data`; the types `without` are passed over where they are kept.
    """
    async with database.read() as session:
        last = (await session.execute(HEAD)).scalar_one()
        parameters = {"p": position, "last": last, "without": list(without)}
        found = (await session.execute(WITHOUT, parameters)).all() if last > position else []
    return found, found[-1].seq if len(found) == BATCH else max(last, position)


async def sequence_of(database: Database, event_id: int) -> int | None:
    """Return the place of an event in the stream, or None while it has none."""
    async with database.read() as session:
        return (await session.execute(SEQ_OF, {"id": event_id})).scalar_one_or_none()


async def head(database: Database) -> int:
    """Return the last place that the stream has given."""
    async with database.read() as session:
        return int((await session.execute(HEAD)).scalar_one())


async def now(database: Database) -> int:
    """Return the last place of what is committed so far, which is numbered first where it is not yet."""
    while await sequence(database) == SEQUENCER_BATCH:
        pass
    return await head(database)


async def now_within(session: AsyncSession) -> int:
    """Return the same in a transaction that writes, and should end soon: until then nobody else numbers."""
    if not is_sqlite(session):
        connection = await connection_of(session)
        while found := await LOCK_HEAD.run(connection, {}):
            numbered = await SEQUENCE.run(connection, {"position": found[0][0], "most": SEQUENCER_BATCH})
            if sum(count for (count,) in numbered) < SEQUENCER_BATCH:
                break
    return int((await session.execute(HEAD)).scalar_one())


async def consume(database: Database, name: str, effect: Effect) -> int:
    """Let a consumer take its next batch: its effect and its cursor in one transaction. Give how many events it took.

    Looks through a reader first, so that nothing to do locks nothing; on PostgreSQL a cursor that another process holds
    is left to it. One that has no cursor takes nothing.
    """
    async with database.read() as session:
        found = (await session.execute(sa.select(CURSOR.c.position).where(CURSOR.c.name == name))).scalar_one_or_none()
        if found is None or (await session.execute(AFTER.limit(1), {"p": found})).first() is None:
            return 0
    async with database.write() as session:
        connection = await session.connection()
        position = (await connection.execute(FIND_CURSOR, {"n": name})).scalar_one_or_none()
        rows = [] if position is None else (await connection.execute(AFTER, {"p": position})).all()
        if rows:
            await effect(session, rows)
            await connection.execute(MOVE, {"n": name, "p": rows[-1].seq})
        return len(rows)


async def unconsumed(database: Database, name: str) -> tuple[int, Sequence[sa.Row[Any]]]:
    """Return where a consumer stands and the next batch of events, for one whose effect takes long to find out.

    It finds out with no transaction open, and keeps the effect in one that begins with `advance`. One that has no
    cursor takes nothing.
    """
    async with database.read() as session:
        position = (await session.execute(POSITION, {"n": name})).scalar_one_or_none()
        if position is None:
            return 0, []
        return position, (await session.execute(AFTER, {"p": position})).all()


async def advance(session: AsyncSession, name: str, before: int, to: int) -> bool:
    """Move a consumer's cursor and return True, or False where another process has moved it or is about to."""
    connection = await session.connection()
    if (await connection.execute(FIND_CURSOR, {"n": name})).scalar_one_or_none() != before:
        return False
    await connection.execute(MOVE, {"n": name, "p": to})
    return True


async def follow(
    step: Callable[[], Awaitable[int]], wake: asyncio.Event | None, then: asyncio.Event | None, poll: float
) -> None:
    """Run `step` when woken and every `poll` seconds, again while it finds work; only a lost lease ends it."""
    wake = wake or asyncio.Event()
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(poll):  # asyncio.wait_for may lose a cancellation that comes with the event
                await wake.wait()
        wake.clear()
        try:
            began = time.monotonic()
            while await step():
                if then is not None:
                    then.set()
                await asyncio.sleep(min(max(REST, time.monotonic() - began), LONGEST_REST))
                began = time.monotonic()
        except (asyncio.CancelledError, Taken):
            raise
        except Exception:
            log.exception("stream_step_failed")
            await asyncio.sleep(poll)
