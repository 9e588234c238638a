"""Members of an organisation: invited, joined, given roles, gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.addresses.service import ask_of_new_account, confirm_address, lock_accounts
from backend.accounts.addresses.tokens import INVITATION, read_link_token
from backend.accounts.caller import Caller
from backend.accounts.codes import Role
from backend.accounts.errors import AlreadyMember, InvitationGone, LastOwner
from backend.accounts.events import InvitationMade, MemberJoined, MemberRoleChanged, invitation_withdrawn, member_left
from backend.accounts.members.schemas import NewInvitation
from backend.accounts.models import Invitation, Member, User
from backend.accounts.organisations.service import Founder
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.accounts.revocation import MAKER_OWNS, end_with_membership, end_with_role
from backend.accounts.rules import INVITATION_GOOD_FOR, at_least
from backend.accounts.second_factor.errors import SecondFactorRequired
from backend.accounts.second_factor.verification import factor_of
from backend.accounts.sign_in.known_networks import note_place
from backend.accounts.sign_in.tokens import hashed, new_secret
from backend.core.errors import NotFound
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.core.personal_data import PersonalData
from backend.core.settings import Settings


async def invite(
    session: AsyncSession, body: NewInvitation, caller: Caller, language: str, quotas: QuotaPolicy, now: datetime
) -> tuple[Invitation, str]:
    """Return the invitation and its token, which is kept nowhere; the answer is the same whatever the address."""
    await use_quota(session, caller, Quota.INVITATIONS, quotas)
    organisation_id = caller.organisation_id
    token = new_secret()
    invitation = Invitation(
        id=new_id("inv"),
        organisation_id=organisation_id,
        email=body.email,
        role=body.role,
        token_hash=hashed(token),
        invited_by=caller.user_id,
        created_at=quotas.real,
        expires_at=quotas.real + INVITATION_GOOD_FOR,
    )
    session.add(invitation)
    event = DomainEvent(
        InvitationMade(role=body.role, language=language), invitation.id, [organisation_id], caller.user_id
    )
    await append(session, event, now)
    return invitation, token


async def withdraw_invitation(session: AsyncSession, organisation_id: str, invitation_id: str, now: datetime) -> None:
    """End an open invitation; raise InvitationGone where there is none."""
    gone = (
        sa.delete(Invitation)
        .where(
            col(Invitation.id) == invitation_id,
            col(Invitation.organisation_id) == organisation_id,
            col(Invitation.accepted_at).is_(None),
        )
        .returning(col(Invitation.id))
    )
    if (await session.execute(gone)).first() is None:
        raise InvitationGone
    await append(session, invitation_withdrawn(invitation_id, organisation_id), now)


@dataclass(frozen=True, slots=True)
class Seat:
    """What an open invitation offers; the link of the e-mail proves the address, the token that its maker has not."""

    organisation_id: str
    email: str
    role: Role
    expires_at: datetime
    proves_address: bool


def _open(settings: Settings, token: str, real: datetime) -> sa.ColumnElement[bool]:
    emailed = read_link_token(settings, INVITATION, token)
    return sa.and_(
        col(Invitation.token_hash) == hashed(token) if emailed is None else col(Invitation.id) == emailed,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.expires_at) > real,
        MAKER_OWNS,
    )


async def open_seat(session: AsyncSession, settings: Settings, token: str, real: datetime) -> Seat:
    """Return what the token's invitation offers, as long as its maker is an owner there; raise InvitationGone."""
    found = (await session.scalars(sa.select(Invitation).where(_open(settings, token, real)))).first()
    if found is None:
        raise InvitationGone
    proves_address = read_link_token(settings, INVITATION, token) is not None
    return Seat(found.organisation_id, found.email, found.role, found.expires_at, proves_address)


