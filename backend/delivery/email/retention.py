"""Forgets to whom e-mails went and of what they told; that they were sent is kept as long as messages are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.delivery.email.codes import EmailKind
from backend.delivery.email.models import Email, EmailAddress, EmailItem

AT_ONCE: Final = 2_000  # e-mails in one transaction, so that other writers get their turn
EMAIL: Final = table_of(Email)
ITEM: Final = table_of(EmailItem)
ADDRESS: Final = table_of(EmailAddress)


async def sweep(database: Database, _now: datetime) -> None:
    """Forget what is older than it is kept; real time counts, as in the sending."""
    real, settings = database.clock.real(), database.settings
    while await _forget_contents(database, real - timedelta(days=settings.email_kept_days)) == AT_ONCE:
        pass
    while await _forget_emails(database, real - timedelta(days=settings.messages_kept_days)) == AT_ONCE:
        pass
    async with database.write() as session:
        quiet = real - timedelta(days=settings.email_soft_bounce_days)
        over = sa.and_(ADDRESS.c.stopped_at.is_(None), ADDRESS.c.soft_since < quiet)
        await session.execute(sa.delete(ADDRESS).where(over))


async def _ids(database: Database, which: sa.ColumnElement[bool]) -> Sequence[str]:
    async with database.read() as session:
        return (await session.scalars(sa.select(EMAIL.c.id).where(which).limit(AT_ONCE))).all()


async def _forget_contents(database: Database, before: datetime) -> int:
    """Forget of ended e-mails which events they told of, and the address's hash."""
    ids = await _ids(database, sa.and_(EMAIL.c.address_hash.is_not(None), EMAIL.c.ended_at < before))
    if ids:
        async with database.write() as session:
            await session.execute(sa.delete(ITEM).where(ITEM.c.email_id.in_(ids)))
            await session.execute(sa.update(EMAIL).where(EMAIL.c.id.in_(ids)).values(address_hash=None))
    return len(ids)


async def _forget_emails(database: Database, before: datetime) -> int:
    """Forget e-mails altogether, but that and when a notice with legal effect was sent."""
    ids = await _ids(database, sa.and_(EMAIL.c.kind != EmailKind.LEGAL, EMAIL.c.ended_at < before))
    if ids:
        async with database.write() as session:
            await session.execute(sa.delete(ITEM).where(ITEM.c.email_id.in_(ids)))
            await session.execute(sa.delete(EMAIL).where(EMAIL.c.id.in_(ids)))
    return len(ids)
