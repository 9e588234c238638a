"""Tokens (RFC 6749) and their revocation (RFC 7009)."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote_plus

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.access import client_address, key_caller
from backend.accounts.errors import BadTokenRequest, InvalidClient, UnsupportedGrant
from backend.accounts.second_factor.schemas import LONGEST_CODE
from backend.accounts.second_factor.verification import CodeProof
from backend.accounts.sign_in.password_verification import Proof, prove
from backend.accounts.sign_in.second_factor_code import prove_sign_in_code
from backend.accounts.sign_in.service import Origin, Tokens, key_tokens, refresh, revoke, sign_in
from backend.core.clock import Now, Real
from backend.core.errors import Problem
from backend.core.http.body_limits import BodyRefused
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import to_json
from backend.core.http.schemas import Out
from backend.core.network.client_address import rough_network_of
from backend.core.settings import Settings

router = APIRouter(prefix="/v1/oauth", tags=["sign-in"], route_class=WritingRoute)

NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
FORM: Final = "application/x-www-form-urlencoded"


class TokenForm(BaseModel):
    """A token request; which fields are needed depends on the grant type."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"grant_type": "password", "username": "wang@example.com", "password": "a long sentence of mine"}
            ]
        }
    )

    grant_type: Literal["password", "refresh_token", "client_credentials"]
    username: str = Field("", description="The address that signs in, for `password`.")
    password: str = ""
    refresh_token: str = ""
    client_id: str = Field("", description="The API key's id, for `client_credentials`; or HTTP Basic.")
    client_secret: str = Field("", description="The API key.")
    second_factor_code: str = Field(
        "",
        max_length=LONGEST_CODE,
        description="What the authenticator shows, or a recovery code, where the account has a second factor.",
    )
    organisation_id: str = Field(
        "",
        description="Which of one's organisations to act in. Where several accounts of the address have the same"
        " password, it also says which of them signs in; without it, one that signed in from here before, else the one"
        " with the latest password.",
    )


class RevocationForm(BaseModel):
    """An access or refresh token to be ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": "eyJhbGciOiJIUzI1NiJ9.e30.x"}]})

    token: str = Field(min_length=1)
    token_type_hint: str = ""


PARAMETERS: Final = frozenset({*TokenForm.model_fields, *RevocationForm.model_fields})


class TokenOut(Out):
    """A bearer token and, for a person, the refresh token that gives the next one."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token, not one
    expires_in: int = Field(description="Seconds.")
    refresh_token: str | None
    organisation_id: str


def _body(form: type[BaseModel]) -> dict[str, Any]:
    schema = form.model_json_schema()
    examples = schema.pop("examples")
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema, "example": examples[0]}}}}


async def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith(FORM):
        raise BadTokenRequest(parameter=FORM)
    given: dict[str, str] = {}
    try:
        parts = await request.form()
    except BodyRefused as refused:
        if refused.problem.errors:  # what is wrong with the form is told as RFC 6749 has it
            wrong = refused.problem.errors
            raise BadTokenRequest(errors=wrong, parameter=wrong[0].pointer[1:41]) from None
        raise
    for name, value in parts.multi_items():
        if name not in PARAMETERS:  # what is not recognised is ignored (RFC 6749, 3.2)
            continue
        if name in given or not isinstance(value, str):
            raise BadTokenRequest(parameter=name[:40])
        if value:  # a parameter without a value counts as not sent (RFC 6749, 3.2)
            given[name] = value
    return given


def _need(form: dict[str, str], name: str) -> str:
    if name not in form:
        raise BadTokenRequest(parameter=name)
    return form[name]


def _client(request: Request, form: dict[str, str]) -> str:
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return _need(form, "client_secret")
    try:
        return unquote_plus(base64.b64decode(coded, validate=True).decode().partition(":")[2])
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidClient(headers={"WWW-Authenticate": 'Basic realm="patentmart"'}) from None


@dataclass(frozen=True, slots=True)
class Asked:
    """A token request that was read, its password looked at already."""

    grant: str
    organisation_id: str | None
    proof: Proof | None = None
    code: CodeProof | None = None
    secret: str = ""


def _code(form: dict[str, str]) -> str | None:
    code = form.get("second_factor_code")
    if code is not None and len(code) > LONGEST_CODE:
        raise BadTokenRequest(parameter="second_factor_code")
    return code


async def _read_request(request: Request) -> Asked:
    """Read the request, and prove the password before the transaction opens."""
    form = await _form(request)
    grant, place = _need(form, "grant_type"), form.get("organisation_id")
    if grant == "password":
        email = _need(form, "username").strip().lower()
        proof = await prove(request, email, _need(form, "password"))
        return Asked(grant, place, proof, await prove_sign_in_code(request, proof, place, _code(form)))
    if grant == "refresh_token":
        return Asked(grant, place, secret=_need(form, "refresh_token"))
    if grant == "client_credentials":
        return Asked(grant, place, secret=_client(request, form))
    raise UnsupportedGrant


async def _give(request: Request, asked: Asked, session: Any, now: datetime, real: datetime) -> Tokens:
    settings: Settings = request.app.state.settings
    place = asked.organisation_id
    if asked.proof is not None:
        network = rough_network_of(client_address(request))
        origin = Origin(request.headers.get("user-agent"), network, language_of(request))
        return await sign_in(
            session, settings, asked.proof, code=asked.code, organisation_id=place, origin=origin, now=now, real=real
        )
    if asked.grant == "refresh_token":
        return await refresh(session, settings, asked.secret, organisation_id=place, real=real)
    who = await key_caller(await session.connection(), asked.secret, real)
    if who is None or who.key_id is None:
        raise InvalidClient
    return key_tokens(settings, who.key_id, who.organisation_id, real)


def _unstored(problem: Problem) -> Problem:
    problem.headers.update(NO_STORE)
    return problem


@router.post(
    "/token",
    summary="Sign in, or get the next token",
    response_model=TokenOut,
    responses=problem_answers(400, 401, 403),
    openapi_extra=_body(TokenForm),
)
async def token(
    request: Request, asked: Annotated[Asked, Depends(_read_request)], session: Db, now: Now, real: Real
) -> Response:
    """Return a short-lived bearer token for an address and its password, a refresh token, or an API key (RFC 6749).

    A refresh token works once; when it comes again the whole sign-in ends. Wrong passwords are slowed: 429 says in
    `Retry-After` when to try again. Guesses made elsewhere keep nobody out who gives the right password at a network
    place (an IPv4 address, the /64 of an IPv6 address) where the account signed in within 90 days. Whether an address
    is known is never told.

    Where the account has a second factor, `second_factor_code` is asked for once the password is right: without it the
    answer is 401 `second_factor_required`. A refresh token needs none.
    """
    try:
        given = await _give(request, asked, session, now, real)
    except Problem as problem:
        raise _unstored(problem) from None
    said = TokenOut(**{name: getattr(given, name) for name in Tokens.__slots__})
    return Response(to_json(said), 200, NO_STORE, "application/json")


async def _revoked(request: Request) -> str:
    return _need(await _form(request), "token")


@router.post(
    "/revocation",
    summary="Sign out",
    status_code=200,
    response_class=Response,
    responses=problem_answers(400),
    openapi_extra=_body(RevocationForm),
)
async def revocation(request: Request, ended: Annotated[str, Depends(_revoked)], session: Db, real: Real) -> Response:
    """Ends the sign-in that the access or refresh token belongs to; an unknown token is no error (RFC 7009)."""
    await revoke(session, request.app.state.settings, ended, real)
    return Response(None, 200, NO_STORE)
