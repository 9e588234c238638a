"""The scheduled sweep: asks what became of needs whose day has passed, and suspends those about which nobody says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.jobs.batches import at_once
from backend.needs import steps
from backend.needs.models import Need
from backend.needs.policy import need_policy
from backend.needs.queries import IS_OPEN

BATCH: Final = 100


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few needs at a time, so that other writers get through."""
    due, policy = sa.and_(col(Need.ask_on) <= china_day(now), IS_OPEN), need_policy(database.settings)
    while True:
        async with database.read() as session:
            statement = sa.select(col(Need.id)).where(due).order_by(col(Need.ask_on), col(Need.id)).limit(BATCH)
            ids = list(await session.scalars(statement))

        async def ask(some: Sequence[str]) -> None:
            async with database.write() as session:
                still = sa.select(Need).where(col(Need.id).in_(some), due).order_by(col(Need.id)).with_for_update()
                for need in (await session.scalars(still)).all():
                    await steps.ask_or_suspend(session, need, policy, now)

        if ids:
            await at_once(ids, ask)
        if len(ids) < BATCH:
            return
