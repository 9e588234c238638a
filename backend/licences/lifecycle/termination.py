"""How licences end: their term is over, they are given up, or the right is gone."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.events import LicenceExpired, LicenceTerminated, append_event
from backend.licences.models import Licence
from backend.licences.policy import LicencePolicy
from backend.licences.royalties import service as royalties
from backend.licences.states import (
    RECORDABLE,
    LicenceStep,
    next_licence,
)
from backend.patents import queries as patent_queries
from backend.patents.codes import LegalStatus
from backend.patents.legal_events.status_rules import Standing, status_at
from backend.patents.queries import PatentAggregate
from backend.rights.entries import termination
from backend.rights.permissions.register_findings import ENDED
from backend.rights.queries import in_this_patent

GONE: Final = ENDED | {LegalStatus.INVALIDATED}


async def standing_by_authority(session: AsyncSession, whole: PatentAggregate, now: datetime) -> Standing:
    """Return how the right stands by the authority's word and its term alone.

    What a holder says of its own right neither ends nor brings back anybody else's licence.
    """
    patent = whole.patent
    facts = (await patent_queries.facts_of(session, [patent.id]))[patent.id]
    said = [fact for fact in facts if fact.by_authority]
    known_at = max([now, *(fact.recorded_at for fact in said)])
    return status_at(said, valid_on=china_day(now), known_at=known_at, expiry=patent.expiry_date)


async def right_ended_on(session: AsyncSession, whole: PatentAggregate, now: datetime) -> date | None:
    """Return the day on which the right ended, as far as that is certain; None: it is not said to have."""
    standing = await standing_by_authority(session, whole, now)
    return (standing.since or china_day(now)) if standing.status in GONE else None


async def end_licence(
    session: AsyncSession,
    whole: PatentAggregate,
    licence: Licence,
    step: LicenceStep,
    on: date,
    reason: str,
    policy: LicencePolicy,
    now: datetime,
    *,
    by: Caller | None = None,
) -> None:
    """End a licence on a day: its term is over, it was given up, or the right is gone (Civil Code, art. 865)."""
    licence.status, licence.status_reason = next_licence(licence.status, step), reason
    licence.ended_on = on
    if licence.status not in RECORDABLE:
        licence.next_check = None
    licence.chain = [*licence.chain, chained(CertifiedStep.ENDED, on)]
    licence.version += 1
    await royalties.close(session, licence, policy, now)
    entry = await in_this_patent(session, whole, licence.right_id)
    if entry is not None and entry.ended_on is None and step is not LicenceStep.EXPIRE:
        await termination.end_entry(session, whole, entry, max(on, entry.starts_on), reason, by=by, now=now)
    kind = LicenceExpired if step is LicenceStep.EXPIRE else LicenceTerminated
    await append_event(session, licence, kind, now, by.user_id if by else None)


async def expire_licence(
    session: AsyncSession, whole: PatentAggregate, licence: Licence, policy: LicencePolicy, now: datetime
) -> None:
    """End a licence whose term is over."""
    last = licence.ends_on + timedelta(days=1)
    await end_licence(session, whole, licence, LicenceStep.EXPIRE, last, "term_over", policy, now)


def is_over(licence: Licence, now: datetime) -> bool:
    """Whether the licence's term has ended."""
    return licence.ends_on < china_day(now)
