"""The scheduled sweep: forgets what is thirty days old."""

from datetime import datetime

import sqlalchemy as sa

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.unanswered_searches.queries import must_forget
from backend.unanswered_searches.service import forget


async def sweep(database: Database, now: datetime) -> None:
    """Forget what is due; nothing due writes nothing."""
    today = china_day(now)
    async with database.read() as session:
        is_due = (await session.execute(sa.select(must_forget(today)))).scalar_one()
    if is_due:
        async with database.write() as session:
            await forget(session, today)
