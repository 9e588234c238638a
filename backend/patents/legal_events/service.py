"""Legal events: recorded once, in one transaction with all that follows from them."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append, append_many
from backend.core.ids import new_id
from backend.patents import queries
from backend.patents.codes import EventKind, LegalStatus
from backend.patents.events import LegalEventRecorded, PatentEvent, patent_status_changed, patent_updated
from backend.patents.fact_rules import folded
from backend.patents.holdings import service as holdings_service
from backend.patents.legal_events.derived_status import settled
from backend.patents.legal_events.status_rules import Fact, digest_of
from backend.patents.legal_events.withdrawal import counted
from backend.patents.models import LegalEvent, Patent
from backend.patents.provenance_rules import STATUS, by_hand, remarked
from backend.patents.queries import PatentAggregate
from backend.patents.record_schemas import LegalEventIn

DETAILS: Final = frozenset({"year", "status", "from_holders", "to_holders", "note", "finding", "basis"})
FILLS: Final = {EventKind.PUBLISHED: "publication_date", EventKind.GRANTED: "grant_date"}
NOT_YET: Final = Text("该日期尚未到来。", "That day has not come yet.")


def new_event(
    patent_id: str,
    kind: EventKind,
    effective_on: date,
    *,
    source: str,
    caller: Caller,
    now: datetime,
    announced_on: date | None = None,
    details: Mapping[str, Any] | None = None,
) -> LegalEvent:
    """Return a legal event as the caller records it; an office's word is the authority's."""
    by_authority = queries.is_office(caller)
    said = dict(details or {})
    return LegalEvent(
        id=new_id("leg"),
        patent_id=patent_id,
        kind=kind,
        effective_on=effective_on,
        announced_on=announced_on,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        source=source,
        by_authority=by_authority,
        details=said,
        digest=digest_of(kind, effective_on, said, by_authority=by_authority),
    )


async def recompute_status(
    session: AsyncSession,
    patent: Patent,
    audience: Sequence[str],
    now: datetime,
    *,
    is_new: bool = False,
    actor: str | None = None,
) -> bool:
    """Bring the row's status, term and annuity in line with its facts and events; tell whether the status changed.

    A changed status is an event `patent.status_changed`, whose inline consequences happen in the same transaction; a
    new row's first status is none.
    """
    await session.flush()
    facts = await queries.facts_of(session, [patent.id])
    happened = _align(patent, facts[patent.id], audience, now, is_new=is_new, actor=actor)
    if happened is not None:
        await append(session, happened, now)
    return happened is not None


async def settle_all(session: AsyncSession, wholes: Sequence[PatentAggregate], now: datetime) -> None:
    """Settle many locked rows at once."""
    facts = await queries.facts_of(session, [whole.patent.id for whole in wholes])
    happenings = [_settled_alone(whole, facts[whole.patent.id], now) for whole in wholes]
    await append_many(session, [happened for happened in happenings if happened is not None], now)


def _settled_alone(whole: PatentAggregate, facts: Sequence[Fact], now: datetime) -> DomainEvent[PatentEvent] | None:
    """Settle by time alone; also a status that stays, by another's word or since another day, is told."""
    patent = whole.patent
    before = (patent.status_since, patent.status_source)
    happened = _align(patent, facts, whole.audience, now)
    if happened is not None or (patent.status_since, patent.status_source) == before:
        return happened
    patent.version += 1
    patent.updated_at = now
    return patent_updated(patent.id, whole.audience)


def _align(
    patent: Patent,
    facts: Sequence[Fact],
    audience: Sequence[str],
    now: datetime,
    *,
    is_new: bool = False,
    actor: str | None = None,
) -> DomainEvent[PatentEvent] | None:
    before = patent.legal_status
    for name, value in settled(patent, facts, today=china_day(now), now=now).items():
        setattr(patent, name, value)
    if is_new or patent.legal_status is before:
        return None
    patent.version += 1
    patent.updated_at = now
    return patent_status_changed(patent.id, patent.legal_status, before, audience, actor)


async def record(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: LegalEventIn, now: datetime,
    speaks_for: AbstractSet[str] = frozenset(),
) -> tuple[LegalEvent, bool]:  # fmt: skip
    """Return the legal event and whether it is new; one that is on record already changes nothing.

    `speaks_for` are parties whose holdings a change of holders ends by the caller's word, beside its own.
    """
    patent = whole.patent
    details = given.model_dump(mode="json", include=set(DETAILS), exclude_defaults=True)
    event = new_event(
        patent.id,
        given.kind,
        given.effective_on,
        source=given.source,
        caller=caller,
        now=now,
        announced_on=given.announced_on,
        details=details,
    )
    known = await _known(session, event)
    if known is not None:
        return known, False
    if given.kind is EventKind.HOLDER_CHANGED:
        await _change_holders(session, whole, caller, given, now, speaks_for)
    session.add(event)
    status_changed = await _apply(session, whole, caller, given, now)
    payload = LegalEventRecorded(
        patent_id=patent.id, legal_event_id=event.id, kind=event.kind, status_changed=status_changed
    )
    await append(session, DomainEvent(payload, patent.id, whole.audience, caller.user_id), now)
    return event, True


