"""Who may call: the parameter types of handlers, and how a request's caller is found.

`Viewer`, `Editor` and `Owner` are any member with at least that role, `PlatformStaff` and `PlatformOrAuthority` members
of those offices (viewers may read, editors may write), `Person` anyone who signed in with a password, `MaybeCaller`
whoever asks. An API key passes where it has one of the scopes that are bound to the endpoint (`scopes.bind_scopes`):
those of its domain, or those that `caller(role=…, scope=…)` names. Passwords, members, keys, registration and what an
office decides are for people.

What binds others or is shown to others asks for a verified organisation: `VerifiedEditor`, `VerifiedOwner`. What is
owed from the time when it was verified, and what takes something back, asks for one that is verified or was:
`OnceVerifiedEditor`. What an organisation signs asks for proof in the request itself: `Signatory`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import Depends, Header, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.accounts.caller import Caller, Verification
from backend.accounts.codes import OrganisationKind, Role
from backend.accounts.errors import OfficeOnly, OrganisationNotVerified, PeopleOnly, RoleTooLow, ScopeMissing
from backend.accounts.models import ApiKey, Member, Organisation, SignInSession
from backend.accounts.rules import SIGNING_SCOPE, at_least, lower
from backend.accounts.second_factor.errors import SecondFactorWrong
from backend.accounts.second_factor.schemas import LONGEST_CODE
from backend.accounts.second_factor.verification import CodeProof, CodeUse, compare_code, use_code
from backend.accounts.sign_in.tokens import KEY_PREFIX, hashed, read_access_token
from backend.core.clock import Clock
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.errors import NotSignedIn, Problem
from backend.core.fast_path.compiled_statements import Prepared
from backend.core.fast_path.connections import connection_of
from backend.core.http import idempotency
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import reading

ORGANISATION: Final = table_of(Organisation)
MEMBER: Final = table_of(Member)
SESSION: Final = table_of(SignInSession)
KEY: Final = table_of(ApiKey)

LIVING_MEMBER: Final = sa.and_(MEMBER.c.organisation_id == ORGANISATION.c.id, MEMBER.c.ended_at.is_(None))
STANDING: Final = (MEMBER.c.role, ORGANISATION.c.kind, ORGANISATION.c.status, ORGANISATION.c.first_verified_at)
OF_PERSON: Final = sa.select(*STANDING).where(
    LIVING_MEMBER,
    MEMBER.c.user_id == sa.bindparam("user_id"),
    ORGANISATION.c.id == sa.bindparam("organisation_id"),
    SESSION.c.id == sa.bindparam("session_id"),
    SESSION.c.user_id == MEMBER.c.user_id,
    SESSION.c.ended_at.is_(None),
    SESSION.c.expires_at > sa.bindparam("at"),
)
PERSON: Final = Prepared(OF_PERSON, *STANDING)
PROGRAM: Final = sa.select(
    KEY.c.id, KEY.c.created_by, KEY.c.scopes, KEY.c.role.label("key_role"),
    ORGANISATION.c.id.label("organisation_id"), *STANDING,
).where(
    LIVING_MEMBER,
    ORGANISATION.c.id == KEY.c.organisation_id,
    MEMBER.c.user_id == KEY.c.created_by,
    KEY.c.revoked_at.is_(None),
    sa.or_(KEY.c.expires_at.is_(None), KEY.c.expires_at > sa.bindparam("at")),
)  # fmt: skip
BY_SECRET: Final = PROGRAM.where(KEY.c.secret_hash == sa.bindparam("secret"))
BY_ID: Final = PROGRAM.where(KEY.c.id == sa.bindparam("key_id"))
Answer = Callable[[], Awaitable[Caller | None]]
READING: Final = frozenset({"GET", "HEAD"})
OTHER_BEARERS: Final = ("/v1/oauth/", "/v1/email-bounces")  # where what comes as a bearer is no sign-in
BOUND_SCOPES: Final = "x-api-key-scopes"  # in an operation: an API key needs one of them
FOR_PEOPLE: Final[dict[str, Any]] = {BOUND_SCOPES: []}  # the openapi_extra of what no key does though strangers may


def client_address(request: Request) -> str:
    """Return the network address that the request came from."""
    return request.client.host if request.client else "unknown"


def bearer(request: Request) -> str | None:
    """Return the bearer token, or None where there is no Authorization; raise NotSignedIn for another scheme."""
    said = request.headers.get("authorization")
    if said is None:
        return None
    scheme, _, token = said.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()


def _program(row: Any) -> Caller:
    return Caller(
        user_id=row.created_by,
        organisation_id=row.organisation_id,
        kind=row.kind,
        status=row.status,
        was_verified=row.first_verified_at is not None,
        role=lower(row.role, row.key_role),
        scopes=frozenset(row.scopes),
        key_id=row.id,
    )


async def key_caller(connection: AsyncConnection, secret: str, at: Any) -> Caller | None:
    """Return the caller that an API key stands for, or None where it is not good."""
    row = (await connection.execute(BY_SECRET, {"secret": hashed(secret), "at": at})).first()
    return _program(row) if row else None


async def ask_who(request: Request, session: AsyncSession) -> Answer:
    """Send the question who sent the request; awaiting what it gives tells, None for a stranger.

    Both raise NotSignedIn where a token came that is not good. Raises TooMany where the caller has asked too often.
    """
    tell = await _ask(request, session)
    return partial(_counted, request, tell)


async def _counted(request: Request, tell: Answer) -> Caller | None:
    who = await tell()
    if who is not None and not getattr(request.state, "counted", False):
        request.state.counted = True  # however many dependencies ask
        refusal = await request.app.state.rate_limits.count_caller(who.key_id or who.user_id)
        if refusal is not None:
            raise refusal
    return who


async def _ask(request: Request, session: AsyncSession) -> Answer:
    token = None if request.url.path.startswith(OTHER_BEARERS) else bearer(request)
    if token is None:
        return _stranger
    connection = await connection_of(session)
    clock: Clock = request.app.state.clock
    at = clock.real()
    if token.startswith(KEY_PREFIX):
        return _known(await key_caller(connection, token, at))
    said = _read(request, token)
    if said["typ"] == "key":
        row = (await connection.execute(BY_ID, {"key_id": said["sub"], "at": at})).first()
        return _known(_program(row) if row else None)
    parameters = {"user_id": said["sub"], "organisation_id": said["org"], "session_id": said["sid"], "at": at}
    sent = await PERSON.send(connection, parameters)

    async def tell() -> Caller:
        for role, kind, status, first_verified_at in await sent.rows():
            known = {"was_verified": first_verified_at is not None, "session_id": said["sid"]}
            return Caller(said["sub"], said["org"], kind, status, role, **known)
        raise NotSignedIn

    return tell


async def _stranger() -> None:
    return None


def _known(found: Caller | None) -> Answer:
    if found is None:
        raise NotSignedIn

    async def tell() -> Caller:
        return found

    return tell


async def find_caller(request: Request, session: AsyncSession) -> Caller | None:
    """Return who sent the request, or None for a stranger; raise NotSignedIn where a token came that is not good."""
    return await (await ask_who(request, session))()


async def identify(request: Request, session: AsyncSession) -> Callable[[], Awaitable[str]]:
    """Send the question who writes; awaiting what it gives keeps the answer in `request.state.caller`.

    That gives the scope of the caller's idempotency keys. Raises NotSignedIn where a token came that is not good.
    """
    asked = await ask_who(request, session)

    async def keep() -> str:
        who = request.state.caller = await asked()
        if who is None:
            return f"stranger:{client_address(request)}"
        return f"key:{who.key_id}" if who.key_id else f"{who.organisation_id}/{who.user_id}"

    return keep


def scope_of(request: Request) -> str | None:
    """Return the idempotency scope where it is known without the database: not for an API key and its tokens."""
    token = None if request.url.path.startswith(OTHER_BEARERS) else bearer(request)
    if token is None:
        return f"stranger:{client_address(request)}"
    if token.startswith(KEY_PREFIX):
        return None
    said = _read(request, token)
    return None if said["typ"] == "key" else f"{said['org']}/{said['sub']}"


def _read(request: Request, token: str) -> Mapping[str, Any]:
    known: Mapping[str, Any] | None = getattr(request.state, "token", None)
    if known is None:
        known = read_access_token(request.app.state.settings.key("token"), token, request.app.state.clock.real())
        if known is None:
            raise NotSignedIn
        request.state.token = known
    return known


async def _caller_of(request: Request) -> Caller | None:
    if request.method in READING:
        return await find_caller(request, await reading(request))
    await request.state.transaction.open()
    who: Caller | None = request.state.caller
    return who


def _scopes_of(request: Request) -> tuple[str, ...]:
    """Return the scopes of which a key needs one here, as `bind_scopes` wrote them into the route."""
    return tuple((request.scope["route"].openapi_extra or {}).get(BOUND_SCOPES, ()))


class Access(SecurityBase):
    """A dependency that gives the caller, or refuses whoever may not call."""

    model = HTTPBearerModel(bearerFormat="JWT", description="A token from POST /v1/oauth/token, or an API key.")
    scheme_name = "bearer"

    def __init__(
        self,
        *,
        role: Role | None = Role.VIEWER,
        scope: tuple[str, ...] | None = None,
        offices: frozenset[OrganisationKind] | None = None,
        people_only: bool = False,
        verification: Verification = Verification.ANY,
    ) -> None:
        self.role = role
        self.scope = scope
        self.offices = offices
        self.people_only = people_only
        self.verification = verification

    async def __call__(self, request: Request) -> Caller:
        """Return the caller; raise NotSignedIn or a Forbidden that says what is missing."""
        return self.permitted(await _caller_of(request), request)

    def permitted(self, who: Caller | None, request: Request) -> Caller:
        """Return whoever asks if he may; raise NotSignedIn or a Forbidden that says what is missing."""
        if who is None:
            raise NotSignedIn
        if who.scopes is not None:
            self._permit_key(who.scopes, request)
        if self.offices is not None and not self._in_office(who):
            raise OfficeOnly
        role = self.role or (Role.VIEWER if request.method in READING else Role.EDITOR)
        if not at_least(who.role, role):
            raise RoleTooLow(role=role.value)
        if not who.meets(self.verification):
            raise OrganisationNotVerified
        return who

    def _permit_key(self, scopes: frozenset[str], request: Request) -> None:
        if self.people_only:
            raise PeopleOnly
        asked = _scopes_of(request)
        if not scopes.intersection(asked):
            raise ScopeMissing(scope=" / ".join(asked))

    def _in_office(self, who: Caller) -> bool:
        return self.offices is not None and who.kind in self.offices and (who.is_platform or who.verified)


async def person_to_prove(request: Request) -> Caller | None:
    """Return the person who is signed in and whose proof is to be compared, before the transaction opens.

    None is a stranger, a program, and who repeats a request that was done: it is answered again, and proves nothing.
    """
    database: Database = request.app.state.database
    is_writing = request.method == "POST" and request.app.state.honours_keys(request.url.path)
    key = idempotency.read_key(request) if is_writing else None
    async with database.read() as session:
        who = await find_caller(request, session)
        if who is None or who.scopes is not None:
            return None
        scope = f"{who.organisation_id}/{who.user_id}"
        real = database.clock.real()
        return None if key and await idempotency.is_answered(session, scope, key, real) else who


CodeHeader = Annotated[
    str | None,
    Header(
        alias="Second-Factor",
        max_length=LONGEST_CODE,
        description="The six digits that the authenticator shows, or a recovery code; each counts once.",
    ),
]


class SigningAccess(Access):
    """A dependency for what is signed: a person with a code of the second factor, or a key made for signing.

    The code is used up with the request's transaction: a request that is refused leaves it good. It is no part of
    what an Idempotency-Key is bound to: a repetition is answered as the first one was, whatever code it brings.
    With `is_optional` a person without a code is let through, and signs with nothing.
    """

    def __init__(self, *, is_optional: bool = False, **asked: Any) -> None:
        super().__init__(**asked)
        self.is_optional = is_optional

    async def __call__(self, request: Request, second_factor: CodeHeader = None) -> Caller:
        """Return the caller with what it signs with; raise as Access does, or that a code is missing or not right."""
        compared = await self._compared(request, second_factor)
        who = await super().__call__(request)
        if who.scopes is not None:
            if SIGNING_SCOPE not in who.scopes:
                raise ScopeMissing(scope=SIGNING_SCOPE)
            return replace(who, signs_with="signing_key")
        if second_factor is None and self.is_optional:
            return who
        if isinstance(compared, Problem):
            raise compared
        if compared is None or compared.user_id != who.user_id:  # its record ran out between two looks at it
            raise SecondFactorWrong
        session = await request.state.transaction.open()
        clock: Clock = request.app.state.clock
        await use_code(session, compared, language_of(request), now=clock.now(), real=clock.real())
        return replace(who, signs_with="second_factor")

    async def _compared(self, request: Request, code: str | None) -> CodeProof | Problem | None:
        if code is None and self.is_optional:
            return None
        who = await person_to_prove(request)
        if who is None:
            return None
        state = request.app.state
        return await compare_code(
            state.database, state.settings, who.user_id, code, CodeUse.SESSION, state.clock.real()
        )


async def optional_caller(request: Request) -> Caller | None:
    """Return the caller, or None for a stranger and for a key without the scope of the handler's domain."""
    who = await _caller_of(request)
    if who is None or who.scopes is None or who.scopes.intersection(_scopes_of(request)):
        return who
    return None


