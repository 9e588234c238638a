"""Parties: whoever can hold a patent or a licence, on the platform or not."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.access import Editor, Viewer
from backend.accounts.models import Party
from backend.accounts.parties.service import change_party, enter_party
from backend.accounts.presenters import show_new_party, show_parties, show_party
from backend.accounts.schemas import NewParty, PartiesOut, PartiesQuery, PartyChange, PartyOut
from backend.core.clock import Now, Today
from backend.core.errors import NotFound
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.core.ids import id_pattern

router = APIRouter(prefix="/v1/parties", tags=["parties"], route_class=WritingRoute)

PartyId = Annotated[str, Path(pattern=id_pattern("pty"), examples=["pty_01h455vb4pex5vsknk084sn02q"])]


@router.post(
    "", summary="Enter a party", status_code=201, response_model=PartyOut, responses=problem_answers(401, 403, 409)
)
async def create_party(body: NewParty, caller: Editor, session: Db, now: Now) -> Response:
    """Enters a legal or natural person that is not on the platform; only one's own organisation sees it.

    The unified social credit code is taken of mainland legal persons only, and its check digit is checked.
    """
    party = await enter_party(session, body, caller, now)
    return created(show_new_party(party, caller), party.version, f"/v1/parties/{party.id}")


@router.get("", summary="List parties", response_model=PartiesOut, responses=problem_answers(401, 403))
async def list_parties(
    request: Request, query: Annotated[PartiesQuery, Query()], caller: Viewer, session: ReadDb
) -> Response:
    """The parties that are verified organisations, one's own, and those that one's organisation entered."""
    rows, cursor = await page(session, request, query, queries.parties(caller, query), col(Party.id))
    return listed(await show_parties(session, [row[0] for row in rows], caller), cursor)


@router.get("/{party_id}", summary="A party", response_model=PartyOut, responses=problem_answers(401, 403, 404))
async def get_party(request: Request, party_id: PartyId, caller: Viewer, session: ReadDb) -> Response:
    """A party with its former names; its identifier shows to whoever entered it."""
    found = await queries.visible_party(session, caller, party_id)
    if found is None:
        raise NotFound
    return one(request, await show_party(session, found, caller), found.version)


@router.patch(
    "/{party_id}",
    summary="Change a party",
    response_model=PartyOut,
    responses=problem_answers(401, 403, 404, 409, 412, 428),
)
async def patch_party(
    party_id: PartyId, body: PartyChange, seen: IfMatch, caller: Editor, session: Db, now: Now, today: Today
) -> Response:
    """Changes a party that one's organisation entered; a new name keeps the old one with its last day."""
    found = await queries.visible_party(session, caller, party_id, lock=True)
    if found is None:
        raise NotFound
    seen.check(found.version)
    await change_party(session, found, body, caller=caller, now=now, today=today)
    return changed(await show_party(session, found, caller), found.version)
