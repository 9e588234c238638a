"""What changes about one listing; work on many at once is in `bulk`, what events bring in `event_handlers`."""

import contextlib
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.listings import queries, rules
from backend.listings.errors import AlreadyListed, ListingNotInState
from backend.listings.events import ListingCreated, ListingEvent, ListingUpdated
from backend.listings.rules import Action, Side
from backend.listings.schemas import ListedPatent, ListingIn, ListingOut, OfferedLicence, TermsPatch
from backend.patents.codes import ListingStatus
from backend.patents.errors import NoSuchPatent, NotEstablished, NotTheHolder
from backend.patents.models import Listing, Patent
from backend.patents.numbers.row_establishment import ensure_established
from backend.patents.queries import load

SHOWS: Final = frozenset({Action.PUBLISH, Action.RESUME})
TERMS: Final = ("deal_types", "price_fen", "price_note", "stage", "clusters", "keywords", "summary", "summary_en")


def shown(listing: Listing, patent: Any, offer: Any = None) -> ListingOut:
    """Return the listing as it is shown, with the register's facts of its patent and what is shown beside that."""
    about = ListedPatent(
        id=listing.patent_id,
        title=patent.title,
        title_en=patent.title_en,
        application_number=patent.application_number,
        publication_number=patent.publication_number,
        grant_number=patent.grant_number,
        legal_status=patent.legal_status,
    )
    values = listing.model_dump(exclude={"suspended_by"})
    licence = OfferedLicence(**offer.open_licence) if offer and offer.open_licence else None
    standing = (offer.barred if offer else None) or {}
    barred = {kind: codes for kind, codes in standing.items() if kind in listing.deal_types}
    return ListingOut(
        **values,
        suspended_by=Side(listing.suspended_by) if listing.suspended_by else None,
        patent=about,
        open_licence=licence,
        barred=barred,
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
) -> DomainEvent[ListingEvent]:
    """Return the event of a change of a listing; only what the public can see, or could until now, is told to it.

    Of one among many, changed `in_bulk`, no inbox tells.
    """
    audience = [PUBLIC, organisation_id] if public else [organisation_id]
    payload = kind(patent_id=patent_id, listing_id=listing_id, suspended_by=suspended_by)
    return DomainEvent(payload, listing_id, audience, actor, [organisation_id] if in_bulk else [])


async def _tell(
    session: AsyncSession, listing: Listing, kind: type[ListingEvent], now: datetime, *, public: bool, by: str
) -> None:
    event = event_of(
        kind,
        listing.id,
        listing.patent_id,
        listing.organisation_id,
        public=public,
        actor=by,
        suspended_by=listing.suspended_by,
    )
    await append(session, event, now)


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


async def create(session: AsyncSession, caller: Caller, given: ListingIn, now: datetime) -> tuple[Listing, Patent]:
    """Return a new draft; raises NoSuchPatent, NotTheHolder or AlreadyListed."""
    patent = await _held_patent(session, caller, given.patent_id)
    if await queries.living_listing_of(session, patent.id) is not None:
        raise AlreadyListed
    listing = Listing(
        id=new_id("lst"),
        patent_id=patent.id,
        organisation_id=caller.organisation_id,
        status=ListingStatus.DRAFT,
        created_at=now,
        **given.model_dump(include=set(TERMS)),
    )
    session.add(listing)
    await _tell(session, listing, ListingCreated, now, public=False, by=caller.user_id)
    return listing, patent


async def change(session: AsyncSession, caller: Caller, listing: Listing, patch: TermsPatch, now: datetime) -> Listing:
    """Return the listing with the named terms changed; one that is listed must stay fit to be shown."""
    if listing.status not in rules.LIVING:
        raise ListingNotInState(status=listing.status.value, action="change")
    before = listing.model_dump(include=set(TERMS))
    for name, value in patch.model_dump(exclude_unset=True).items():
        setattr(listing, name, value)
    if listing.model_dump(include=set(TERMS)) == before:
        return listing
    public = listing.status is ListingStatus.LISTED
    if public:
        rules.check_public(await queries.standing_of(session, listing))
    listing.version += 1
    await _tell(session, listing, ListingUpdated, now, public=public, by=caller.user_id)
    return listing


async def _establish(session: AsyncSession, patent_id: str, caller: Caller, now: datetime) -> None:
    """Have a patent be everybody's that only waits for it; what cannot be, the rules refuse."""
    whole = await load(session, patent_id)
    if whole is not None:
        with contextlib.suppress(NotEstablished):
            await ensure_established(session, whole, caller, now)


async def step(
    session: AsyncSession,
    caller: Caller,
    listing: Listing,
    action: Action,
    side: Side,
    reason: str | None,
    now: datetime,
) -> Listing:
    """Return the listing after the step; raises what `listing_rules.next_status` raises."""
    if action in SHOWS:
        await _establish(session, listing.patent_id, caller, now)
    target = rules.next_status(action, side, await queries.standing_of(session, listing))
    public = ListingStatus.LISTED in (listing.status, target)
    for name, value in rules.marks(action, side, target, reason, now).items():
        setattr(listing, name, value)
    listing.version += 1
    await _tell(session, listing, rules.PAST[action], now, public=public, by=caller.user_id)
    return listing
