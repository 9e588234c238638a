"""API keys: for programs, scoped, shown once, stored hashed."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.access import Person, PersonWhoMaySign
from backend.accounts.api_keys.service import make_key, revoke_key
from backend.accounts.members.schemas import KeyOut, KeysOut, NewKey
from backend.accounts.models import ApiKey
from backend.accounts.presenters import show_key
from backend.accounts.scopes import check_scopes
from backend.core.clock import Now, Real
from backend.core.http.idempotency import ShownOnce
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import JSON, VARY, listed, to_json
from backend.core.ids import id_pattern

router = APIRouter(prefix="/v1/api-keys", tags=["api keys"], route_class=WritingRoute)

KeyId = Annotated[str, Path(pattern=id_pattern("key"), examples=["key_01h455vb4pex5vsknk084sn02q"])]


@router.post("", summary="Make an API key", status_code=201, response_model=KeyOut, responses=problem_answers(401, 403))
async def create_key(
    request: Request, body: NewKey, caller: PersonWhoMaySign, session: Db, now: Now, real: Real
) -> Response:
    """Makes a key that acts in one's organisation, with a role no higher than one's own, within its scopes.

    The secret shows in this answer only; a repetition by Idempotency-Key answers without it. The key ends with its
    maker's membership and with a refusal of the organisation; a lower role of its maker is its own from then on.

    With `signing:write` it signs for the organisation: an owner makes such a key, with a code of the second factor in
    the header `Second-Factor`; all members are told. It ends when its maker is no owner or has no second factor any
    more.
    """
    check_scopes(body.scopes, request.app.state.registry)
    key, secret = await make_key(session, body, caller, now=now, real=real)
    headers = {"Location": f"/v1/api-keys/{key.id}", "Vary": VARY, "Cache-Control": "no-store"}
    answer = Response(to_json(show_key(key, secret)), 201, headers, JSON)
    return ShownOnce(answer, to_json(show_key(key)))


@router.get("", summary="List API keys", response_model=KeysOut, responses=problem_answers(401, 403))
async def list_keys(
    request: Request, query: Annotated[PageQuery, Query()], caller: Person, session: ReadDb
) -> Response:
    """One's own keys in the organisation; an owner sees all of the organisation's. Never a secret."""
    rows, cursor = await page(session, request, query, queries.keys(caller), col(ApiKey.id))
    return listed([show_key(row[0]) for row in rows], cursor)


@router.delete("/{key_id}", summary="Revoke an API key", status_code=204, responses=problem_answers(401, 403, 404))
async def delete_key(key_id: KeyId, caller: Person, session: Db, now: Now, real: Real) -> Response:
    """Ends a key at once; its maker or an owner may."""
    await revoke_key(session, key_id, caller, now=now, real=real)
    return Response(None, 204)
