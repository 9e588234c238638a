"""Makes a message of each event that members are told of, for each organisation that it concerns."""

import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.domain_event import MUTED_FOR, PUBLIC, addressed
from backend.core.events.log import EVENT
from backend.core.events.notification_template import NotificationTemplate
from backend.core.ids import new_id
from backend.delivery.models import PATENT, Message, MessageMark

FOLLOWER: Final = "inbox"  # the cursor's name; a migration made it, at the stream's start
LAG: Final = 5.0  # seconds that the cursor may stay behind while others write and there is nothing to tell
AT_ONCE: Final = 2_000  # messages forgotten in one transaction, so that other writers get their turn
Named = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, Any]]]
MESSAGE: Final = table_of(Message)
MARK: Final = table_of(MessageMark)
CURSOR: Final = sa.select(stream.CURSOR.c.position).where(stream.CURSOR.c.name == FOLLOWER)
IS_TOLD: Final = (
    sa.select(EVENT.c.seq)
    .where(EVENT.c.seq > sa.bindparam("after"), EVENT.c.seq <= sa.bindparam("until"))
    .where(EVENT.c.type.in_(sa.bindparam("types", expanding=True)))
    .limit(1)
)


class InboxProjection:
    """Fills the inboxes for a process that works; any number of processes may."""

    def __init__(self, database: Database, told: Mapping[str, NotificationTemplate], patents_named: Named) -> None:
        self._database, self._told, self._patents_named = database, told, patents_named
        self._types = list(told)
        self._seen = 0  # up to here there was nothing to tell: the cursor, which is a write, may wait until it is quiet
        self._moved = time.monotonic()

    async def step(self) -> int:
        """Take the next events of the stream; give how many."""
        async with self._database.read() as session:
            cursor = (await session.execute(CURSOR)).scalar_one_or_none()
            end = int((await session.execute(stream.HEAD)).scalar_one())
            if cursor is None or end <= cursor:
                return 0
            parameters = {"after": max(cursor, self._seen), "until": end, "types": self._types}
            is_told = (await session.execute(IS_TOLD, parameters)).first() is not None
        is_quiet = end == self._seen
        if not (is_told or is_quiet) and time.monotonic() - self._moved < LAG:
            self._seen = end
            return 0
        self._moved = time.monotonic()
        return await stream.consume(self._database, FOLLOWER, self._fill)

    async def finish(self) -> None:
        """Take what is left before the process ends, so that nobody finds the cursor behind."""
        while await self.step() or await self.step():  # the second look finds it quiet
            pass

    async def _fill(self, session: AsyncSession, happened: Sequence[sa.Row[Any]]) -> None:
        names = await self._patents_named(session, {e.data["patent_id"] for e in happened if "patent_id" in e.data})
        rows = [
            {
                "id": new_id("msg"),
                "organisation_id": organisation_id,
                "event_id": event.id,
                "type": event.type,
                "category": self._told[event.type].category,
                "subject": event.subject,
                "data": {**event.data, PATENT: names.get(event.data.get("patent_id"))},
                "actor": event.actor,
                "user_id": user_id,
                "at": event.at,
            }
            for event in happened
            if event.type in self._told
            for organisation_id, user_id in map(
                addressed, sorted({*event.audience} - {PUBLIC, *event.data.get(MUTED_FOR, ())})
            )
        ]
        if rows:
            put = insert_into(session, MESSAGE).on_conflict_do_nothing(index_elements=["organisation_id", "event_id"])
            await session.execute(put, rows)


async def sweep(database: Database, now: datetime) -> None:
    """Forget messages older than they are kept, with the marks that they were read."""
    before = now - timedelta(days=database.settings.messages_kept_days)
    while await _forget_some(database, before) == AT_ONCE:
        pass


async def _forget_some(database: Database, before: datetime) -> int:
    old = sa.select(MESSAGE.c.number).where(MESSAGE.c.at < before).order_by(MESSAGE.c.at).limit(AT_ONCE)
    async with database.read() as session:
        numbers = (await session.scalars(old)).all()
    if numbers:
        async with database.write() as session:
            await session.execute(sa.delete(MARK).where(MARK.c.number.in_(numbers)))
            await session.execute(sa.delete(MESSAGE).where(MESSAGE.c.number.in_(numbers)))
    return len(numbers)
