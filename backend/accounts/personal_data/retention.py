"""The end of what is kept with the ids of erased accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.models import User
from backend.core.database.sessions import Database
from backend.core.jobs.queue import Sweep
from backend.core.personal_data import PersonalData, unlink

AT_ONCE: Final = 50


def sweep_of(sources: Sequence[PersonalData]) -> Sweep:
    """Return what unlinks, everywhere, the ids of accounts that were erased long enough ago."""

    async def sweep(database: Database, now: datetime) -> None:
        del now
        before = database.clock.real() - timedelta(days=database.settings.erased_ids_kept_days)
        old = sa.select(col(User.id)).where(col(User.erased_at) < before).order_by(col(User.erased_at)).limit(AT_ONCE)
        async with database.read() as session:
            ids = list(await session.scalars(old))
        if ids:
            async with database.write() as session:
                await unlink(session, sources, ids)

    return sweep
