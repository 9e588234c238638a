"""Makes e-mails of the events that members are told of, and of those that go out to an address of their own."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import CHINA
from backend.core.database.columns import table_of
from backend.core.database.quota import take
from backend.core.database.sessions import Database
from backend.core.domain import Registry
from backend.core.events.notification_template import NotificationTemplate
from backend.delivery.email.audience import Addressee, addressees, is_meant, organisations_of
from backend.delivery.email.codes import EmailFailure, EmailKind, EmailStatus, Frequency
from backend.delivery.email.identity import address_hash
from backend.delivery.email.models import EmailItem
from backend.delivery.email.outbox import Outbox
from backend.delivery.email.rules import SINGLY
from backend.delivery.stream_follower import StreamFollower

FOLLOWER: Final = "email"  # the cursor's name; a migration made it, at the stream's end
ITEM: Final = table_of(EmailItem)
Due = tuple[sa.Row[Any], NotificationTemplate]


class EmailProjection(StreamFollower):
    """Fills the outbox for a process that works; without a server for e-mails it passes everything over."""

    def __init__(self, database: Database, registry: Registry) -> None:
        sends = database.settings.sends_email
        self._notifications = registry.notifications if sends else {}
        self._emails = registry.emails if sends else {}
        super().__init__(database, FOLLOWER, [*self._notifications, *self._emails])

    async def effect(self, session: AsyncSession, happened: Sequence[sa.Row[Any]]) -> None:
        """Make the e-mails of a batch of events."""
        # what is older is told in the inbox alone: whether an e-mail told of it is not known any more
        oldest = self._database.clock.now() - timedelta(days=self._database.settings.email_kept_days)
        told = self._notifications.keys() | self._emails.keys()
        events = [event for event in happened if event.type in told and event.at >= oldest]
        if not events:
            return
        known = await _known(session, [event.id for event in events])
        outbox = Outbox(session, self._database.settings, self._database.clock.real())
        for event in events:
            if event.type in self._emails:
                await self._write_to_addresses(outbox, event, known)
        due = self._by_organisation(events)
        for organisation_id, members in (await addressees(session, due.keys())).items():
            for member in members:
                own = [one for one in due[organisation_id] if self._is_for(member, one[0], known)]
                await self._write_to_member(outbox, member, own)
        await outbox.close()

    async def _write_to_addresses(self, outbox: Outbox, event: sa.Row[Any], known: set[tuple[int, str]]) -> None:
        """Write to each address that the event's own e-mail goes to, so many in a day."""
        settings, template = self._database.settings, self._emails[event.type]
        most = None if template.most_per_day is None else template.most_per_day(settings)
        for recipient in await template.recipients(outbox.session, settings, event):
            place = address_hash(settings, recipient.address)
            if (event.id, place) in known:
                continue
            known.add((event.id, place))
            fits = most is None or await take(
                outbox.session, place, f"email {event.type}", _day(outbox.real), 1, most=most
            )
            await outbox.put(
                f"address/{event.id}/{place}",
                EmailKind.ACCOUNT if recipient.unsubscribe is None else EmailKind.NOTIFICATION,
                place,
                [(event.id, None)],
                user_id=recipient.user_id,
                address_hash=place,
                status=EmailStatus.WAITING if fits else EmailStatus.SUPPRESSED,
                failure=None if fits else EmailFailure.TOO_MANY,
            )

    def _by_organisation(self, events: Sequence[sa.Row[Any]]) -> Mapping[str, list[Due]]:
        """Return by organisation what its members are told of."""
        found: dict[str, list[Due]] = defaultdict(list)
        for event in events:
            if event.type in self._notifications:
                for organisation_id in organisations_of(event):
                    found[organisation_id].append((event, self._notifications[event.type]))
        return found

    def _is_for(self, member: Addressee, event: sa.Row[Any], known: Collection[tuple[int, str]]) -> bool:
        """Whether the member is to be told of what happened to his organisation.

        He is not of what he did, of what was before he came, nor of what an e-mail of its own tells his address.
        """
        if not is_meant(event, member.organisation_id, member.user_id):
            return False
        if event.actor == member.user_id or event.at < member.joined_at or (event.id, member.recipient) in known:
            return False
        own = self._emails.get(event.type)
        if own is None:
            return True
        is_written = (event.id, address_hash(self._database.settings, member.address)) in known
        return not own.is_only_email and not is_written

    async def _write_to_member(self, outbox: Outbox, member: Addressee, due: Sequence[Due]) -> None:
        """Write at once or into digests, as the member has chosen; what has legal effect, at once."""
        by_kind: Mapping[Any, list[Due]] = defaultdict(list)
        for event, template in due:
            by_kind[EmailKind.LEGAL if template.legal else member.frequency(template.category)].append(
                (event, template)
            )
        await self._write_at_once(outbox, member, EmailKind.LEGAL, by_kind[EmailKind.LEGAL])
        await self._write_at_once(outbox, member, EmailKind.NOTIFICATION, by_kind[Frequency.AT_ONCE])
        for frequency in (Frequency.DAILY, Frequency.WEEKLY):
            await outbox.put_into_digest(member, frequency, _items(by_kind[frequency]))

    async def _write_at_once(self, outbox: Outbox, member: Addressee, kind: EmailKind, due: Sequence[Due]) -> None:
        """Write one e-mail for each event, or for many at once one; beyond a day's measure it waits for others."""
        for group in [[one] for one in due] if len(due) <= SINGLY else [due]:
            items = _items(group)
            if await self._fits(outbox, member):
                key = f"event/{items[0][0]}-{items[-1][0]}/{member.recipient}"
                await outbox.put(
                    key, kind, member.recipient, items, user_id=member.user_id, organisation_id=member.organisation_id
                )
            elif kind is EmailKind.LEGAL:
                await outbox.put_into_hourly(member, items)
            else:
                await outbox.put_into_digest(member, Frequency.DAILY, items)

    async def _fits(self, outbox: Outbox, member: Addressee) -> bool:
        """Count one more e-mail at once, to the member and to his organisation, and return whether it fits."""
        settings, day = self._database.settings, _day(outbox.real)
        own, all_ = settings.emails_at_once_per_day, settings.emails_at_once_per_day_of_organisation
        return await take(outbox.session, member.user_id, "email at once", day, 1, most=own) and await take(
            outbox.session, member.organisation_id, "email at once", day, 1, most=all_
        )


async def _known(session: AsyncSession, events: Sequence[int]) -> set[tuple[int, str]]:
    """Return which of the events whom is told of already, as when the stream is followed again."""
    rows = await session.execute(sa.select(ITEM.c.event_id, ITEM.c.recipient).where(ITEM.c.event_id.in_(events)))
    return {(row.event_id, row.recipient) for row in rows}


def _items(due: Sequence[Due]) -> list[tuple[int, str | None]]:
    """Return the events with their categories; what cannot be switched off has none."""
    return [(event.id, None if template.legal else template.category) for event, template in due]


def _day(real: datetime) -> datetime:
    return real.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
