"""The open licence of a holder whom an office found never to have held the patent: it ends, so that others may declare.

Licences taken under it are not ended by that: an office decides about each.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.licences.lifecycle.licensor_contests import LICENSOR_DISPLACED
from backend.open_licences.availability import (
    projection as availability_projection,
)
from backend.open_licences.availability import (
    service as availability,
)
from backend.open_licences.declarations.announcement import unlist
from backend.open_licences.declarations.steps import EVENT_OF
from backend.open_licences.declarations.termination import end_waiting, mark_ended
from backend.open_licences.events import append_event
from backend.open_licences.models import OpenLicence, OpenLicenceStep
from backend.open_licences.policy import OpenLicencePolicy, open_licence_policy
from backend.open_licences.states import LIVING, OPEN, OpenStep, next_open
from backend.patents import queries as patent_queries
from backend.patents.events import HoldingDisplaced
from backend.patents.queries import PatentAggregate
from backend.rights.entries import termination
from backend.rights.queries import in_this_patent


async def end_declaration(session: AsyncSession, event: DomainEvent[HoldingDisplaced], context: EventContext) -> None:
    """End what the displaced holder has under way or announced; its drafts hinder nobody."""
    statement = sa.select(OpenLicence).where(
        col(OpenLicence.patent_id) == event.payload.patent_id,
        col(OpenLicence.organisation_id) == event.payload.organisation_id,
        col(OpenLicence.status).in_(sorted(LIVING)),
    )
    declared = (await session.scalars(statement.with_for_update())).first()
    whole = await patent_queries.load(session, event.payload.patent_id, lock=True) if declared else None
    if declared is None or whole is None:
        return
    announced = declared.status in OPEN
    step = OpenStep.TERMINATE if announced else OpenStep.TAKE_BACK
    declared.status, declared.ended_reason = next_open(declared.status, step), LICENSOR_DISPLACED
    declared.version += 1
    session.add(
        OpenLicenceStep(
            open_licence_id=declared.id,
            step=step.value,
            status=declared.status,
            happened_on=china_day(context.now),
            recorded_at=context.now,
            recorded_by=event.payload.decided_by,
            by_authority=True,
        )
    )
    if announced:
        await _close(session, whole, declared, open_licence_policy(context.settings), context.now)
    await append_event(session, declared, whole, EVENT_OF[step], context.now, event.actor)


async def _close(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, policy: OpenLicencePolicy, now: datetime
) -> None:
    """Nobody takes it any more; whoever had to tell the licensees has to tell them still."""
    today = china_day(now)
    declared.withdrawn_on, declared.available, declared.unavailable = today, False, []
    await availability_projection.show(session, declared)
    entry = await in_this_patent(session, whole, declared.right_id or "")
    if entry is not None and entry.ended_on is None:
        await termination.end_entry(
            session, whole, entry, max(today, entry.starts_on), LICENSOR_DISPLACED, by=None, now=now
        )
    await end_waiting(session, declared, today, policy, now)
    await mark_ended(session, declared, today)
    await availability.end_duties(session, declared, "over", now, kind=availability.WITHDRAW)
    await unlist(session, declared, now)
