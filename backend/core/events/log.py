"""What happened, for which audience, appended in the transaction of the change.

Sync handlers run at once in the same transaction: they hold the promises that must never be broken in between (a
patent lapses, its listing is suspended). All else follows the stream with a cursor of its own.
"""

from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from backend.core.database.bulk_writes import flush, put_many
from backend.core.database.columns import BIG, json_column, moment, table_of
from backend.core.database.compiled_statements import Prepared, connection_of
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.core.security.tokens import seal, unseal

LAST_WITH_COMMIT: Final = "last_event"  # in session.info where whoever commits sends the last event


class Event(SQLModel, table=True):
    """One thing that happened."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_fresh", "id", postgresql_where=sa.text("seq IS NULL"), sqlite_where=sa.text("seq IS NULL")),
        sa.Index("ix_event_subject", "subject", "id"),
    )
    id: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    seq: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, unique=True))
    type: str
    subject: str
    audience: list[str] = Field(sa_column=json_column())
    data: dict[str, Any] = Field(sa_column=json_column())
    actor: str | None = None
    at: datetime = Field(sa_column=moment())


EVENT: Final = table_of(Event)
NUMBER_OF_LAST: Final = sa.func.currval("event_id_seq", type_=sa.BigInteger)  # this connection's, PostgreSQL
_NEW: Final[dict[str, sa.BindParameter[Any]]] = {
    name: sa.bindparam(name) for name in ("type", "subject", "audience", "data", "actor", "at")
}
NEXT: Final = sa.select(sa.func.coalesce(sa.func.max(EVENT.c.seq), 0) + 1).scalar_subquery()
ADD_NUMBERED: Final = Prepared(sa.insert(EVENT).values(seq=NEXT, **_NEW).returning(EVENT.c.id), EVENT.c.id)
ADD: Final = Prepared(sa.insert(EVENT).values(**_NEW).returning(EVENT.c.id), EVENT.c.id)
LAST: Final = sa.select(sa.func.coalesce(sa.func.max(EVENT.c.seq), 0))


def _row(event: DomainEvent[Any], at: datetime) -> dict[str, Any]:
    return {
        "type": event.type,
        "subject": event.subject,
        "audience": list(event.audience),
        "data": event.stored_data(),
        "actor": event.actor,
        "at": at,
    }


async def append(
    session: AsyncSession, event: DomainEvent[Any], at: datetime, loaded: Mapping[Hashable, Any] | None = None
) -> None:
    """Keep one event with the change that is in the session, and run its sync handlers.

    `loaded` is what they would load, by its key, where the caller has it as it stands after the change.

    SQLite has one writer at a time, so the order of begin is the order of commit and the event gets its place in the
    stream here; on PostgreSQL the sequencer gives it after the commit, and a request's last event goes with the commit.
    """
    await flush(session)
    await _send_last(session)
    database = session.info["database"]
    if LAST_WITH_COMMIT in session.info:
        session.info[LAST_WITH_COMMIT] = _row(event, at)
    else:
        added = await (ADD_NUMBERED if database.is_sqlite else ADD).run(await connection_of(session), _row(event, at))
        session.info["event_id"] = added[0][0]
    if database.handlers is not None:
        await database.handlers.follow(session, [event], EventContext(at, database.settings, {**(loaded or {})}))


async def _send_last(session: AsyncSession) -> None:
    """Send the event that was to go with the commit, since others follow it."""
    if session.info.get(LAST_WITH_COMMIT):
        added = await ADD.run(await connection_of(session), session.info[LAST_WITH_COMMIT])
        session.info[LAST_WITH_COMMIT], session.info["event_id"] = None, added[0][0]


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """Keep or undo as one what is done meanwhile, with its events: none of them waits for the commit."""
    await flush(session)
    await _send_last(session)
    waits = LAST_WITH_COMMIT in session.info
    session.info.pop(LAST_WITH_COMMIT, None)
    before = session.info.get("event_id")
    try:
        async with session.begin_nested():
            yield
    except BaseException:
        session.info["event_id"] = before
        raise
    finally:
        if waits:
            session.info[LAST_WITH_COMMIT] = None


async def append_many(session: AsyncSession, events: Sequence[DomainEvent[Any]], at: datetime) -> None:
    """Keep many events in one statement, and run their sync handlers, in their order."""
    if not events:
        return
    await flush(session)
    await _send_last(session)
    connection = await connection_of(session)
    database = session.info["database"]
    rows = [_row(event, at) for event in events]
    if database.is_sqlite:
        last = (await connection.execute(LAST)).scalar_one()
        rows = [{**row, "seq": last + n} for n, row in enumerate(rows, start=1)]
    await put_many(session, EVENT, rows)
    number = sa.func.max(EVENT.c.id) if database.is_sqlite else NUMBER_OF_LAST
    session.info["event_id"] = (await connection.execute(sa.select(number))).scalar_one()
    if database.handlers is not None:
        await database.handlers.follow(session, events, EventContext(at, database.settings))


def event_token(key: bytes, number: int) -> str:
    """Return the `Event-Id` of an event: opaque, since a number would tell how much private business there is."""
    return "evt_" + seal(key, "event", number)


def read_event_token(key: bytes, token: str) -> int | None:
    """Return the event's number from its `Event-Id`, or None where it is not one of ours."""
    return unseal(key, "event", token[4:]) if token.startswith("evt_") else None
