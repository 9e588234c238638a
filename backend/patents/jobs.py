"""What time alone changes: terms end, events announced beforehand take effect, the calendar turns its page."""

from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.patents import queries
from backend.patents.legal_events.service import settle_all
from backend.patents.models import Patent

BATCH: Final = 200


async def sweep(database: Database, now: datetime) -> None:
    """Settle every patent whose day has come, in batches that let other writers through."""
    today = china_day(now)
    while await _settle_some(database, today, now) == BATCH:
        pass


async def _settle_some(database: Database, today: date, now: datetime) -> int:
    due = sa.select(col(Patent.id)).where(col(Patent.next_check) <= today).order_by(col(Patent.id)).limit(BATCH)
    async with database.read() as session:
        ids = (await session.scalars(due)).all()
    if not ids:
        return 0
    async with database.write() as session:
        await settle_all(session, await queries.lock_all(session, ids), now)
    return len(ids)
