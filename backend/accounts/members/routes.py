"""Invitations and members of an organisation."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.access import FOR_PEOPLE, MaybeCaller, OwnerInPerson, Person, Viewer
from backend.accounts.caller import Caller
from backend.accounts.codes import Role
from backend.accounts.errors import PeopleOnly, RoleTooLow
from backend.accounts.members import service as membership
from backend.accounts.members.schemas import (
    Acceptance,
    InvitationOffer,
    InvitationOut,
    InvitationsOut,
    MemberOut,
    MembersOut,
    NewInvitation,
    RoleChange,
)
from backend.accounts.models import Invitation, Member, User
from backend.accounts.organisations.routes import OrganisationId
from backend.accounts.organisations.service import Founder
from backend.accounts.personal_data.sources import Sources
from backend.accounts.presenters import show_invitation, show_member
from backend.accounts.quotas.policy import Quotas
from backend.accounts.sign_in.password_verification import Proof, prove
from backend.accounts.sign_in.passwords import check_password
from backend.core.clock import Now, Real
from backend.core.database.sessions import Database
from backend.core.errors import FieldError, Malformed, NotFound, Text
from backend.core.http.idempotency import ShownOnce
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import IfMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain, to_json
from backend.core.ids import id_pattern

router = APIRouter(prefix="/v1", tags=["members"], route_class=WritingRoute)

MemberId = Annotated[str, Path(pattern=id_pattern("mem"), examples=["mem_01h455vb4pex5vsknk084sn02q"])]
InvitationId = Annotated[str, Path(pattern=id_pattern("inv"), examples=["inv_01h455vb4pex5vsknk084sn02q"])]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$", examples=["Zk9wQ2V4YW1wbGVfdG9rZW5fb25seQ"])]
OF: Final = "/organisations/{organisation_id}"
NEEDED: Final = Text("未登录时须填写姓名与密码。", "Whoever is not signed in gives a name and a password.")


def _own(caller: Caller, organisation_id: str) -> None:
    if caller.organisation_id != organisation_id and not caller.is_platform:
        raise NotFound


@router.post(
    OF + "/invitations",
    summary="Invite somebody",
    status_code=201,
    response_model=InvitationOut,
    responses=problem_answers(401, 403, 404),
)
async def invite(
    request: Request,
    organisation_id: OrganisationId,
    body: NewInvitation,
    caller: OwnerInPerson,
    session: Db,
    quotas: Quotas,
    now: Now,
) -> Response:
    """An owner opens a seat for an address, to which an e-mail with a link goes; it is good for 14 days.

    It ends before with its maker's power: when the maker leaves or is an owner no longer, when a member with the
    invited address leaves, and when the organisation is refused.

    The token, to be handed over where no e-mail is sent, shows in this answer only, and in no repetition of it.
    """
    if caller.organisation_id != organisation_id:
        raise NotFound
    invitation, token = await membership.invite(session, body, caller, language_of(request), quotas, now)
    location = f"/v1/organisations/{organisation_id}/invitations"
    answer = created(show_invitation(invitation, token), 1, location)
    return ShownOnce(answer, to_json(show_invitation(invitation)))


@router.get(
    OF + "/invitations",
    summary="List invitations",
    response_model=InvitationsOut,
    responses=problem_answers(401, 403, 404),
)
async def list_invitations(
    request: Request,
    organisation_id: OrganisationId,
    query: Annotated[PageQuery, Query()],
    caller: OwnerInPerson,
    session: ReadDb,
) -> Response:
    """The organisation's invitations, to its owners."""
    _own(caller, organisation_id)
    statement = queries.invitations(organisation_id)
    rows, cursor = await page(session, request, query, statement, col(Invitation.id))
    return listed([show_invitation(row[0]) for row in rows], cursor)


@router.delete(
    OF + "/invitations/{invitation_id}",
    summary="Withdraw an invitation",
    status_code=204,
    responses=problem_answers(401, 403, 404),
)
async def withdraw_invitation(
    organisation_id: OrganisationId, invitation_id: InvitationId, caller: OwnerInPerson, session: Db, now: Now
) -> Response:
    """An owner withdraws an invitation that was not accepted; its token is good for nothing."""
    if caller.organisation_id != organisation_id:
        raise NotFound
    await membership.withdraw_invitation(session, organisation_id, invitation_id, now)
    return Response(None, 204)


async def _proof(request: Request, token: Token, body: Acceptance, real: Real) -> tuple[Acceptance, str, Proof] | None:
    if body.name is None or body.password is None:
        return None
    database: Database = request.app.state.database
    async with database.read() as session:
        seat = await membership.open_seat(session, request.app.state.settings, token, real)
    check_password(body.password, "/password", seat.email, body.name)
    return body, seat.email, await prove(request, seat.email, body.password)


def _taker(body: Acceptance, email: str, proof: Proof, language: str) -> Founder:
    place = proof.fresh.place
    if proof.account is not None:
        return Founder(proof.account.id, place=place)
    return Founder(None, email, body.name or "", proof.fresh.password_hash, place, language)


