"""Who may do what with a listing: path id → loaded, permitted listing."""

from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Path

from backend.accounts.access import Editor, MaybeCaller, VerifiedEditor
from backend.accounts.caller import Caller
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.listings import queries
from backend.listings.errors import ListingNotFound, ListingStepNotYours
from backend.listings.rules import Side

ListingId = Annotated[
    str, Path(pattern=id_pattern("lst"), description="The listing's id.", examples=["lst_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class Held:
    """A listing held for a change, and the side the caller acts for."""

    listing: queries.Row
    caller: Caller
    side: Side


async def _seen(listing_id: ListingId, caller: MaybeCaller, session: ReadDb) -> sa.Row[Any]:
    row = await queries.visible_listing(session, caller, listing_id)
    if row is None:
        raise ListingNotFound
    return row


async def _steerable(listing_id: ListingId, caller: Editor, session: Db) -> Held:
    listing = await queries.locked(session, caller, listing_id)
    if listing is None:
        raise ListingNotFound
    if listing["organisation_id"] == caller.organisation_id:
        return Held(listing, caller, Side.HOLDER)
    if caller.is_platform:
        return Held(listing, caller, Side.PLATFORM)
    raise ListingStepNotYours(action="change", by="holder, platform")


async def _outward(_: VerifiedEditor, held: "SteerableListing") -> Held:
    return held


async def _own(held: "SteerableListing") -> Held:
    if held.side is not Side.HOLDER:
        raise ListingStepNotYours(action="change", by="holder")
    return held


SeenListing = Annotated[sa.Row[Any], Depends(_seen)]
SteerableListing = Annotated[Held, Depends(_steerable)]
VerifiedListing = Annotated[Held, Depends(_outward)]
OwnListing = Annotated[Held, Depends(_own)]
