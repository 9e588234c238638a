"""Organisations: registering, public pages, own details, verification."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.access import FOR_PEOPLE, MaybeCaller, Owner, PlatformOrAuthority, client_address
from backend.accounts.caller import Caller
from backend.accounts.errors import OfficeOnly, PeopleOnly
from backend.accounts.models import Organisation
from backend.accounts.organisations.service import Founder, change, check_facts, register, verify
from backend.accounts.parties.directory import party_of
from backend.accounts.parties.name_changes import decide
from backend.accounts.presenters import show_organisation, show_organisations
from backend.accounts.quotas.policy import Quotas
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota_of_address
from backend.accounts.schemas import (
    NameDecision,
    OrganisationChange,
    OrganisationOut,
    OrganisationsOut,
    OrganisationsQuery,
    Registration,
    Verdict,
)
from backend.accounts.sign_in.password_verification import KeptPassword, kept_password
from backend.accounts.sign_in.passwords import check_password
from backend.core.clock import Now, Real, Today
from backend.core.errors import FieldError, Malformed, NotFound, Text
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.core.ids import id_pattern

router = APIRouter(prefix="/v1/organisations", tags=["organisations"], route_class=WritingRoute)

OrganisationId = Annotated[str, Path(pattern=id_pattern("org"), examples=["org_01h455vb4pex5vsknk084sn02q"])]
MEMBER_NEEDED: Final = Text("未登录时须填写首位成员。", "Whoever is not signed in names the first member.")
MEMBER_KNOWN: Final = Text("已登录时不填写首位成员。", "A signed-in caller is the first member.")


async def _fresh(request: Request, body: Registration) -> KeptPassword | None:
    """Check what can be checked, and hash the password, before the transaction opens."""
    check_facts(body.kind, body.country, body.region, body.credit_code, body.credit_code_override)
    if body.member is None:
        return None
    check_password(body.member.password, "/member/password", body.member.email, body.member.name)
    return await kept_password(request, body.member.email, body.member.password)


def _founder(body: Registration, fresh: KeptPassword | None, caller: Caller | None, language: str) -> Founder:
    if caller is not None:
        if caller.scopes is not None:
            raise PeopleOnly
        if body.member is not None:
            raise Malformed(errors=[FieldError("/member", "member_is_the_caller", MEMBER_KNOWN)])
        return Founder(caller.user_id)
    if fresh is None or body.member is None:
        raise Malformed(errors=[FieldError("/member", "missing", MEMBER_NEEDED)])
    return Founder(None, body.member.email, body.member.name, fresh.password_hash, fresh.place, language)


@router.post(
    "",
    summary="Register an organisation",
    status_code=201,
    response_model=OrganisationOut,
    responses=problem_answers(401, 403, 409),
    openapi_extra=FOR_PEOPLE,
)
async def register_organisation(
    request: Request,
    body: Registration,
    fresh: Annotated[KeptPassword | None, Depends(_fresh)],
    caller: MaybeCaller,
    session: Db,
    quotas: Quotas,
    now: Now,
) -> Response:
    """Registers an organisation with its first member as owner; it is pending until the platform verifies it.

    The account of `member` is always a new one, whatever accounts its address bears already, so the answer never tells
    whether an address or a password is known. Who has an account signs in first and leaves `member` out: then the
    organisation is added to it. A pending organisation can prepare everything and publish nothing.
    """
    await use_quota_of_address(session, client_address(request), Quota.REGISTRATIONS, quotas)
    founder = _founder(body, fresh, caller, language_of(request))
    organisation = await register(session, body, founder, quotas, now)
    out = show_organisation(organisation, caller)
    return created(out, organisation.version, f"/v1/organisations/{organisation.id}")


@router.get("", summary="List organisations", response_model=OrganisationsOut, responses=problem_answers(401))
async def list_organisations(
    request: Request, query: Annotated[OrganisationsQuery, Query()], caller: MaybeCaller, session: ReadDb
) -> Response:
    """The verified organisations, to everyone; members also see their own, the platform and authorities all."""
    statement = queries.organisations(caller, query)
    rows, cursor = await page(session, request, query, statement, col(Organisation.id))
    return listed(await show_organisations(session, [row[0] for row in rows], caller), cursor)


@router.get(
    "/{organisation_id}",
    summary="An organisation's page",
    response_model=OrganisationOut,
    responses=problem_answers(401, 404),
)
async def get_organisation(
    request: Request, organisation_id: OrganisationId, caller: MaybeCaller, session: ReadDb
) -> Response:
    """The public page of a verified organisation; its members and the offices see it before, and more of it."""
    found = await queries.visible_organisation(session, caller, organisation_id)
    if found is None:
        raise NotFound
    return one(request, (await show_organisations(session, [found], caller))[0], found.version)


@router.patch(
    "/{organisation_id}",
    summary="Change an organisation's details",
    response_model=OrganisationOut,
    responses=problem_answers(401, 403, 404, 409, 412, 428),
)
async def change_organisation(
    organisation_id: OrganisationId,
    body: OrganisationChange,
    seen: IfMatch,
    caller: Owner,
    session: Db,
    now: Now,
    today: Today,
) -> Response:
    """An owner changes its own organisation's details; a refused one that corrects itself is pending again.

    Once it was verified, another name waits for an office to confirm it (`name_change`); the present one takes that
    back. Country and credit code of a verified organisation are changed by the platform only.
    """
    found = await queries.visible_organisation(session, caller, organisation_id, lock=True)
    if found is None:
        raise NotFound
    if found.id != caller.organisation_id and not caller.is_platform:
        raise OfficeOnly
    seen.check(found.version)
    party = await party_of(session, found.id)
    await change(session, found, party, body, caller=caller, now=now, today=today)
    return changed((await show_organisations(session, [found], caller))[0], found.version)


@router.post(
    "/{organisation_id}/verification",
    summary="Verify or refuse an organisation",
    response_model=OrganisationOut,
    responses=problem_answers(401, 403, 404, 409, 412),
)
async def verify_organisation(
    organisation_id: OrganisationId,
    body: Verdict,
    seen: MayMatch,
    caller: PlatformOrAuthority,
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """The platform or an authority records what the check of the papers came to: verified, or refused with a reason.

    A refusal ends the organisation's API keys and open invitations; its members still sign in, to correct it.
    """
    found = await queries.visible_organisation(session, caller, organisation_id, lock=True)
    if found is None:
        raise NotFound
    seen.check(found.version)
    await verify(session, found, body, caller, now=now, real=real)
    return changed((await show_organisations(session, [found], caller))[0], found.version)


@router.post(
    "/{organisation_id}/name-change",
    summary="Confirm or refuse a new name",
    response_model=OrganisationOut,
    responses=problem_answers(401, 403, 404, 409, 412),
)
async def decide_name_change(
    organisation_id: OrganisationId,
    body: NameDecision,
    seen: MayMatch,
    caller: PlatformOrAuthority,
    session: Db,
    now: Now,
    today: Today,
) -> Response:
    """The platform or an authority confirms the name that the organisation asks for, or refuses it with a reason.

    A confirmed name shows from then on; the one before is kept with its last day.
    """
    found = await queries.visible_organisation(session, caller, organisation_id, lock=True)
    if found is None:
        raise NotFound
    seen.check(found.version)
    party = await party_of(session, found.id)
    await decide(session, found, party, body, caller=caller, now=now, today=today)
    return changed((await show_organisations(session, [found], caller))[0], found.version)
