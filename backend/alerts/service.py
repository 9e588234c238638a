"""What changes of alerts: made, changed, paused, deleted."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_own_quota
from backend.alerts import queries
from backend.alerts.errors import NothingToWatch, TooManyAlerts
from backend.alerts.events import AlertDeleted, AlertEvent, AlertPaused, AlertStarted, AlertUpdated, alert_event
from backend.alerts.models import Alert, AlertMatch
from backend.alerts.policy import AlertPolicy
from backend.alerts.rules import notify_at
from backend.alerts.saved_queries import hash_of, stored_query
from backend.alerts.schemas import AlertIn, AlertPatch
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.patent_search.errors import GradeUnknown
from backend.patents import queries as patent_queries


async def create(
    session: AsyncSession, caller: Caller, body: AlertIn, policy: AlertPolicy, quotas: QuotaPolicy, now: datetime
) -> Alert:
    """Return a new alert; raises NothingToWatch, GradeUnknown, TooManyAlerts, QuotaUsedUp."""
    await _check_watched(session, caller, body, policy)
    most = policy.most_of(caller)
    if await queries.count_of(session, caller) >= most:
        raise TooManyAlerts(limit=most)
    await use_own_quota(session, caller, Quota.ALERTS, quotas)
    query = stored_query(body)
    alert = Alert(
        id=new_id("alert"),
        organisation_id=caller.organisation_id,
        user_id=caller.user_id,
        kind=body.kind,
        name=body.name,
        query=query,
        query_hash=hash_of(body.kind, query),
        patent_id=body.patent_id,
        holder_id=body.holder_id,
        frequency=body.frequency,
        created_at=now,
    )
    session.add(alert)
    await _append(session, alert, _started(alert), now)
    return alert


async def _check_watched(session: AsyncSession, caller: Caller, body: AlertIn, policy: AlertPolicy) -> None:
    """Raise GradeUnknown or NothingToWatch. A holder may be anybody: one that nobody knows of lists nothing."""
    if body.search is not None and not {*body.search.grade} <= {*policy.grades}:
        raise GradeUnknown(grades=", ".join(policy.grades))
    if body.patent_id is not None:
        whole = await patent_queries.load(session, body.patent_id)
        if whole is None or whole.patent.merged_into is not None or not patent_queries.may_see(caller, whole):
            raise NothingToWatch


async def edit(
    session: AsyncSession,
    caller: Caller,
    alert: Alert,
    patch: AlertPatch,
    policy: AlertPolicy,
    quotas: QuotaPolicy,
    now: datetime,
) -> Alert:
    """Return the alert with what is named changed; one that goes on after a pause begins anew."""
    before = alert.name, alert.frequency
    if "name" in patch.model_fields_set:
        alert.name = patch.name
    if "frequency" in patch.model_fields_set:
        alert.frequency = patch.frequency
    event: AlertEvent | None = AlertUpdated(alert_id=alert.id) if before != (alert.name, alert.frequency) else None
    if "paused" in patch.model_fields_set and patch.paused is not alert.paused:
        if patch.paused:
            event = stop(alert)
        else:
            await use_own_quota(session, caller, Quota.ALERTS, quotas)
            event = await _resume(session, alert, policy, now)
    if event is not None:
        alert.version += 1
        await _append(session, alert, event, now)
    return alert


async def _resume(session: AsyncSession, alert: Alert, policy: AlertPolicy, now: datetime) -> AlertEvent:
    """Let a paused alert begin anew, with a digest of the hits that waited, and return what tells so."""
    alert.paused, alert.run = False, alert.run + 1
    alert.started_at_event = alert.known_from = None
    if await queries.unnotified_hits(session, [alert.id]):
        alert.waiting_since, alert.notify_at = now, notify_at(alert.frequency, now, now, policy.waiting)
    else:
        alert.more_hits = 0  # they went with the hits that were forgotten meanwhile
    await session.execute(sa.delete(AlertMatch).where(col(AlertMatch.alert_id) == alert.id))
    return _started(alert)


def _started(alert: Alert) -> AlertEvent:
    return AlertStarted(alert_id=alert.id, run=alert.run)


def stop(alert: Alert) -> AlertEvent:
    """Pause an alert, and return what tells so; its hits without a digest wait until it goes on."""
    alert.paused, alert.notify_at, alert.waiting_since = True, None, None
    return AlertPaused(alert_id=alert.id)


async def unsubscribe(session: AsyncSession, alert: Alert, now: datetime) -> None:
    """Pause an alert by the link of an e-mail; a second time changes nothing."""
    if not alert.paused:
        event = stop(alert)
        alert.version += 1
        await _append(session, alert, event, now)


async def delete(session: AsyncSession, alert: Alert, now: datetime) -> None:
    """Delete an alert with all that it found."""
    await session.delete(alert)
    await session.flush()
    await _append(session, alert, AlertDeleted(alert_id=alert.id), now)


async def _append(session: AsyncSession, alert: Alert, payload: AlertEvent, now: datetime) -> None:
    await append(session, alert_event(payload, alert.organisation_id, alert.user_id, alert.user_id), now)
