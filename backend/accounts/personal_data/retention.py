"""The end of what is kept with the ids of erased accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import User
from backend.accounts.personal_data.erasure import hash_of_nothing
from backend.accounts.rules import ERASED_NAME
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.core.jobs.queue import Sweep
from backend.core.personal_data import NOBODY, PersonalData, unlink

AT_ONCE: Final = 50


def _put_nobody(session: AsyncSession, real: datetime) -> sa.Insert:
    """Return what enters the account that stands for all whose ids are gone, where it is not there yet."""
    row = {
        "id": NOBODY,
        "email": "nobody@erased.invalid",
        "name": ERASED_NAME,
        "password_hash": hash_of_nothing(),
        "password_changed_at": real,
        "created_at": real,
        "erased_at": real,
        "version": 1,
    }
    put: sa.Insert = insert_into(session, table_of(User)).values(row).on_conflict_do_nothing()
    return put


def sweep_of(sources: Sequence[PersonalData]) -> Sweep:
    """Return what unlinks, everywhere, the ids of accounts that were erased long enough ago."""

    async def sweep(database: Database, now: datetime) -> None:
        del now
        before = database.clock.real() - timedelta(days=database.settings.erased_ids_kept_days)
        is_old = sa.and_(col(User.erased_at) < before, col(User.id) != NOBODY)
        old = sa.select(col(User.id)).where(is_old).order_by(col(User.erased_at)).limit(AT_ONCE)
        async with database.read() as session:
            ids = list(await session.scalars(old))
        if ids:
            async with database.write() as session:
                await session.execute(_put_nobody(session, database.clock.real()))
                await unlink(session, sources, ids)
                await session.execute(sa.delete(User).where(col(User.id).in_(ids)))

    return sweep
