"""What changes about listings, one or many: nothing else writes their table."""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.database.bulk_writes import change_many, flush, put_many
from backend.core.errors import Problem
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.log import append_many
from backend.core.ids import new_id
from backend.listings import queries, rules
from backend.listings.change_rules import TERMS, Change, Decided, Step, decide, new_row
from backend.listings.errors import AlreadyListed, ListingNotInState
from backend.listings.events import ListingEvent
from backend.listings.queries import LISTING, Row
from backend.listings.rules import Action, Side
from backend.listings.schemas import ListingIn, TermsPatch
from backend.patents.codes import ListingStatus
from backend.patents.errors import NoSuchPatent, NotEstablished, NotTheHolder
from backend.patents.models import Listing, Patent
from backend.patents.numbers.row_establishment import ensure_established
from backend.patents.queries import load

SHOWS: Final = frozenset({Action.PUBLISH, Action.RESUME})


async def apply(
    session: AsyncSession, changes: Sequence[Change], now: datetime, *, actor: str | None, in_bulk: bool = False
) -> list[Decided | Problem]:
    """Return what became of each listing, in the order of the changes, or the refusal that left it as it was.

    What may be is written in few statements, however many they are, and its events are appended. Two changes of one
    batch are of two listings; one that ends a listing comes before one that puts another in its place.
    """
    outcomes = [_decided(change, now) for change in changes]
    decided = [one for one in outcomes if isinstance(one, Decided)]
    await flush(session)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for one in decided:
        if one.changed and not one.is_new:
            alike[tuple(one.changed)].append({**one.changed, "known_id": one.values["id"]})
    for names, rows in alike.items():
        await change_many(session, LISTING, names, rows)
    await put_many(session, LISTING, [one.values for one in decided if one.is_new])
    await append_many(session, [_event(one, one.event, actor, in_bulk) for one in decided if one.event], now)
    return outcomes


def _decided(change: Change, now: datetime) -> Decided | Problem:
    try:
        return decide(change, now)
    except Problem as refusal:
        return refusal


def accepted(outcomes: Sequence[Decided | Problem]) -> list[dict[str, Any]]:
    """Return the listings as they are now; raise the first refusal, if any of the changes was refused."""
    rows = []
    for one in outcomes:
        if isinstance(one, Problem):
            raise one
        rows.append(one.values)
    return rows


def _event(decided: Decided, kind: type[ListingEvent], actor: str | None, in_bulk: bool) -> DomainEvent[ListingEvent]:
    values = decided.values
    return event_of(
        kind,
        values["id"],
        decided.event_patent_id,
        values["organisation_id"],
        public=decided.public,
        actor=actor,
        suspended_by=values["suspended_by"],
        in_bulk=in_bulk,
        told=decided.told,
    )


def event_of(
    kind: type[ListingEvent],
    listing_id: str,
    patent_id: str,
    organisation_id: str,
    *,
    public: bool,
    actor: str | None = None,
    suspended_by: str | None = None,
    in_bulk: bool = False,
    told: Collection[str] = (),
) -> DomainEvent[ListingEvent]:
    """Return the event of a change of a listing; only what the public can see, or could until now, is told to it.

    Of one among many, changed `in_bulk`, no inbox tells.
    """
    audience = [PUBLIC, organisation_id] if public or PUBLIC in told else [organisation_id]
    audience += sorted({*told} - {*audience})
    payload = kind(patent_id=patent_id, listing_id=listing_id, suspended_by=suspended_by)
    return DomainEvent(payload, listing_id, audience, actor, [organisation_id] if in_bulk else [])


