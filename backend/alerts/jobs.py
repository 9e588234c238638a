"""What goes on by itself about alerts: finding, notifying, and forgetting what was found long ago."""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from backend.alerts.evaluation.digests import notify_due
from backend.alerts.evaluation.evaluator import AlertEvaluator
from backend.alerts.policy import alert_policy
from backend.alerts.queries import HIT
from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.domain import ServiceSite
from backend.core.events import stream
from backend.needs.search.search_index import INDEX as NEEDS_INDEX
from backend.patent_search.search_index import INDEX as PATENTS_INDEX

POLL: Final = 0.5  # seconds between two looks at the stream
NOTIFY_POLL: Final = 1.0  # … and at what is due
AT_ONCE: Final = 2_000  # hits forgotten in one transaction, so that other writers get their turn
INDEXES: Final = {index.name: index for index in (PATENTS_INDEX, NEEDS_INDEX)}


@contextlib.asynccontextmanager
async def alerting(site: ServiceSite) -> AsyncIterator[None]:
    """Find and notify until the end, in a process that works; one without an index leaves the finding to others."""
    if not site.works:
        yield
        return
    database, policy = site.database, alert_policy(site.database.settings)
    work = [stream.follow(lambda: notify_due(database, policy), None, None, NOTIFY_POLL)]
    if INDEXES.keys() <= site.engines.keys():
        evaluator = AlertEvaluator(database, INDEXES, site.engines, policy)
        work.append(stream.follow(evaluator.step, None, None, POLL))
    async with beside(*work):
        yield


async def sweep(database: Database, now: datetime) -> None:
    """Forget hits older than they are kept."""
    before = now - timedelta(days=database.settings.alert_hits_kept_days)
    while await _forget_some(database, before) == AT_ONCE:
        pass


async def _forget_some(database: Database, before: datetime) -> int:
    old = sa.select(HIT.c.number).where(HIT.c.found_at < before).order_by(HIT.c.found_at).limit(AT_ONCE)
    async with database.read() as session:
        numbers = (await session.scalars(old)).all()
    if numbers:
        async with database.write() as session:
            await session.execute(sa.delete(HIT).where(HIT.c.number.in_(numbers)))
    return len(numbers)