def caller(
    *,
    role: Role = Role.VIEWER,
    scope: str | tuple[str, ...] | None = None,
    verification: Verification = Verification.ANY,
) -> Access:
    """Return a dependency for members with at least this role; an API key needs one of the scopes."""
    return Access(role=role, scope=(scope,) if isinstance(scope, str) else scope, verification=verification)


SignedIn = Annotated[Caller, Depends(caller())]
Viewer = SignedIn
EDITOR: Final = caller(role=Role.EDITOR)
Editor = Annotated[Caller, Depends(EDITOR)]
Owner = Annotated[Caller, Depends(caller(role=Role.OWNER))]
OwnerInPerson = Annotated[Caller, Depends(Access(role=Role.OWNER, people_only=True))]
VerifiedEditor = Annotated[Caller, Depends(caller(role=Role.EDITOR, verification=Verification.NOW))]
VerifiedOwner = Annotated[Caller, Depends(caller(role=Role.OWNER, verification=Verification.NOW))]
OnceVerifiedEditor = Annotated[Caller, Depends(caller(role=Role.EDITOR, verification=Verification.ONCE))]
Person = Annotated[Caller, Depends(Access(people_only=True))]
Signatory = Annotated[
    Caller, Depends(SigningAccess(role=Role.EDITOR, scope=(SIGNING_SCOPE,), verification=Verification.NOW))
]
PersonWhoMaySign = Annotated[Caller, Depends(SigningAccess(people_only=True, is_optional=True))]
PLATFORM: Final = frozenset({OrganisationKind.PLATFORM})
PlatformStaff = Annotated[Caller, Depends(Access(role=None, offices=PLATFORM, people_only=True))]
OFFICES: Final = frozenset({OrganisationKind.PLATFORM, OrganisationKind.AUTHORITY})
PlatformOrAuthority = Annotated[Caller, Depends(Access(role=None, offices=OFFICES, people_only=True))]
MaybeCaller = Annotated[Caller | None, Depends(optional_caller)]
