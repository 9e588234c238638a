"""One's data: all that is kept, and its erasure."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from backend.accounts.access import Person
from backend.accounts.personal_data.schemas import DataOut, ErasureOut, ErasureRequest
from backend.accounts.personal_data.service import erase, written
from backend.accounts.personal_data.sources import Sources
from backend.accounts.quotas.policy import Quotas
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota_of_person
from backend.accounts.session_checks import while_standing
from backend.accounts.sign_in.own_password import Proved, locked, prove_own
from backend.core.clock import Now, Real
from backend.core.database.sessions import Database
from backend.core.http.openapi import problem_answers
from backend.core.http.preconditions import IfMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import plain

router = APIRouter(prefix="/v1/me", tags=["own account"], route_class=WritingRoute)


@router.get("/data", summary="All that is kept about one", response_model=DataOut, responses=problem_answers(401, 403))
async def get_data(request: Request, caller: Person, sources: Sources, quotas: Quotas) -> Response:
    """Everything that the platform keeps about the person who is signed in, by place, machine readable.

    Each place says what for it is kept and what becomes of it with `DELETE /v1/me`. What the person's organisations
    keep about themselves is not in it. Hashes of secrets are left out. A few times a day.
    """
    database: Database = request.app.state.database
    async with database.write() as session:
        await use_quota_of_person(session, caller.user_id, Quota.DATA_EXPORTS, quotas)
    pieces = written(database, sources, caller.user_id, language_of(request), quotas.real)
    headers = {"Cache-Control": "private, no-store", "Vary": "Accept-Language, Authorization"}
    return StreamingResponse(while_standing(request, caller, pieces), 200, headers, "application/json")


async def _proved(request: Request, body: ErasureRequest) -> Proved | None:
    return await prove_own(request, body.current_password)


@router.delete(
    "",
    summary="Erase one's account",
    response_model=ErasureOut,
    responses=problem_answers(401, 403, 409, 412, 428),
)
async def erase_me(
    request: Request,
    seen: IfMatch,
    proved: Annotated[Proved | None, Depends(_proved)],
    caller: Person,
    session: Db,
    sources: Sources,
    now: Now,
    real: Real,
) -> Response:
    """Erases the account for good: name, address, password, sign-ins, settings; keys and invitations end.

    What the law or an organisation's deals need stays with the account's id, which names nobody any more; the answer
    says what, why and until when. An organisation that only this person owns, and in which nobody else is, ends with
    it. Refused while others depend on the person (`reasons` says why and what to do). The present password must be
    right.
    """
    user = await locked(session, proved, caller.user_id)
    seen.check(user.version)
    settings, obstacles = request.app.state.settings, request.app.state.registry.leaving_obstacles
    language, days = language_of(request), settings.erased_ids_kept_days
    done = await erase(session, user.id, sources, obstacles, language, days, now=now, real=real)
    return plain(done)
