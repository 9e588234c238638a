"""Addresses that e-mails came back from: counted, stopped, and free again once they are confirmed anew."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import User
from backend.core.settings import Settings
from backend.delivery.email.codes import BounceKind
from backend.delivery.email.models import EmailAddress

ADDRESS: Final = sa.select(EmailAddress).where(col(EmailAddress.address_hash) == sa.bindparam("place"))


async def stopped(session: AsyncSession, place: str, confirmed_at: datetime | None) -> EmailAddress | None:
    """Return the address, by its hash, if nothing is sent there; confirmed later than it was stopped, it is free."""
    found: EmailAddress | None = (await session.scalars(ADDRESS, {"place": place})).first()
    if found is None or found.stopped_at is None:
        return None
    return None if confirmed_at is not None and confirmed_at > found.stopped_at else found


async def confirmed_at(session: AsyncSession, address: str) -> datetime | None:
    """Return when the address was confirmed last, by whichever account, or None."""
    of_address = sa.select(sa.func.max(col(User.email_confirmed_at))).where(col(User.email) == address.strip().lower())
    found: datetime | None = (await session.execute(of_address)).scalar_one()
    return found


async def is_stopped(session: AsyncSession, place: str | None, confirmed_at: datetime | None) -> bool:
    """Whether nothing is sent to the address."""
    return place is not None and await stopped(session, place, confirmed_at) is not None


async def note_bounce(
    session: AsyncSession,
    settings: Settings,
    place: str,
    kind: BounceKind,
    *,
    confirmed_at: datetime | None,
    real: datetime,
    now: datetime,
) -> bool:
    """Note that an e-mail came back, and return whether the address is stopped by it.

    A hard bounce stops it at once, soft ones when so many come within so many days. Confirmations are of the clock's
    time, which a demonstration moves, and so is the moment of the stop.
    """
    found = (await session.scalars(ADDRESS.with_for_update(), {"place": place})).first()
    if found is None:
        found = EmailAddress(address_hash=place)
        session.add(found)
    elif found.stopped_at is not None and (confirmed_at is None or confirmed_at <= found.stopped_at):
        return False
    if kind is BounceKind.SOFT:
        window = timedelta(days=settings.email_soft_bounce_days)
        if found.soft_since is None or real - found.soft_since > window:
            found.soft_since, found.soft_bounces = real, 0
        found.soft_bounces += 1
        if found.soft_bounces < settings.email_soft_bounces:
            await session.flush()
            return False
    found.stopped_at, found.reason, found.soft_bounces, found.soft_since = now, kind, 0, None
    await session.flush()
    return True
