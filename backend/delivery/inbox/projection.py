"""Makes a message of each event that members are told of, for each organisation that it concerns."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.core.events.domain_event import MUTED_FOR, PUBLIC, addressed
from backend.core.events.notification_template import NotificationTemplate
from backend.core.ids import new_id
from backend.delivery.models import PATENT, Message, MessageMark
from backend.delivery.stream_follower import StreamFollower

FOLLOWER: Final = "inbox"  # the cursor's name; a migration made it, at the stream's start
AT_ONCE: Final = 2_000  # messages forgotten in one transaction, so that other writers get their turn
Named = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, Any]]]
MESSAGE: Final = table_of(Message)
MARK: Final = table_of(MessageMark)


class InboxProjection(StreamFollower):
    """Fills the inboxes for a process that works; any number of processes may."""

    def __init__(self, database: Database, told: Mapping[str, NotificationTemplate], patents_named: Named) -> None:
        super().__init__(database, FOLLOWER, list(told))
        self._told, self._patents_named = told, patents_named

    async def effect(self, session: AsyncSession, happened: Sequence[sa.Row[Any]]) -> None:
        """Make the messages of a batch of events."""
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
