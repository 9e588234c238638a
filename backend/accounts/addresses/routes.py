"""Confirmation of addresses, and their change."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts.access import Person
from backend.accounts.addresses import service
from backend.accounts.addresses.schemas import AddressChange, ConfirmationAsked, ConfirmationOut
from backend.accounts.addresses.tokens import LinkToken
from backend.accounts.models import EmailConfirmation, User
from backend.accounts.personal_data.sources import Sources
from backend.accounts.quotas.policy import Quotas
from backend.accounts.sign_in.known_networks import note_place
from backend.accounts.sign_in.own_password import Proved, locked, prove_own
from backend.accounts.sign_in.password_verification import place_here
from backend.core.clock import Now, Real
from backend.core.errors import NotFound, Text
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import accepted, plain

router = APIRouter(prefix="/v1", tags=["own account"], route_class=WritingRoute)

NEXT: Final = Text(
    "请以账户 {user_id} 登录后，向同一地址发送 POST 以确认；若非您本人申请，请忽略。",
    "Sign in with the account {user_id} and send POST to this very address. If you did not ask for it, do nothing.",
)


def _asked(asked: EmailConfirmation) -> Response:
    return accepted(ConfirmationAsked(email=asked.email, expires_at=asked.expires_at), "/v1/me")


@router.post(
    "/me/email-confirmation",
    summary="Ask again for the e-mail that confirms the address",
    status_code=202,
    response_model=ConfirmationAsked,
    responses=problem_answers(401, 403, 404, 409),
)
async def ask_confirmation(request: Request, caller: Person, session: Db, quotas: Quotas, now: Now) -> Response:
    """Sends an e-mail with a link, good for three days, to the account's address, or to the one that it waits to have.

    A few times a day for an account and for an address.
    """
    user = await session.get(User, caller.user_id, with_for_update={"key_share": True})
    if user is None:
        raise NotFound
    return _asked(await service.ask_again(session, user, language_of(request), quotas, now))


@router.get(
    "/email-confirmations/{token}",
    summary="What a link confirms",
    response_model=ConfirmationOut,
    responses=problem_answers(404),
)
async def get_confirmation(request: Request, token: LinkToken, session: ReadDb, real: Real) -> Response:
    """What the link of an e-mail would confirm, and for which account. It changes nothing, whoever opens it."""
    asked, user = await service.open_confirmation(session, request.app.state.settings, token, real)
    out = ConfirmationOut(
        email=asked.email,
        user_id=user.id,
        created_at=asked.created_at,
        expires_at=asked.expires_at,
        is_change=asked.email != user.email,
        next=NEXT.say(language_of(request), {"user_id": user.id}),
    )
    return plain(out)


@router.post(
    "/email-confirmations/{token}",
    summary="Confirm an address",
    status_code=204,
    responses=problem_answers(401, 403, 404, 409),
)
async def confirm_address(
    request: Request, token: LinkToken, caller: Person, session: Db, sources: Sources, now: Now, real: Real
) -> Response:
    """Confirms the address, signed in with the very account that the link was made for; else nothing happens.

    Other accounts that bear the address and never confirmed it end, with their sign-ins, keys and invitations; one that
    alone owns an organisation that is or was verified stays, and the offices are told.
    """
    settings = request.app.state.settings
    user = await service.confirm(session, settings, token, caller.user_id, sources, now=now, real=real)
    await note_place(session, user.id, place_here(request, user.email), real)
    return Response(None, 204)


async def _proved(request: Request, body: AddressChange) -> Proved | None:
    return await prove_own(request, body.current_password)


@router.put(
    "/me/email",
    summary="Change one's address",
    status_code=202,
    response_model=ConfirmationAsked,
    responses=problem_answers(401, 403, 409),
)
async def change_address(
    request: Request,
    body: AddressChange,
    proved: Annotated[Proved | None, Depends(_proved)],
    caller: Person,
    session: Db,
    quotas: Quotas,
    now: Now,
) -> Response:
    """Sends a link to the new address; the account bears it once the link was opened and confirmed, signed in with it.

    The present address is told, where it was confirmed. The present password must be right; whether it is counts as a
    try, as in signing in. Whether the new address is known is not told.
    """
    user = await locked(session, proved, caller.user_id)
    return _asked(await service.ask_change(session, user, body.email, language_of(request), quotas, now))