async def accept(
    session: AsyncSession,
    token: str,
    taker: Founder,
    quotas: QuotaPolicy,
    sources: Sequence[PersonalData],
    now: datetime,
) -> tuple[Member, User]:
    """Return the new member and its account; of two at once one gets the seat. Raises InvitationGone, AlreadyMember.

    The organisation is locked first, as by whoever ends the power of the invitation's maker; before it the accounts of
    the address, where the token came to it by e-mail and so confirms it.
    """
    offered = await open_seat(session, quotas.settings, token, quotas.real)
    if offered.proves_address:
        await lock_accounts(session, offered.email)
    await queries.lock_organisation(session, offered.organisation_id)
    taking = (
        sa.update(Invitation)
        .where(_open(quotas.settings, token, quotas.real))
        .values(accepted_at=quotas.real)
        .returning(col(Invitation.organisation_id), col(Invitation.role))
        .execution_options(synchronize_session=False)
    )
    seat = (await session.execute(taking)).first()
    if seat is None:
        raise InvitationGone
    user = await _account(session, taker, quotas.real)
    if await living_membership(session, seat.organisation_id, user.id) is not None:
        raise AlreadyMember
    await _settle_address(session, user, offered, taker, quotas, sources, now)
    member = Member(
        id=new_id("mem"), organisation_id=seat.organisation_id, user_id=user.id, role=seat.role, joined_at=now
    )
    session.add(member)
    await append(session, DomainEvent(MemberJoined(), member.id, [seat.organisation_id], user.id), now)
    return member, user


async def _settle_address(
    session: AsyncSession,
    user: User,
    offered: Seat,
    taker: Founder,
    quotas: QuotaPolicy,
    sources: Sequence[PersonalData],
    now: datetime,
) -> None:
    """Confirm the address by the e-mailed link, as long as no other account has; else have a new account asked to."""
    if offered.proves_address and user.email == offered.email:
        accounts = await lock_accounts(session, offered.email)
        if all(one.email_confirmed_at is None for one in accounts):
            real = quotas.real
            await confirm_address(session, accounts, user.id, user.email, sources, now=now, real=real)
    elif taker.user_id is None:
        await ask_of_new_account(session, user.id, user.email, taker.language, quotas, now)


async def _account(session: AsyncSession, taker: Founder, real: datetime) -> User:
    """Return the account that takes a seat; raise SecondFactorRequired where a password alone was to open it."""
    if taker.user_id is not None:
        if taker.place is not None and await factor_of(session, taker.user_id) is not None:
            raise SecondFactorRequired
        user = await session.get(User, taker.user_id)
        if user is None:
            raise NotFound
    else:
        user = User(
            id=new_id("usr"),
            email=taker.email,
            name=taker.name,
            password_hash=taker.password_hash,
            password_changed_at=real,
            created_at=real,
        )
        session.add(user)
        await session.flush()
    if taker.place is not None:
        await note_place(session, user.id, taker.place, real)
    return user


async def living_membership(session: AsyncSession, organisation_id: str, user_id: str) -> Member | None:
    """The person's present place in the organisation."""
    statement = sa.select(Member).where(
        col(Member.organisation_id) == organisation_id, col(Member.user_id) == user_id, queries.LIVING
    )
    return (await session.scalars(statement)).first()


async def change_role(
    session: AsyncSession, member: Member, role: Role, *, now: datetime, real: datetime, actor: str
) -> None:
    """Set the member's role; raise LastOwner. The caller holds the organisation's row locked.

    With a lower one ends what only the higher one could make.
    """
    if role is not Role.OWNER:
        await _keep_an_owner(session, member)
    before, member.role = member.role, role
    member.version += 1
    if not at_least(role, before):
        await end_with_role(session, member, role, now=now, real=real, actor=actor)
    payload = MemberRoleChanged(role=role, role_before=before)
    await append(session, DomainEvent(payload, member.id, [member.organisation_id], actor), now)


async def end_membership(session: AsyncSession, member: Member, *, now: datetime, real: datetime, actor: str) -> None:
    """End the member's place, and for good its sign-ins, keys and invitations there. Raises LastOwner."""
    await _keep_an_owner(session, member)
    member.ended_at = now
    member.version += 1
    await end_with_membership(session, member, now=now, real=real, actor=actor)
    await append(session, member_left(member.id, member.organisation_id, member.role, actor), now)


async def _keep_an_owner(session: AsyncSession, member: Member) -> None:
    owners = await queries.owners_of(session, [member.organisation_id])
    if member.role is Role.OWNER and owners.get(member.organisation_id, 0) <= 1:
        raise LastOwner
