"""Notifies owners of alerts of what was found: one event for each digest, in the transaction that marks its hits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.alerts.events import AlertHitsFound, alert_event
from backend.alerts.policy import AlertPolicy
from backend.alerts.queries import ALERT, HIT
from backend.alerts.rules import waits_for_import
from backend.core.database.sessions import Database
from backend.core.events.log import append_many
from backend.imports.models import Import
from backend.imports.rules import Mode

AT_ONCE: Final = 100
NAMES: Final = ("id", "organisation_id", "user_id", "frequency", "waiting_since", "more_hits")
UNDER_WAY: Final = (
    sa.select(sa.literal(1))
    .select_from(HIT)
    .join(Import, col(Import.organisation_id) == HIT.c.source_organisation_id)
    .where(
        HIT.c.alert_id == ALERT.c.id,
        HIT.c.notified_at.is_(None),
        col(Import.mode) == Mode.APPLY,
        col(Import.finished_at).is_(None),
    )
    .exists()
    .label("is_importing")
)
DUE: Final = sa.and_(ALERT.c.notify_at <= sa.bindparam("now"), ALERT.c.paused.is_(False))


async def notify_due(database: Database, policy: AlertPolicy) -> int:
    """Notify owners whose alerts are due, some at a time, and return how many were looked at."""
    now = database.clock.now()
    async with database.read() as session:
        if (await session.execute(sa.select(ALERT.c.id).where(DUE).limit(1), {"now": now})).first() is None:
            return 0
    async with database.write() as session:
        statement = sa.select(*(ALERT.c[name] for name in NAMES), UNDER_WAY).where(DUE).order_by(ALERT.c.notify_at)
        locked = statement.limit(AT_ONCE).with_for_update(of=ALERT, skip_locked=True)
        alerts = (await session.execute(locked, {"now": now})).all()
        waiting = [alert for alert in alerts if _waits(alert, policy, now)]
        if waiting:
            later = sa.update(ALERT).where(ALERT.c.id.in_([alert.id for alert in waiting]))
            await session.execute(later.values(notify_at=now + policy.pause))
        await _notify(session, [alert for alert in alerts if alert not in waiting], now)
    return len(alerts)


def _waits(alert: Any, policy: AlertPolicy, now: datetime) -> bool:
    """Whether an import goes on by whose rows something was found, and not for too long."""
    return bool(alert.is_importing) and waits_for_import(alert.frequency, alert.waiting_since, now, policy.waiting)


async def _notify(session: AsyncSession, alerts: Sequence[Any], now: datetime) -> None:
    if not alerts:
        return
    ids = [alert.id for alert in alerts]
    marked = sa.update(HIT).where(HIT.c.alert_id.in_(ids), HIT.c.notified_at.is_(None)).values(notified_at=now)
    counts: dict[str, int] = {}
    for (alert_id,) in await session.execute(marked.returning(HIT.c.alert_id)):
        counts[alert_id] = counts.get(alert_id, 0) + 1
    values = {"notify_at": None, "waiting_since": None, "more_hits": 0}
    await session.execute(sa.update(ALERT).where(ALERT.c.id.in_(ids)).values(values))
    events = []
    for alert in alerts:
        if hits := counts.get(alert.id, 0):
            payload = AlertHitsFound(alert_id=alert.id, hits=hits, more=alert.more_hits, total=hits + alert.more_hits)
            events.append(alert_event(payload, alert.organisation_id, alert.user_id))
    await append_many(session, events, now)