async def _apply(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: LegalEventIn, now: datetime
) -> bool:
    """Bring the patent in line with the event; return whether its status changed."""
    patent, filled = whole.patent, FILLS.get(given.kind)
    if filled and getattr(patent, filled) is None:
        setattr(patent, filled, given.effective_on)
    if await recompute_status(session, patent, whole.audience, now, actor=caller.user_id):
        patent.set_by = remarked(patent.set_by, [STATUS], by_hand(by_office=queries.is_office(caller)))
        return True
    patent.version += 1
    patent.updated_at = now
    return False


async def _known(session: AsyncSession, event: LegalEvent) -> LegalEvent | None:
    if event.kind is EventKind.HOLDER_CHANGED:
        return await _known_change(session, event)
    digests = {event.digest, digest_of(event.kind, event.effective_on, event.details, by_authority=True)}
    statement = sa.select(LegalEvent).where(
        col(LegalEvent.patent_id) == event.patent_id, col(LegalEvent.digest).in_(digests)
    )
    return (await session.scalars(statement)).first()


async def _known_change(session: AsyncSession, event: LegalEvent) -> LegalEvent | None:
    """Return the change of holders on record that tells the same, though it may not say from whom the patent passed."""
    statement = sa.select(LegalEvent).where(
        col(LegalEvent.patent_id) == event.patent_id,
        col(LegalEvent.kind) == event.kind,
        col(LegalEvent.effective_on) == event.effective_on,
    )
    told = queries.fact_of(event)
    found = (one for one in await session.scalars(statement) if counted(one.details))
    same = (one for one in found if queries.fact_of(one).is_same_fact(told))
    return next((one for one in same if one.by_authority or not event.by_authority), None)


async def _change_holders(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: LegalEventIn, now: datetime,
    speaks_for: AbstractSet[str],
) -> None:  # fmt: skip
    """The old holders' holdings end on the day, the new holders' begin; a holder speaks for its own holding only.

    Who holds it before and after stays.
    """
    if given.effective_on > china_day(now):
        raise Malformed(errors=[FieldError("/effective_on", "in_the_future", NOT_YET)])
    named = {folded(name) for name in given.from_holders}
    staying = {folded(name) for name in given.to_holders}
    by_office = queries.is_office(caller)
    for holding, name in whole.living:
        is_meant = folded(name) not in staying and (not named or folded(name) in named)
        is_its_word = by_office or holding.organisation_id == caller.organisation_id or holding.party_id in speaks_for
        if is_meant and is_its_word:
            on, why = given.effective_on, given.kind.value
            await holdings_service.end(session, whole, holding, on, why, now, actor=caller.user_id)
    await holdings_service.begin_all(session, whole, caller, given.to_holders, given.effective_on, now)


async def state_facts(
    session: AsyncSession,
    patent: Patent,
    caller: Caller,
    *,
    changes: Mapping[str, Any],
    now: datetime,
    legal_status: LegalStatus | None = None,
    checked_on: date | None = None,
) -> None:
    """Record what an entry says of the patent's standing: its publication, its grant, its reported status."""
    source = "stated by an office" if queries.is_office(caller) else "stated by the holder"
    said: list[tuple[EventKind, date, dict[str, Any]]] = [
        (kind, changes[name], {}) for kind, name in FILLS.items() if changes.get(name)
    ]
    if legal_status not in (None, LegalStatus.UNKNOWN):
        said.append((EventKind.STATUS_REPORTED, checked_on or china_day(now), {"status": legal_status.value}))
        patent.set_by = remarked(patent.set_by, [STATUS], by_hand(by_office=queries.is_office(caller)))
    for kind, day, details in said:
        event = new_event(patent.id, kind, day, source=source, caller=caller, now=now, details=details)
        if await _known(session, event) is None:
            session.add(event)


async def move(session: AsyncSession, of: str, into: str) -> None:
    """Have the legal events of a patent be another's; of those that both know, each keeps its copy."""
    known = sa.select(col(LegalEvent.digest)).where(col(LegalEvent.patent_id) == into)
    new = col(LegalEvent.digest).not_in(known.scalar_subquery())
    moved = sa.update(LegalEvent).where(col(LegalEvent.patent_id) == of, new).values(patent_id=into)
    await session.execute(moved.execution_options(synchronize_session=False))
