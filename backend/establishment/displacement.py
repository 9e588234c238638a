"""What follows when an office finds that a former holder never held the patent: what rested on its word ceases."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.log import append
from backend.establishment.acceptance import set_facts
from backend.listings import queries as listing_queries
from backend.listings.change_rules import Change, Step
from backend.listings.queries import IS_LIVING, LISTING, Row
from backend.listings.rules import Action, Side
from backend.listings.service import accepted, apply
from backend.patents.codes import HoldingState, ListingStatus
from backend.patents.errors import NoSuchHolding
from backend.patents.events import HoldingDisplaced, patent_updated
from backend.patents.fact_rules import EMPTY, FACTS
from backend.patents.holdings import service as holdings_service
from backend.patents.holdings.rules import REFUSED
from backend.patents.legal_events import service as events_service
from backend.patents.legal_events.withdrawal import withdraw_all_of
from backend.patents.models import Holding, Patent
from backend.patents.provenance_rules import remarked, stated
from backend.patents.queries import PatentAggregate

DISPLACED: Final = "recorder_displaced"  # why an event counts no more; the office's own reason is for whom it concerns
NEEDED: Final = ("title", "kind")
REASON: Final = Text("请说明理由。", "Give the reason.")


def chosen(target: PatentAggregate, holding_ids: Sequence[str], reason: str | None) -> list[Holding]:
    """Return the holdings that an office found to be wrong; raise NoSuchHolding, or Malformed without a reason."""
    living = {holding.id: holding for holding, _ in target.living}
    if any(one not in living for one in holding_ids):
        raise NoSuchHolding
    if holding_ids and reason is None:
        raise Malformed(errors=[FieldError("/reason", "missing", REASON)])
    return [living[one] for one in dict.fromkeys(holding_ids)]


async def displace(
    session: AsyncSession,
    target: PatentAggregate,
    holdings: Sequence[Holding],
    facts: dict[str, Any],
    heir: str,
    reason: str,
    caller: Caller,
    now: datetime,
) -> None:
    """End the holdings, and those of parties off the platform that rest on their word.

    The heir's facts take the place of those that no office stated, and listings come down. What was declared and taken
    on the former holder's word is dealt with by the domains that hear of it.
    """
    audience = [*([PUBLIC] if target.is_listed else []), *target.concerned(*(h.organisation_id for h in holdings))]
    for holding in holdings:
        await _end(session, target, holding, reason, caller, now)
    for holding in _named_by(target, {holding.organisation_id for holding in holdings}):
        await _end(session, target, holding, reason, caller, now)
    displaced = sorted({holding.organisation_id for holding in holdings if holding.organisation_id})
    _state_facts(target.patent, facts, heir, displaced)
    values = {(kind, getattr(target.patent, name)) for kind, name in events_service.FILLS.items()}
    await withdraw_all_of(session, target.patent.id, displaced, caller.organisation_id, DISPLACED, now, values)
    await events_service.recompute_status(session, target.patent, audience, now, actor=caller.user_id)
    for holding in holdings:
        payload = HoldingDisplaced(
            patent_id=target.patent.id,
            holding_id=holding.id,
            party_id=holding.party_id,
            organisation_id=holding.organisation_id,
            decided_by=caller.organisation_id,
        )
        await append(session, DomainEvent(payload, holding.id, audience, caller.user_id), now)
    await append(session, patent_updated(target.patent.id, audience, caller.user_id), now)


def _state_facts(patent: Patent, facts: dict[str, Any], heir: str, displaced: Container[str | None]) -> None:
    """Have the patent say what offices and the heir say of it; what only the displaced said is said no more.

    Its title and its kind stay until somebody says others: without a title there is no patent to speak of.
    """
    kept = stated(patent.set_by)
    changes = {name: facts[name] for name in FACTS if facts.get(name) not in EMPTY and name not in kept}
    set_facts(patent, {n: value for n, value in changes.items() if getattr(patent, n) != value})
    if patent.facts_by in displaced:
        unsaid = [name for name in FACTS if name not in (*changes, *kept, *NEEDED)]
        for name in unsaid:
            setattr(patent, name, [] if isinstance(getattr(patent, name), list) else None)
        patent.set_by = remarked(patent.set_by, unsaid, None)
    patent.facts_by = heir
    patent.version += 1


def _named_by(target: PatentAggregate, organisation_ids: Container[str | None]) -> list[Holding]:
    """Return the holdings of parties off the platform that rest on the word of the displaced alone.

    Those on the platform are the office's to name: they may speak for themselves.
    """
    return [
        holding
        for holding, _ in target.living
        if holding.organisation_id is None
        and holding.state is not HoldingState.VERIFIED
        and holding.recorded_by is not None
        and holding.recorded_by in organisation_ids
    ]


async def _end(
    session: AsyncSession, target: PatentAggregate, holding: Holding, reason: str, caller: Caller, now: datetime
) -> None:
    if holding.state is not HoldingState.ENDED:
        await holdings_service.end(session, target, holding, None, f"{REFUSED}{reason}", now, actor=caller.user_id)
    living = await listing_queries.locked_where(
        session,
        LISTING.c.patent_id == target.patent.id,
        LISTING.c.organisation_id == holding.organisation_id,
        IS_LIVING,
    )
    step = Step(Action.DELIST, Side.HOLDING, reason)
    changes = [Change(listing=row, steps=(step,), told=_seen_by(row)) for row in living]
    accepted(await apply(session, changes, now, actor=caller.user_id))


def _seen_by(listing: Row) -> tuple[str, ...]:
    """Return who saw the listing until the office spoke, whose word has suspended it meanwhile."""
    return (PUBLIC,) if listing["status"] is ListingStatus.SUSPENDED else ()
