"""Writes an e-mail that is due from its events as they are now: for whom, in which language, and whether still."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.domain import Registry
from backend.core.events.log import EVENT
from backend.core.settings import Settings
from backend.delivery.email import subscriptions
from backend.delivery.email.audience import Addressee, addressee
from backend.delivery.email.bounces import addresses
from backend.delivery.email.codes import EmailFailure, EmailKind, Frequency
from backend.delivery.email.identity import address_hash, return_path
from backend.delivery.email.messages import content
from backend.delivery.email.messages.content import Content
from backend.delivery.email.messages.rendering import AddressUnusable, Outgoing, ascii_address, message_of
from backend.delivery.email.models import Email, EmailItem

ITEM: Final = table_of(EmailItem)
EVENTS_OF: Final = (
    sa.select(EVENT, ITEM.c.category)
    .join(ITEM, ITEM.c.event_id == EVENT.c.id)
    .where(ITEM.c.email_id == sa.bindparam("email_id"))
    .order_by(EVENT.c.id)
)


class Dropped(Exception):
    """An e-mail is not to be sent any more."""

    def __init__(self, reason: EmailFailure) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Composer:
    """Writes e-mails for a process that sends them."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry, self._settings = registry, settings
        self._base = settings.patentmart_public_url.rstrip("/")

    async def compose(self, session: AsyncSession, email: Email, real: datetime) -> tuple[Outgoing, str]:
        """Return the message with its envelope, and the hash of its address; raise Dropped where it is not to go."""
        events = (await session.execute(EVENTS_OF, {"email_id": email.id})).all()
        if email.key.startswith("address/"):
            address, said = await self._to_address(session, email, events)
        else:
            address, said = await self._to_member(session, email, events)
        try:
            to = ascii_address(address)
        except AddressUnusable:
            raise Dropped(EmailFailure.ADDRESS) from None
        number = email.number or 0
        message = message_of(self._settings, said, to=to, message_id=email.message_id, date=real)
        return Outgoing(return_path(self._settings, number), to, message), address_hash(self._settings, address)

    async def _to_address(self, session: AsyncSession, email: Email, events: Any) -> tuple[str, Content]:
        """Return what one address is told by an e-mail of its own, if whoever wrote it still names that address."""
        event = events[0] if events else None
        template = None if event is None else self._registry.emails.get(event.type)
        if event is None or template is None:
            raise Dropped(EmailFailure.NO_LONGER_DUE)
        for recipient in await template.recipients(session, self._settings, event):
            if address_hash(self._settings, recipient.address) == email.address_hash:
                confirmed_at = await addresses.confirmed_at(session, recipient.address)
                is_stopped = await addresses.is_stopped(session, email.address_hash, confirmed_at)
                if is_stopped and not template.despite_bounces:
                    raise Dropped(EmailFailure.ADDRESS_STOPPED)
                return recipient.address, content.of_template(template, recipient, self._base)
        raise Dropped(EmailFailure.NO_LONGER_DUE)

    async def _to_member(self, session: AsyncSession, email: Email, events: Any) -> tuple[str, Content]:
        """Return what a member is told, if he is one still and wants to be told."""
        member = await addressee(session, email.organisation_id or "", email.user_id or "")
        if member is None:
            raise Dropped(EmailFailure.NOT_A_MEMBER)
        place = address_hash(self._settings, member.address)
        if await addresses.is_stopped(session, place, member.confirmed_at):
            raise Dropped(EmailFailure.ADDRESS_STOPPED)
        wanted = [one for one in events if one.category is None or member.frequency(one.category) is not Frequency.OFF]
        if not wanted:
            raise Dropped(EmailFailure.SWITCHED_OFF if events else EmailFailure.NO_LONGER_DUE)
        return member.address, await self._content(session, email, member, wanted)

    async def _content(self, session: AsyncSession, email: Email, member: Addressee, events: Any) -> Content:
        names = await self._patents(session, events)
        templates = self._registry.notifications
        frequency = Frequency(email.frequency) if email.frequency else None
        unsubscribe = None
        if email.kind is not EmailKind.LEGAL:
            scope = frequency.value if frequency else str(events[0].category)
            unsubscribe = self._base + subscriptions.path_of(
                self._settings, member.organisation_id, member.user_id, scope
            )
        return content.of_events(
            [
                content.Event(event, templates[event.type], names.get(event.data.get("patent_id")))
                for event in events
                if event.type in templates
            ],
            language=member.language.value,
            name=member.name,
            organisation=member.organisation,
            frequency=frequency,
            more=email.more,
            link=self._settings.inbox_url or f"{self._base}/v1/inbox",
            unsubscribe=unsubscribe,
        )

    async def _patents(self, session: AsyncSession, events: Any) -> Mapping[str, Any]:
        patents = {event.data["patent_id"] for event in events if "patent_id" in event.data}
        return await self._registry.patent_titles(session, patents)
