"""Licences of a licensor whom an office found never to have held the patent: contested until an office decides each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.errors import LicenceNotInState
from backend.licences.events import LicenceEvent, LicenceVoid, LicensorContested, LicensorContestEnded, append_event
from backend.licences.models import Licence
from backend.licences.policy import LicencePolicy
from backend.licences.royalties import service as royalties
from backend.licences.schemas import ContestDecision
from backend.licences.states import STANDS, LicenceStatus, LicenceStep, next_licence
from backend.patents.codes import HoldingState
from backend.patents.events import HoldingDisplaced
from backend.patents.holdings.rules import REFUSED
from backend.patents.queries import PatentAggregate
from backend.rights.entries import termination
from backend.rights.queries import in_this_patent

LICENSOR_DISPLACED: Final = "licensor_displaced"  # the status_reason of such a licence


async def contest_all_of(session: AsyncSession, event: DomainEvent[HoldingDisplaced], context: EventContext) -> None:
    """Mark every standing licence of the patent that the displaced holder granted; its licensees are told."""
    statement = sa.select(Licence).where(
        col(Licence.patent_id) == event.payload.patent_id,
        col(Licence.licensor_organisation_id) == event.payload.organisation_id,
        col(Licence.status).in_(sorted(STANDS)),
    )
    licences: Sequence[Licence] = (await session.scalars(statement.order_by(col(Licence.id)).with_for_update())).all()
    for licence in licences:
        await _contest(session, licence, context.now)


async def contest_where_displaced(
    session: AsyncSession, whole: PatentAggregate, licence: Licence, now: datetime
) -> None:
    """Mark a licence that takes effect, or comes back, after an office found that its licensor never held it."""
    if licence.status in STANDS and is_displaced(whole, licence.licensor_organisation_id):
        await _contest(session, licence, now)


def is_displaced(whole: PatentAggregate, organisation_id: str) -> bool:
    """Return whether the organisation holds the patent no more since an office refused that it ever did."""
    refused = (
        holding.organisation_id == organisation_id
        and holding.ended_on is None
        and (holding.ended_because or "").startswith(REFUSED)
        for holding, _ in whole.holders
        if holding.state is HoldingState.ENDED
    )
    return not whole.held_by(organisation_id) and any(refused)


async def _contest(session: AsyncSession, licence: Licence, now: datetime) -> None:
    if licence.status_reason == LICENSOR_DISPLACED:
        return
    licence.status = next_licence(licence.status, LicenceStep.CONTEST)
    licence.status_reason = LICENSOR_DISPLACED
    await _changed(session, licence, CertifiedStep.LICENSOR_CONTESTED, LicensorContested, now, None)


async def decide(
    session: AsyncSession,
    whole: PatentAggregate,
    licence: Licence,
    given: ContestDecision,
    caller: Caller,
    policy: LicencePolicy,
    now: datetime,
) -> None:
    """An office finds: dismissed, and the licence stands; upheld, and it never was. Raises LicenceNotInState."""
    if licence.status_reason != LICENSOR_DISPLACED or licence.status is not LicenceStatus.CONTESTED:
        raise LicenceNotInState(status=licence.status.value, step="decide")
    if given.outcome == "dismissed":
        waits = licence.starts_on > china_day(now)
        licence.status = next_licence(licence.status, LicenceStep.LET_WAIT if waits else LicenceStep.LET_STAND)
        licence.status_reason, licence.next_check = None, china_day(now)
        await _changed(session, licence, CertifiedStep.LICENSOR_CONTEST_ENDED, LicensorContestEnded, now, caller)
        return
    licence.status = next_licence(licence.status, LicenceStep.UPHOLD)
    licence.ended_on, licence.next_check = licence.effective_on, None
    await royalties.close(session, licence, policy, now)
    entry = await in_this_patent(session, whole, licence.right_id)
    if entry is not None and (entry.ended_on is None or entry.ended_on > licence.starts_on):
        await termination.end_entry(session, whole, entry, licence.starts_on, LICENSOR_DISPLACED, by=caller, now=now)
    await _changed(session, licence, CertifiedStep.ENDED, LicenceVoid, now, caller)


async def _changed(
    session: AsyncSession,
    licence: Licence,
    step: CertifiedStep,
    kind: type[LicenceEvent],
    now: datetime,
    caller: Caller | None,
) -> None:
    licence.chain = [*licence.chain, chained(step, china_day(now))]
    licence.version += 1
    await append_event(session, licence, kind, now, caller.user_id if caller else None)
