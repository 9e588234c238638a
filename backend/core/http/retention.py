"""Removes expired records of the core."""

from datetime import datetime

from backend.core.database.sessions import Database
from backend.core.http.idempotency import FORGET_OLD, KEPT_FOR


async def sweep(database: Database, _now: datetime) -> None:
    """Forget the answers that no Idempotency-Key gets again; real time counts, as in their keeping."""
    async with database.write() as session:
        await session.execute(FORGET_OLD, {"before": database.clock.real() - KEPT_FOR})
