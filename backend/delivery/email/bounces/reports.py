"""E-mails that came back: read from a delivery status notification (RFC 3464), and what follows for the address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Member, User
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.delivery.email.bounces.addresses import note_bounce
from backend.delivery.email.bounces.errors import BounceForged, BounceUnreadable
from backend.delivery.email.codes import BounceKind
from backend.delivery.email.events import EmailAddressStopped
from backend.delivery.email.identity import address_hash, number_of
from backend.delivery.email.models import Email
from backend.delivery.email.rules import bounce_of

ADDRESSED: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back: the address that it came to, with its token, and what it says of the addressee's."""

    returned_to: str
    kind: BounceKind


def read_notification(raw: bytes, returned_to: str | None = None) -> Bounce | None:
    """Return what a message to the address for bounces says; None of one that reports no failure, as of a holiday.

    `returned_to` is the envelope's recipient where the mail server tells it. Raises BounceUnreadable.
    """
    try:
        message = message_from_bytes(raw, policy=policy.compat32)  # the newer one reads more, and raises on what is odd
        reported = list(_recipients(message))
    except RecursionError:  # parts in parts in parts
        raise BounceUnreadable from None
    if not message.keys():
        raise BounceUnreadable
    failed = next((one for one in reported if _field(one, "Action").lower() == "failed"), None)
    if failed is None:
        return None
    enhanced = _field(failed, "Status").partition(" ")[0]
    kind = bounce_of(enhanced) if enhanced.startswith("5.") else BounceKind.SOFT
    addressed = [str(value) for name in ADDRESSED for value in message.get_all(name, [])]
    return Bounce(returned_to or " ".join(addressed), kind)


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()


def _recipients(message: Message) -> Iterator[Message]:
    """Yield the fields about each recipient of a delivery status notification."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message) and "Action" in block)


async def receive(session: AsyncSession, database: Database, bounce: Bounce) -> bool:
    """Note that an e-mail came back, once for each; return whether its address is stopped by it.

    Raises BounceForged where no token of ours stands in the address that it came back to.
    """
    number = number_of(database.settings, bounce.returned_to)
    if number is None:
        raise BounceForged
    email = (await session.scalars(sa.select(Email).where(col(Email.number) == number).with_for_update())).first()
    if email is None or email.bounced_at is not None:
        return False
    return await stop_address(session, database, email, bounce.kind)


async def stop_address(session: AsyncSession, database: Database, email: Email, kind: BounceKind) -> bool:
    """Note what came back of an e-mail for its address, and tell the member's organisations where that stops it."""
    real, now, settings = database.clock.real(), database.clock.now(), database.settings
    email.bounced_at = real
    place = email.address_hash
    if place is None:
        return False
    user = None if email.user_id is None else await session.get(User, email.user_id)
    if user is not None and address_hash(settings, user.email) != place:
        user = None  # he has another address by now
    confirmed_at = None if user is None else user.email_confirmed_at
    if confirmed_at is not None and email.tried_at is not None and email.tried_at + (now - real) < confirmed_at:
        return False  # the address has proved since that it can be reached
    is_stopped = await note_bounce(session, settings, place, kind, confirmed_at=confirmed_at, real=real, now=now)
    if is_stopped and user is not None:
        await _tell(session, user.id, kind, now)
    return is_stopped


async def _tell(session: AsyncSession, user_id: str, kind: BounceKind, now: datetime) -> None:
    own = sa.select(col(Member.organisation_id)).where(col(Member.user_id) == user_id, col(Member.ended_at).is_(None))
    organisations = sorted((await session.scalars(own)).all())
    if organisations:
        event = DomainEvent(EmailAddressStopped(user_id=user_id, because=kind), user_id, organisations)
        await append(session, event, now)