@router.get(
    "/invitations/{token}",
    summary="What an invitation offers",
    response_model=InvitationOffer,
    responses=problem_answers(404),
)
async def get_invitation(request: Request, token: Token, session: ReadDb, real: Real) -> Response:
    """The organisation and the role that are offered. It changes nothing, whoever opens it."""
    seat = await membership.open_seat(session, request.app.state.settings, token, real)
    found = await queries.visible_organisation(session, None, seat.organisation_id)
    offer = InvitationOffer(
        organisation_id=seat.organisation_id,
        organisation=found.name if found else None,
        role=seat.role,
        expires_at=seat.expires_at,
    )
    return plain(offer)


@router.post(
    "/invitations/{token}/acceptance",
    summary="Accept an invitation",
    status_code=201,
    response_model=MemberOut,
    responses=problem_answers(401, 403, 404, 409),
    openapi_extra=FOR_PEOPLE,
)
async def accept_invitation(
    request: Request,
    token: Token,
    proof: Annotated[tuple[Acceptance, str, Proof] | None, Depends(_proof)],
    caller: MaybeCaller,
    session: Db,
    quotas: Quotas,
    sources: Sources,
    now: Now,
) -> Response:
    """Takes the seat, once. A signed-in caller takes it for its account; anybody else gives a name and a password.

    With the password of an account that bears the invited address, the seat is that account's; with any other the
    account is a new one, so the answer never tells whether an address is known. It counts as a try of the password.

    The link that came by e-mail also confirms the address, for the account that bears it; the token that the
    invitation's maker handed over does not.
    """
    if caller is not None:
        if caller.scopes is not None:
            raise PeopleOnly
        taker = Founder(caller.user_id)
    elif proof is None:
        raise Malformed(errors=[FieldError("/password", "missing", NEEDED)])
    else:
        taker = _taker(*proof, language_of(request))
    member, user = await membership.accept(session, token, taker, quotas, sources, now)
    location = f"/v1/organisations/{member.organisation_id}/members/{member.id}"
    return created(show_member(member, user), member.version, location)


@router.get(
    OF + "/members", summary="List members", response_model=MembersOut, responses=problem_answers(401, 403, 404)
)
async def list_members(
    request: Request,
    organisation_id: OrganisationId,
    query: Annotated[PageQuery, Query()],
    caller: Viewer,
    session: ReadDb,
) -> Response:
    """The organisation's members, to its members."""
    _own(caller, organisation_id)
    rows, cursor = await page(session, request, query, queries.members(organisation_id), col(Member.id))
    return listed([show_member(row[0], row[1]) for row in rows], cursor)


async def _member(session: Db, organisation_id: str, member_id: str) -> tuple[Member, User]:
    row = (await session.execute(queries.members(organisation_id).where(col(Member.id) == member_id))).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


@router.get(
    OF + "/members/{member_id}",
    summary="A member",
    response_model=MemberOut,
    responses=problem_answers(401, 403, 404),
)
async def get_member(
    request: Request, organisation_id: OrganisationId, member_id: MemberId, caller: Viewer, session: ReadDb
) -> Response:
    """A member of one's organisation."""
    _own(caller, organisation_id)
    member, user = await _member(session, organisation_id, member_id)
    return one(request, show_member(member, user), member.version)


@router.patch(
    OF + "/members/{member_id}",
    summary="Change a member's role",
    response_model=MemberOut,
    responses=problem_answers(401, 403, 404, 409, 412, 428),
)
async def change_member(
    organisation_id: OrganisationId,
    member_id: MemberId,
    body: RoleChange,
    seen: IfMatch,
    caller: OwnerInPerson,
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """An owner gives a member another role; the last owner stays owner.

    With a lower role, the member's API keys have no more than it from now on, and invitations and signing keys of who
    was an owner end.
    """
    if caller.organisation_id != organisation_id:
        raise NotFound
    await queries.lock_organisation(session, organisation_id)
    member, user = await _member(session, organisation_id, member_id)
    seen.check(member.version)
    await membership.change_role(session, member, body.role, now=now, real=real, actor=caller.user_id)
    return changed(show_member(member, user), member.version)


@router.delete(
    OF + "/members/{member_id}",
    summary="End a membership",
    status_code=204,
    responses=problem_answers(401, 403, 404, 409, 412, 428),
)
async def remove_member(
    organisation_id: OrganisationId,
    member_id: MemberId,
    seen: IfMatch,
    caller: Person,
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """A member leaves, or an owner removes it; the last owner cannot leave.

    Its sign-ins and API keys there end at once and for good, the invitations that it made, and those to its address.
    """
    if caller.organisation_id != organisation_id:
        raise NotFound
    await queries.lock_organisation(session, organisation_id)
    member, _ = await _member(session, organisation_id, member_id)
    if member.user_id != caller.user_id and caller.role is not Role.OWNER:
        raise RoleTooLow(role=Role.OWNER.value)
    seen.check(member.version)
    await membership.end_membership(session, member, now=now, real=real, actor=caller.user_id)
    return Response(None, 204)
