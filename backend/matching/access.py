"""Who is shown matches, and of which needs and listings.

| act | who |
|---|---|
| the listings for a need | the need's organisation |
| the needs for a listing | the organisation that leads the listing |
| one match, what is said of it | both sides, each by what it may know of the other |
| the listings for a text, the patents like one | everybody |
"""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Path, Request

from backend.accounts.access import Editor, MaybeCaller, Viewer, client_address
from backend.accounts.caller import Caller
from backend.core.http.idempotency import read_key
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.listings.access import SeenListing
from backend.listings.errors import ListingStepNotYours
from backend.matching import queries
from backend.matching.errors import NoSuchMatch
from backend.matching.sides import Sides
from backend.needs import queries as need_queries
from backend.needs.access import SeenNeed
from backend.needs.codes import FaceKind
from backend.needs.errors import NeedStepNotYours
from backend.needs.faces import Face, viewer_of

MatchId = Annotated[
    str, Path(pattern=id_pattern("mat"), description="The match's id.", examples=["mat_01h455vb4pex5vsknk084sn02q"])
]


async def _own_need(_: Viewer, face: SeenNeed) -> Face:
    if face.face is not FaceKind.OWN:
        raise NeedStepNotYours(action="see the matches of", by="asker")
    return face


async def _own_listing(caller: Viewer, row: SeenListing) -> sa.Row[Any]:
    if row.Listing.organisation_id != caller.organisation_id:
        raise ListingStepNotYours(action="see the matches of", by="holder")
    return row


async def _sides(session: ReadDb | Db, caller: Caller, match_id: str) -> Sides:
    """Load a match for a side of it; once the need is erased there is none any more."""
    row = await queries.match_with_sides(session, match_id)
    if row is None or caller.organisation_id not in (row.asker_id, row.holder_id):
        raise NoSuchMatch
    face = await need_queries.face(session, viewer_of(caller), row.Match.need_id)
    if face is None or face.erased_at is not None:
        raise NoSuchMatch
    return Sides(row.Match, row.asker_id, row.holder_id, row.patent_id, face)


async def _seen_match(match_id: MatchId, caller: Viewer, session: ReadDb) -> Sides:
    return await _sides(session, caller, match_id)


async def _judged_match(match_id: MatchId, caller: Editor, session: Db) -> Sides:
    """Load a match of whose need nothing is erased while something is said of it."""
    await queries.hold_need_of(session, match_id)
    return await _sides(session, caller, match_id)


async def _limited(request: Request) -> None:
    read_key(request)  # nothing is kept that a second request could repeat; a malformed key is told of all the same
    refusal = await request.app.state.rate_limits.count_preview(client_address(request))
    if refusal is not None:
        raise refusal


async def _counted(request: Request, caller: MaybeCaller) -> None:
    who = None if caller is None else caller.key_id or caller.user_id
    refusal = await request.app.state.rate_limits.count_comparison(who, client_address(request))
    if refusal is not None:
        raise refusal


OwnNeedFace = Annotated[Face, Depends(_own_need)]
OwnListingRow = Annotated[sa.Row[Any], Depends(_own_listing)]
SeenMatch = Annotated[Sides, Depends(_seen_match)]
JudgedMatch = Annotated[Sides, Depends(_judged_match)]
Limited = Depends(_limited)
Counted = Depends(_counted)
