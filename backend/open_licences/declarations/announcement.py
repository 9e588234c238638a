"""What the announcement of an open licence brings with it: its entry in the ledger, and a place in the listings."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.queries import is_verified
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.licences.models import OpenLicence
from backend.listings.events import ListingDelisted, ListingPublished
from backend.listings.rules import BARRED
from backend.listings.service import event_of
from backend.open_licences.declarations.schemas import Announcement
from backend.patents.codes import DealType, ListingStatus
from backend.patents.models import Listing
from backend.patents.queries import PatentAggregate
from backend.rights.codes import LicenceType, Origin, RightKind
from backend.rights.entries import service as rights
from backend.rights.models import RightEntry
from backend.rights.queries import ledger_of
from backend.rights.scope_rules import Period

SHUTS_OUT: Final = (LicenceType.EXCLUSIVE, LicenceType.SOLE)
UNPUBLISHED: Final = frozenset({ListingStatus.DRAFT, ListingStatus.SUBMITTED})
AS_DECLARED: Final = "以开放许可声明的使用费为准 (as declared in the open licence)"


async def enter_right(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    given: Announcement,
    caller: Caller,
    now: datetime,
) -> RightEntry:
    """Return the ledger's entry of the announced open licence, under which others cannot shut everybody out."""
    ledger = await ledger_of(session, whole, now)
    barred = list(ledger.licences(*SHUTS_OUT, period=Period.of(given.on, declared.ends_on)))
    entry = RightEntry(
        id=new_id("rgt"),
        patent_id=whole.patent.id,
        kind=RightKind.OPEN_LICENCE,
        origin=Origin.OUTSIDE if barred else Origin.HERE,  # the office's word is recorded whatever stands against it
        grantors=declared.holders,
        starts_on=given.on,
        ends_on=declared.ends_on,
        effective_on=given.on,
        announced_on=given.on,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        source="CNIPA announcement",
        number=given.declaration_number,
        terms_hash=declared.terms_hash,
        granted_for=declared.id,
        conflicts=[{"code": "exclusive_or_sole_in_force", "about": [e.id for e in barred]}] if barred else [],
    )
    told = [declared.organisation_id, *whole.organisations]
    return await rights.grant(session, whole, entry, now, told=told, actor=caller.user_id)


async def show_in_listings(session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, now: datetime) -> None:
    """List the patent where no listing shows it, so that what everybody may take can be found.

    A listing that was not published yet gives way to one of the open licence; what it says stays on record. Of an
    organisation that is not verified nothing is listed, whoever records the announcement.
    """
    if whole.patent.legal_status in BARRED or not await is_verified(session, declared.organisation_id):
        return
    if whole.listing_id is not None:
        if whole.listing_status not in UNPUBLISHED:
            return
        await _give_way(session, whole.listing_id, now)
    listing = Listing(
        id=new_id("lst"),
        patent_id=whole.patent.id,
        organisation_id=declared.organisation_id,
        status=ListingStatus.LISTED,
        deal_types=[DealType.OPEN_LICENCE.value],
        price_note=AS_DECLARED,
        created_at=now,
        submitted_at=now,
        listed_at=now,
    )
    session.add(listing)
    whole.listing_id, whole.listing_status = listing.id, ListingStatus.LISTED
    event = event_of(ListingPublished, listing.id, whole.patent.id, declared.organisation_id, public=True)
    await append(session, event, now)


async def _give_way(session: AsyncSession, listing_id: str, now: datetime) -> None:
    listing = await session.get_one(Listing, listing_id, with_for_update=True)
    listing.status, listing.status_reason = ListingStatus.DELISTED, "open_licence_announced"
    listing.version += 1
    by = listing.organisation_id
    await append(session, event_of(ListingDelisted, listing.id, listing.patent_id, by, public=False), now)
    await session.flush()


async def unlist(session: AsyncSession, declared: OpenLicence, now: datetime) -> None:
    """Take down a listing that offers nothing but the open licence, which is over."""
    asked = sa.select(Listing).where(
        col(Listing.patent_id) == declared.patent_id, col(Listing.status) == ListingStatus.LISTED
    )
    listing = (await session.scalars(asked.with_for_update())).first()
    if listing is None or listing.deal_types != [DealType.OPEN_LICENCE.value]:
        return
    listing.status, listing.status_reason = ListingStatus.DELISTED, "open_licence_over"
    listing.version += 1
    by = listing.organisation_id
    await append(session, event_of(ListingDelisted, listing.id, declared.patent_id, by, public=True), now)
