"""What the verification of an organisation means for the open licences that it leads, in the same transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.events import OrganisationRefused, OrganisationVerified
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.core.events.log import append_many
from backend.licences.models import Licence
from backend.licences.states import STANDS
from backend.open_licences.availability import projection as availability_projection
from backend.open_licences.availability.service import NOT_VERIFIED
from backend.open_licences.events import (
    OpenLicenceEvent,
    OpenLicenceResumed,
    OpenLicenceSuspended,
    open_licence_changed,
)
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.states import OPEN, WAITING
from backend.patents.codes import HoldingState
from backend.patents.models import Holding, Patent, PatentAvailability

AT_ONCE: Final = 400
LED: Final = sa.and_(
    col(OpenLicence.organisation_id) == sa.bindparam("organisation_id"), col(OpenLicence.status).in_(sorted(OPEN))
)
PATENTS: Final = (
    sa.select(col(Patent.id))
    .where(col(Patent.id).in_(sa.select(col(OpenLicence.patent_id)).where(LED)))
    .order_by(col(Patent.id))
    .with_for_update()
)
DECLARED: Final = sa.select(OpenLicence).where(LED).order_by(col(OpenLicence.patent_id)).with_for_update()


async def _refused(session: AsyncSession, event: DomainEvent[OrganisationRefused], context: EventContext) -> None:
    """At once: nobody takes another licence of whoever is verified no more."""
    await _bring_in_line(session, event.subject, context.now, verified=False)


async def _verified(session: AsyncSession, event: DomainEvent[OrganisationVerified], context: EventContext) -> None:
    await _bring_in_line(session, event.subject, context.now, verified=True)


async def _bring_in_line(session: AsyncSession, organisation_id: str, at: datetime, *, verified: bool) -> None:
    """Add or lift the bar on each that the organisation leads; what bars it otherwise is known and stays."""
    parameters = {"organisation_id": organisation_id}
    await session.execute(PATENTS, parameters)  # first, as whoever changes an open licence does
    led = (await session.scalars(DECLARED, parameters, execution_options={"populate_existing": True})).all()
    for start in range(0, len(led), AT_ONCE):
        await _mark(session, led[start : start + AT_ONCE], at, verified=verified)


async def _mark(session: AsyncSession, led: Sequence[OpenLicence], at: datetime, *, verified: bool) -> None:
    audiences = await _audiences(session, led)
    statement = sa.select(PatentAvailability).where(
        col(PatentAvailability.patent_id).in_([one.patent_id for one in led])
    )
    await session.scalars(statement)  # so that showing each asks no more
    changed = []
    for declared in led:
        others = [reason for reason in declared.unavailable if reason["code"] != NOT_VERIFIED["code"]]
        against = others if verified else [*others, NOT_VERIFIED]
        if against == declared.unavailable:
            continue
        declared.available, declared.unavailable = not against, against
        declared.version += 1
        await availability_projection.show(session, declared)
        changed.append(_happened(declared, sorted(audiences[declared.id])))
    await append_many(session, changed, at)


def _happened(declared: OpenLicence, audience: Sequence[str]) -> DomainEvent[OpenLicenceEvent]:
    kind = OpenLicenceResumed if declared.available else OpenLicenceSuspended
    return open_licence_changed(kind, declared.patent_id, declared.id, [PUBLIC, *audience])


async def _audiences(session: AsyncSession, led: Sequence[OpenLicence]) -> dict[str, set[str]]:
    """Return whom each concerns: whoever leads it, the patent's holders, its licensees."""
    found: dict[str, set[str]] = defaultdict(set)
    holders: dict[str, set[str]] = defaultdict(set)
    statement = sa.select(col(Holding.patent_id), col(Holding.organisation_id)).where(
        col(Holding.patent_id).in_([one.patent_id for one in led]),
        col(Holding.state) != HoldingState.ENDED,
        col(Holding.organisation_id).is_not(None),
    )
    for patent_id, holder in await session.execute(statement):
        holders[patent_id].add(str(holder))
    for one in led:
        found[one.id] |= {one.organisation_id, *holders[one.patent_id]}
    ids = [one.id for one in led]
    sources = (
        (Notice, col(Notice.open_licence_id), WAITING),
        (Licence, col(Licence.offer_id), STANDS),
    )
    for table, under, states in sources:
        licensees = sa.select(under, col(table.licensee_organisation_id)).where(
            under.in_(ids), col(table.status).in_(sorted(states))
        )
        for open_licence_id, organisation_id in await session.execute(licensees):
            found[str(open_licence_id)].add(organisation_id)
    return found


SYNC_HANDLERS: Final[SyncHandlerTable] = {
    OrganisationRefused: [_refused],
    OrganisationVerified: [_verified],
}
