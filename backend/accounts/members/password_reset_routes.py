"""The way back in: a new password by a link."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts import queries
from backend.accounts.access import client_address
from backend.accounts.addresses.tokens import LinkToken
from backend.accounts.members.schemas import NewPassword, ResetAsked, ResetOut, ResetRequest
from backend.accounts.quotas.policy import Quotas
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota_of_address
from backend.accounts.sign_in import password_changes
from backend.accounts.sign_in.password_verification import KeptPassword, place_here
from backend.accounts.sign_in.passwords import check_password, hashes_for
from backend.core.clock import Now, Real
from backend.core.database.sessions import Database
from backend.core.errors import Text
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import accepted, plain

router = APIRouter(prefix="/v1/password-resets", tags=["own account"], route_class=WritingRoute)

BY_STAFF: Final = Text(
    "如该邮箱有账户，请联系平台，由工作人员出具一次性重置链接。",
    "If the address has an account, ask the platform's staff, who make a link that works once.",
)
BY_EMAIL: Final = Text(
    "如有账户已确认该邮箱，一封带链接的邮件已在途中；若一直未收到，请联系平台，由工作人员出具链接。",
    "If an account has confirmed the address, an e-mail with a link is on its way. If none comes, ask the platform's"
    " staff for a link.",
)


@router.post(
    "",
    summary="Ask for a new password",
    status_code=202,
    response_model=ResetAsked,
    responses=problem_answers(),
)
async def ask_reset(request: Request, body: ResetRequest, session: Db, quotas: Quotas, now: Now) -> Response:
    """Sends a link, good for an hour, to the account that has confirmed the address; says the same for every address.

    Where the platform sends no e-mail, and where nobody has confirmed the address, the platform's staff make the link
    (`patentmart reset-password` prints it). A few links an hour go to one address; more are not sent.
    """
    language = language_of(request)
    if not quotas.settings.sends_email:
        return accepted(ResetAsked(next=BY_STAFF.say(language, {})), "/v1/password-resets")
    await use_quota_of_address(session, client_address(request), Quota.PASSWORD_RESETS, quotas)
    await password_changes.ask_for_email(session, body.email, language, quotas, now)
    return accepted(ResetAsked(next=BY_EMAIL.say(language, {})), "/v1/password-resets")


@router.get("/{token}", summary="What a link for a new password is for", response_model=ResetOut,
            responses=problem_answers(404))  # fmt: skip
async def get_reset(request: Request, token: LinkToken, session: ReadDb, real: Real) -> Response:
    """The account whose password the link would set, with its organisations. It changes nothing, whoever opens it."""
    user = await password_changes.account_to_reset(session, request.app.state.settings, token, real)
    memberships = await queries.memberships_of(session, user.id)
    return plain(ResetOut(user_id=user.id, organisations=[one.name for one in memberships]))


async def _kept(request: Request, token: LinkToken, body: NewPassword, real: Real) -> KeptPassword:
    database: Database = request.app.state.database
    async with database.read() as session:
        user = await password_changes.account_to_reset(session, request.app.state.settings, token, real)
    check_password(body.password, "/password", user.email, user.name)
    new_hash = (await hashes_for(body.password, [user.password_hash]))[0]
    return KeptPassword(new_hash, place_here(request, user.email))


@router.post("/{token}", summary="Set a new password", status_code=204, responses=problem_answers(404))
async def reset_password(
    request: Request,
    token: LinkToken,
    new: Annotated[KeptPassword, Depends(_kept)],
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """Sets the password of the account that the token was made for, once; every sign-in of the account ends.

    So does every other link for a new password. A password set since the link was made has ended the link.
    """
    await password_changes.use_reset(session, request.app.state.settings, token, new, now=now, real=real)
    return Response(None, 204)
