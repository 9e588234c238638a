"""Which members an event is told to by e-mail, and what each of them has chosen."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Member, Organisation, User
from backend.core.database.columns import table_of
from backend.core.events.domain_event import MUTED_FOR, PUBLIC, addressed
from backend.delivery.email.codes import EmailLanguage, Frequency
from backend.delivery.email.rules import frequency_of
from backend.delivery.models import Inbox

MEMBER: Final = table_of(Member)
USER: Final = table_of(User)
INBOX: Final = table_of(Inbox)
ORGANISATION: Final = table_of(Organisation)
CHOICES: Final = (INBOX.c.off, INBOX.c.email, INBOX.c.language)
CONFIRMED: Final = (
    sa.select(
        MEMBER.c.organisation_id,
        MEMBER.c.user_id,
        MEMBER.c.joined_at,
        USER.c.email.label("address"),
        USER.c.name,
        USER.c.email_confirmed_at,
        ORGANISATION.c.name.label("organisation"),
        *(choice.label(f"inbox_{choice.name}") for choice in CHOICES),
    )
    .join(USER, USER.c.id == MEMBER.c.user_id)
    .join(ORGANISATION, ORGANISATION.c.id == MEMBER.c.organisation_id)
    .outerjoin(INBOX, sa.and_(INBOX.c.organisation_id == MEMBER.c.organisation_id, INBOX.c.user_id == MEMBER.c.user_id))
    .where(MEMBER.c.ended_at.is_(None), USER.c.email_confirmed_at.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """A member who has confirmed an address."""

    organisation_id: str
    user_id: str
    joined_at: datetime
    address: str
    name: str
    confirmed_at: datetime
    organisation: str
    off: Sequence[str] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    language: EmailLanguage = EmailLanguage.ZH

    @property
    def recipient(self) -> str:
        """Return what stands for the member where events are kept from being told twice."""
        return f"{self.organisation_id}/{self.user_id}"

    def frequency(self, category: str) -> Frequency:
        """Return how often he is told of a category."""
        return frequency_of(self.chosen, self.off, category)


def _addressee(row: sa.Row[Any]) -> Addressee:
    return Addressee(
        organisation_id=row.organisation_id,
        user_id=row.user_id,
        joined_at=row.joined_at,
        address=row.address,
        name=row.name,
        confirmed_at=row.email_confirmed_at,
        organisation=row.organisation,
        off=row.inbox_off or (),
        chosen=row.inbox_email or {},
        language=row.inbox_language or EmailLanguage.ZH,
    )


async def addressees(session: AsyncSession, organisations: Collection[str]) -> Mapping[str, list[Addressee]]:
    """Return by organisation the members who have confirmed an address."""
    found = defaultdict(list)
    if organisations:
        rows = await session.execute(CONFIRMED.where(MEMBER.c.organisation_id.in_(organisations)))
        for row in rows:
            found[row.organisation_id].append(_addressee(row))
    return found


async def addressee(session: AsyncSession, organisation_id: str, user_id: str) -> Addressee | None:
    """Return the member, or None where he is none any more or has no confirmed address."""
    same = sa.and_(MEMBER.c.organisation_id == organisation_id, MEMBER.c.user_id == user_id)
    row = (await session.execute(CONFIRMED.where(same))).first()
    return None if row is None else _addressee(row)


def organisations_of(event: sa.Row[Any]) -> set[str]:
    """Return whose members are told of an event, or one of whose members is."""
    return {organisation_id for organisation_id, _ in _entries(event)}


def is_meant(event: sa.Row[Any], organisation_id: str, user_id: str) -> bool:
    """Whether an event is told to a member: to all of the organisation, or to him alone."""
    return any(of == organisation_id and only in (None, user_id) for of, only in _entries(event))


def _entries(event: sa.Row[Any]) -> Iterator[tuple[str, str | None]]:
    return map(addressed, {*event.audience} - {PUBLIC, *event.data.get(MUTED_FOR, ())})
