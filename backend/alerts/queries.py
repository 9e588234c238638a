"""How alerts and their hits are found: a member's own, and nobody else's."""

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Member
from backend.alerts.models import Alert, AlertHit
from backend.alerts.schemas import HitsQuery
from backend.core.database.columns import table_of

ALERT: Final = table_of(Alert)
HIT: Final = table_of(AlertHit)


def owned_by(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which alerts are the caller's."""
    return sa.and_(col(Alert.user_id) == caller.user_id, col(Alert.organisation_id) == caller.organisation_id)


def alerts_of(caller: Caller) -> sa.Select[Any]:
    """Return the caller's alerts."""
    return sa.select(Alert).where(owned_by(caller))


async def alert_of(session: AsyncSession, caller: Caller, alert_id: str, *, lock: bool = False) -> Alert | None:
    """Return an alert of the caller's, held until the end of the transaction where it is locked."""
    statement = alerts_of(caller).where(col(Alert.id) == alert_id)
    found: Alert | None = (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()
    return found


async def locked_alert(session: AsyncSession, alert_id: str) -> Alert | None:
    """Return an alert, whoever asks, held until the end of the transaction."""
    return await session.get(Alert, alert_id, with_for_update=True, populate_existing=True)


async def count_of(session: AsyncSession, caller: Caller) -> int:
    """Return how many alerts the caller has; its membership is held, so that two do not count at once."""
    await session.execute(
        sa.select(col(Member.id))
        .where(
            col(Member.organisation_id) == caller.organisation_id,
            col(Member.user_id) == caller.user_id,
            col(Member.ended_at).is_(None),
        )
        .with_for_update()
    )
    return int((await session.execute(sa.select(sa.func.count()).where(owned_by(caller)))).scalar_one())


def hits_of(alert_id: str, query: HitsQuery) -> sa.Select[Any]:
    """Return the hits of an alert."""
    found = sa.select(AlertHit).where(col(AlertHit.alert_id) == alert_id)
    if query.notified is not None:
        is_notified = col(AlertHit.notified_at).is_not(None)
        found = found.where(is_notified if query.notified else sa.not_(is_notified))
    return found


async def unnotified_hits(session: AsyncSession, alert_ids: Collection[str]) -> dict[str, int]:
    """Return how many hits of each of the alerts wait for a digest."""
    statement = sa.select(HIT.c.alert_id, sa.func.count()).where(
        HIT.c.alert_id.in_(alert_ids), HIT.c.notified_at.is_(None)
    )
    rows: Any = await session.execute(statement.group_by(HIT.c.alert_id))
    return dict(rows.all())