async def _held_patent(session: AsyncSession, caller: Caller, patent_id: str) -> Patent:
    """Return the patent, locked; NoSuchPatent where the caller may not see it, NotTheHolder where it holds no share."""
    patent = await session.get(Patent, patent_id, with_for_update=True)
    if patent is not None and patent.merged_into is not None:
        patent = await session.get(Patent, patent.merged_into, with_for_update=True)
    if patent is None:
        raise NoSuchPatent
    if await queries.holding_states(session, [(patent.id, caller.organisation_id)]):
        return patent
    seen = sa.select(col(Listing.id)).where(col(Listing.patent_id) == patent.id, queries.visible_to(caller)).limit(1)
    if caller.is_platform or caller.is_authority or (await session.execute(seen)).first() is not None:
        raise NotTheHolder
    raise NoSuchPatent


async def create(session: AsyncSession, caller: Caller, given: ListingIn, now: datetime) -> tuple[Row, Patent]:
    """Return a new draft; raises NoSuchPatent, NotTheHolder or AlreadyListed."""
    patent = await _held_patent(session, caller, given.patent_id)
    if await queries.living_listing_of(session, patent.id) is not None:
        raise AlreadyListed
    row = new_row(new_id("lst"), patent.id, caller.organisation_id, now)
    change = Change(listing=row, is_new=True, terms=given.model_dump(include=set(TERMS)))
    (listing,) = accepted(await apply(session, [change], now, actor=caller.user_id))
    return listing, patent


async def edit(session: AsyncSession, caller: Caller, listing: Row, patch: TermsPatch, now: datetime) -> Row:
    """Return the listing with the named terms changed; one that is listed must stay fit to be shown."""
    if listing["status"] not in rules.LIVING:
        raise ListingNotInState(status=listing["status"].value, action="change")
    backing = await queries.backing_of(session, listing) if listing["status"] is ListingStatus.LISTED else None
    change = Change(listing=listing, terms=patch.model_dump(exclude_unset=True), backing=backing)
    (row,) = accepted(await apply(session, [change], now, actor=caller.user_id))
    return row


async def _establish(session: AsyncSession, patent_id: str, caller: Caller, quotas: QuotaPolicy, now: datetime) -> None:
    """Have a patent be everybody's that only waits for it; what cannot be, the rules refuse."""
    whole = await load(session, patent_id)
    if whole is not None:
        with contextlib.suppress(NotEstablished):
            await ensure_established(session, whole, caller, quotas, now)


async def take_step(
    session: AsyncSession, caller: Caller, listing: Row, step: Step, quotas: QuotaPolicy, now: datetime
) -> Row:
    """Return the listing after the step of a member; raises what `rules.next_status` raises."""
    if step.action in SHOWS:
        await _establish(session, listing["patent_id"], caller, quotas, now)
    change = Change(listing=listing, steps=(step,), backing=await queries.backing_of(session, listing))
    (row,) = accepted(await apply(session, [change], now, actor=caller.user_id))
    return row


async def take_consequence(
    session: AsyncSession, listings: Sequence[Row], step: Step, now: datetime, *, actor: str | None
) -> None:
    """Take a step of many listings that follows from something else, whatever its side."""
    accepted(await apply(session, [Change(listing=row, steps=(step,)) for row in listings], now, actor=actor))


async def suspend(
    session: AsyncSession, which: sa.ColumnElement[bool], side: Side, reason: str | None, now: datetime
) -> None:
    """Suspend those of the listings `which` that are shown, and tell of it."""
    shown = await queries.locked_where(session, which, LISTING.c.status == ListingStatus.LISTED)
    await take_consequence(session, shown, Step(Action.SUSPEND, side, reason), now, actor=None)


async def move_living(session: AsyncSession, of: str, to: str, now: datetime, *, actor: str | None) -> None:
    """Move the living listing of a patent to another one, whose events tell of it; raise AlreadyListed."""
    if await queries.living_listing_of(session, to) is not None:
        raise AlreadyListed
    living = await queries.locked_where(session, LISTING.c.patent_id == of, queries.IS_LIVING)
    accepted(await apply(session, [Change(listing=row, moves_to=to) for row in living], now, actor=actor))
