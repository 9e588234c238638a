"""One's own account: who one is, password, sign-ins."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.access import Person, Viewer, find_caller
from backend.accounts.addresses.service import waiting_change
from backend.accounts.errors import WrongPassword
from backend.accounts.events import sessions_ended
from backend.accounts.members.schemas import (
    MeOut,
    PasswordChange,
    SessionOut,
    SessionsOut,
)
from backend.accounts.models import SignInSession, User
from backend.accounts.sign_in import password_changes
from backend.accounts.sign_in.password_verification import KeptPassword, prove
from backend.accounts.sign_in.passwords import check_password, hashes_for
from backend.accounts.sign_in.service import end_session, end_sessions
from backend.accounts.sign_in.throttling import Try, take_back
from backend.core.clock import Now, Real
from backend.core.database.sessions import Database
from backend.core.errors import NotFound
from backend.core.events.log import append
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import listed, one
from backend.core.ids import id_pattern

router = APIRouter(prefix="/v1", tags=["own account"], route_class=WritingRoute)

SessionId = Annotated[str, Path(pattern=id_pattern("ses"), examples=["ses_01h455vb4pex5vsknk084sn02q"])]


@router.get("/me", summary="Who am I", response_model=MeOut, responses=problem_answers(401, 403, 404))
async def me(request: Request, caller: Viewer, session: ReadDb, real: Real) -> Response:
    """The caller's account, the organisation it acts in, and the others it could act in."""
    user = await session.get(User, caller.user_id)
    if user is None:
        raise NotFound
    out = MeOut(
        user_id=user.id,
        email=user.email,
        email_confirmed_at=user.email_confirmed_at,
        email_change=await waiting_change(session, user, real),
        name=user.name,
        organisation_id=caller.organisation_id,
        kind=caller.kind,
        role=caller.role,
        scopes=None if caller.scopes is None else sorted(caller.scopes),
        memberships=await queries.memberships_of(session, user.id),
        version=user.version,
    )
    return one(request, out, user.version)


@dataclass(frozen=True, slots=True)
class Changed:
    """A password change whose present password was looked at."""

    known_hash: str
    tried: Try
    new: KeptPassword


async def _changed(request: Request, body: PasswordChange) -> Changed | None:
    """Look at both passwords before the transaction opens; None where nobody is signed in."""
    database: Database = request.app.state.database
    async with database.read() as session:
        caller = await find_caller(request, session)
        user = await session.get(User, caller.user_id) if caller and caller.scopes is None else None
    if user is None:
        return None
    check_password(body.password, "/password", user.email, user.name)
    proof = await prove(request, user.email, body.current_password, only=user.id)
    if proof.account is None:
        raise WrongPassword
    new_hash = (await hashes_for(body.password, [user.password_hash]))[0]
    return Changed(proof.account.password_hash, proof.tried, KeptPassword(new_hash, proof.fresh.place))


@router.put("/me/password", summary="Change one's password", status_code=204, responses=problem_answers(401, 403))
async def change_password(
    asked: Annotated[Changed | None, Depends(_changed)], caller: Person, session: Db, now: Now, real: Real
) -> Response:
    """Sets a new password; every other sign-in of the account ends, and every link for a new one made before.

    The present password must be right; whether it is counts as a try, as in signing in.
    """
    user = await session.get(User, caller.user_id, with_for_update=True)
    if asked is None or user is None or user.password_hash != asked.known_hash:
        raise WrongPassword
    await take_back(session, asked.tried)
    await password_changes.set_password(
        session, user, asked.new, because="password_changed", but=caller.session_id, now=now, real=real
    )
    return Response(None, 204)


@router.get("/me/sessions", summary="One's sign-ins", response_model=SessionsOut, responses=problem_answers(401, 403))
async def list_sessions(
    request: Request, query: Annotated[PageQuery, Query()], caller: Person, session: ReadDb, real: Real
) -> Response:
    """The sign-ins of the account that still stand, with when and by what program each was last used."""
    rows, cursor = await page(session, request, query, queries.sessions(caller.user_id, real), col(SignInSession.id))
    presented = [
        SessionOut(
            **row[0].model_dump(exclude={"user_id", "ended_at", "ended_because"}),
            current=row[0].id == caller.session_id,
        )
        for row in rows
    ]
    return listed(presented, cursor)


@router.delete("/me/sessions", summary="End one's other sign-ins", status_code=204, responses=problem_answers(401, 403))
async def end_other_sessions(caller: Person, session: Db, now: Now, real: Real) -> Response:
    """Ends every sign-in of the account but the present one: their tokens are refused from now on."""
    await end_sessions(session, [caller.user_id], real, "ended_by_owner", but=caller.session_id)
    await append(session, sessions_ended(caller.user_id), now)
    return Response(None, 204)


@router.delete(
    "/me/sessions/{session_id}", summary="End a sign-in", status_code=204, responses=problem_answers(401, 403, 404)
)
async def end_one_session(session_id: SessionId, caller: Person, session: Db, now: Now, real: Real) -> Response:
    """Ends one sign-in of the account; the present one too."""
    if not await end_session(session, caller.user_id, session_id, real, "ended_by_owner"):
        raise NotFound
    await append(session, sessions_ended(caller.user_id), now)
    return Response(None, 204)
