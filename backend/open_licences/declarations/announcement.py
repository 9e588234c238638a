"""What the announcement of an open licence brings with it: its entry in the ledger, and a place in the listings."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.queries import is_verified
from backend.core.ids import new_id
from backend.listings.change_rules import Change, Step, new_row
from backend.listings.queries import IS_LIVING, LISTING, locked_where
from backend.listings.rules import BARRED, Action, Side
from backend.listings.service import accepted, apply, take_consequence
from backend.open_licences.declarations.schemas import Announcement
from backend.open_licences.models import OpenLicence
from backend.patents.codes import DealType, ListingStatus
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
    if whole.listing_id is not None and whole.listing_status not in UNPUBLISHED:
        return
    unpublished = await locked_where(session, LISTING.c.patent_id == whole.patent.id, IS_LIVING)
    give_way = Step(Action.DELIST, Side.LEGAL_STATUS, "open_licence_announced")
    row = new_row(new_id("lst"), whole.patent.id, declared.organisation_id, now)
    listed = Change(
        listing=row,
        is_new=True,
        terms={"deal_types": [DealType.OPEN_LICENCE.value], "price_note": AS_DECLARED},
        steps=(Step(Action.SUBMIT, Side.LEGAL_STATUS), Step(Action.PUBLISH, Side.LEGAL_STATUS)),
    )
    changes = [*(Change(listing=one, steps=(give_way,)) for one in unpublished), listed]
    accepted(await apply(session, changes, now, actor=None))
    whole.listing_id, whole.listing_status = row["id"], ListingStatus.LISTED


async def unlist(session: AsyncSession, declared: OpenLicence, now: datetime) -> None:
    """Take down a listing that offers nothing but the open licence, which is over."""
    listed = LISTING.c.status == ListingStatus.LISTED
    shown = await locked_where(session, LISTING.c.patent_id == declared.patent_id, listed)
    its_own = [listing for listing in shown if listing["deal_types"] == [DealType.OPEN_LICENCE.value]]
    over = Step(Action.DELIST, Side.LEGAL_STATUS, "open_licence_over")
    await take_consequence(session, its_own, over, now, actor=None)
