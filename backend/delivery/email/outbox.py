"""Puts e-mails and the events that they tell of into the database; the same again is the same e-mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.delivery.email import rules
from backend.delivery.email.audience import Addressee
from backend.delivery.email.codes import EmailKind, EmailStatus, Frequency
from backend.delivery.email.identity import message_id
from backend.delivery.email.models import Email, EmailItem

EMAIL: Final = table_of(Email)
ITEM: Final = table_of(EmailItem)
HOUR: Final = timedelta(hours=1)
Items = Sequence[tuple[int, str | None]]


class Outbox:
    """The e-mails that one batch of events makes."""

    def __init__(self, session: AsyncSession, settings: Settings, real: datetime) -> None:
        self.session, self.real, self._settings = session, real, settings
        self._items: list[dict[str, Any]] = []
        self._more: dict[str, int] = {}

    async def put(
        self, key: str, kind: EmailKind, recipient: str, items: Items, due: datetime | None = None, **more: Any
    ) -> str | None:
        """Add an e-mail that tells of the events, and return its id; None where it is there already."""
        due = due or self.real
        row = {
            "id": new_id("eml"),
            "key": key,
            "message_id": message_id(self._settings, key),
            "kind": kind,
            "priority": rules.PRIORITY[kind],
            "status": EmailStatus.WAITING,
            "more": 0,
            "attempts": 0,
            "created_at": self.real,
            "next_at": due,
            "due_at": due,
            "ended_at": self.real if more.get("failure") else None,
            **more,
        }
        put = insert_into(self.session, EMAIL).values(row).on_conflict_do_nothing(index_elements=["key"])
        made = (await self.session.execute(put.returning(EMAIL.c.id))).scalar_one_or_none()
        if made is not None:
            self._add(made, recipient, items)
        return made

    def _add(self, email_id: str, recipient: str, items: Items) -> None:
        self._items += [
            {"email_id": email_id, "event_id": event_id, "recipient": recipient, "category": category}
            for event_id, category in items
        ]

    async def put_into_digest(self, member: Addressee, frequency: Frequency, items: Items) -> None:
        """Have the member's next digest tell of the events; it lists so many, and counts the others."""
        if not items:
            return
        due = rules.digest_due(frequency, self.real, self._settings.email_digest_hour)
        while (email_id := await self._gathering(f"{frequency}/{due:%Y%m%d}", member, EmailKind.DIGEST, due)) is None:
            due = rules.next_digest(frequency, due)
        held = await self._held(email_id)
        room = max(rules.LISTED - held, 0)
        self._add(email_id, member.recipient, items[:room])
        if more := len(items[room:]):
            self._more[email_id] = self._more.get(email_id, 0) + more

    async def put_into_hourly(self, member: Addressee, items: Items) -> None:
        """Have one e-mail at the end of the hour tell of what has legal effect, where there were too many singly."""
        due = self.real.replace(minute=0, second=0, microsecond=0) + HOUR
        while (email_id := await self._gathering(f"hourly/{due:%Y%m%d%H}", member, EmailKind.LEGAL, due)) is None:
            due += HOUR
        self._add(email_id, member.recipient, items)

    async def _gathering(self, name: str, member: Addressee, kind: EmailKind, due: datetime) -> str | None:
        """Return the e-mail that gathers until then, made where there is none; None where it is under way already."""
        key = f"{name}/{member.recipient}"
        own = {"user_id": member.user_id, "organisation_id": member.organisation_id}
        frequency = name.partition("/")[0] if kind is EmailKind.DIGEST else None
        made = await self.put(key, kind, member.recipient, (), due, frequency=frequency, **own)
        if made is not None:
            return made
        still = sa.select(EMAIL.c.id).where(
            EMAIL.c.key == key, EMAIL.c.status == EmailStatus.WAITING, EMAIL.c.attempts == 0, EMAIL.c.next_at == due
        )
        return (await self.session.execute(still.with_for_update())).scalar_one_or_none()

    async def _held(self, email_id: str) -> int:
        """Return how many events an e-mail lists by now."""
        counted = sa.select(sa.func.count()).select_from(ITEM).where(ITEM.c.email_id == email_id)
        kept = int((await self.session.execute(counted)).scalar_one())
        return kept + len([item for item in self._items if item["email_id"] == email_id])

    async def close(self) -> None:
        """Write the events of the e-mails."""
        if self._items:
            put = insert_into(self.session, ITEM).on_conflict_do_nothing(index_elements=["event_id", "recipient"])
            await self.session.execute(put, self._items)
        for email_id, more in self._more.items():
            counted = sa.update(EMAIL).where(EMAIL.c.id == email_id).values(more=EMAIL.c.more + more)
            await self.session.execute(counted)
