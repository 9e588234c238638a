"""The declared term of an open licence is over: it ends by itself, licences taken under it run on to their own end."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.open_licences.availability import (
    projection as availability_projection,
)
from backend.open_licences.availability import (
    service as availability,
)
from backend.open_licences.declarations.announcement import unlist
from backend.open_licences.declarations.termination import end_waiting, mark_ended
from backend.open_licences.events import OpenLicenceExpired, append_event
from backend.open_licences.models import OpenLicence, OpenLicenceStep
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import OpenStep, next_open
from backend.patents.queries import PatentAggregate


def is_over(declared: OpenLicence, now: datetime) -> bool:
    """Whether the declared term has no day left."""
    return declared.ends_on is not None and declared.ends_on < china_day(now)


async def expire(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, policy: OpenLicencePolicy, now: datetime
) -> None:
    """End an open licence whose term is over; the patent may be declared open anew."""
    if declared.ends_on is None:
        raise ValueError(declared.id)
    target, on = next_open(declared.status, OpenStep.EXPIRE), declared.ends_on + timedelta(days=1)
    declared.status, declared.withdrawn_on, declared.ended_reason = target, on, "term_over"
    declared.available, declared.unavailable, declared.checked_on = False, [], china_day(now)
    declared.version += 1
    session.add(
        OpenLicenceStep(
            open_licence_id=declared.id,
            step=OpenStep.EXPIRE.value,
            status=target,
            happened_on=on,
            recorded_at=now,
            recorded_by=declared.organisation_id,
        )
    )
    await availability_projection.show(session, declared)
    await end_waiting(session, declared, on, policy, now)
    await mark_ended(session, declared, on)
    await availability.end_duties(session, declared, "over", now)
    await unlist(session, declared, now)
    await append_event(session, declared, whole, OpenLicenceExpired, now)
