"""What ends with the power of whoever made it: sign-ins, API keys and invitations.

It ends for good, so that none of it comes back with a member who joins again or with an organisation that is verified.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import Role
from backend.accounts.events import api_key_revoked, invitation_withdrawn
from backend.accounts.models import ApiKey, Invitation, Member, SignInSession, User
from backend.accounts.rules import RANK, SIGNING_SCOPE
from backend.core.events.log import append_many

LEFT: Final = "membership_ended"
SIGNS: Final = sa.cast(col(ApiKey.scopes), sa.Text).contains(f'"{SIGNING_SCOPE}"', autoescape=True)
MAKER_OWNS: Final = (
    sa.select(col(Member.id))
    .where(
        col(Member.organisation_id) == col(Invitation.organisation_id),
        col(Member.user_id) == col(Invitation.invited_by),
        col(Member.ended_at).is_(None),
        col(Member.role) == Role.OWNER,
    )
    .exists()
)  # who may invite, and so whose invitations hold


async def end_with_membership(
    session: AsyncSession, member: Member, *, now: datetime, real: datetime, actor: str
) -> None:
    """End the sign-ins and keys of a member who goes, the invitations that it made, and those that would seat it again.

    The organisation's row is locked by whoever calls.
    """
    there, user_id = member.organisation_id, member.user_id
    acting = (
        col(SignInSession.user_id) == user_id,
        col(SignInSession.organisation_id) == there,
        col(SignInSession.ended_at).is_(None),
    )
    await session.execute(sa.update(SignInSession).where(*acting).values(ended_at=real, ended_because=LEFT))
    keys = await _revoke_keys(session, sa.and_(_keys_of(there), col(ApiKey.created_by) == user_id), real)
    address = sa.select(col(User.email)).where(col(User.id) == user_id).scalar_subquery()
    its = sa.or_(col(Invitation.invited_by) == user_id, col(Invitation.email) == address)
    seats = await _end_invitations(session, sa.and_(_open_seats_of(there), its))
    await _append_event(session, there, keys, seats, now, actor)


async def end_with_role(
    session: AsyncSession, member: Member, role: Role, *, now: datetime, real: datetime, actor: str
) -> None:
    """Lower the keys of a member who gets a lower role; invitations and signing keys of who is owner no longer end."""
    above = [other for other in Role if RANK[other] > RANK[role]]
    its = sa.and_(_keys_of(member.organisation_id), col(ApiKey.created_by) == member.user_id)
    await session.execute(sa.update(ApiKey).where(its, col(ApiKey.role).in_(above)).values(role=role))
    keys = await _revoke_keys(session, sa.and_(its, SIGNS), real)
    its = sa.and_(_open_seats_of(member.organisation_id), col(Invitation.invited_by) == member.user_id)
    await _append_event(session, member.organisation_id, keys, await _end_invitations(session, its), now, actor)


async def end_with_refusal(
    session: AsyncSession, organisation_id: str, *, now: datetime, real: datetime, actor: str
) -> None:
    """End the keys and the open invitations of an organisation that is refused; its members go on, to correct it."""
    keys = await _revoke_keys(session, _keys_of(organisation_id), real)
    seats = await _end_invitations(session, _open_seats_of(organisation_id))
    await _append_event(session, organisation_id, keys, seats, now, actor)


async def end_signing_keys(
    session: AsyncSession, user_id: str, *, now: datetime, real: datetime, actor: str | None
) -> None:
    """End the keys by which an account signs, wherever it made them: they rest on a second factor that is gone."""
    keys = sa.update(ApiKey).where(col(ApiKey.created_by) == user_id, col(ApiKey.revoked_at).is_(None), SIGNS)
    revoked = await session.execute(keys.values(revoked_at=real).returning(col(ApiKey.id), col(ApiKey.organisation_id)))
    await append_many(session, [api_key_revoked(key_id, there, actor) for key_id, there in sorted(revoked)], now)


async def end_made_by(
    session: AsyncSession, user_ids: Collection[str], *, now: datetime, real: datetime, actor: str
) -> None:
    """End the keys of accounts that end, wherever they made them, and the open invitations that they made."""
    keys = sa.update(ApiKey).where(col(ApiKey.created_by).in_(user_ids), col(ApiKey.revoked_at).is_(None))
    revoked = await session.execute(keys.values(revoked_at=real).returning(col(ApiKey.id), col(ApiKey.organisation_id)))
    made = sa.delete(Invitation).where(col(Invitation.invited_by).in_(user_ids), col(Invitation.accepted_at).is_(None))
    ended = await session.execute(made.returning(col(Invitation.id), col(Invitation.organisation_id)))
    events = [
        *(api_key_revoked(key_id, there, actor) for key_id, there in sorted(revoked)),
        *(invitation_withdrawn(seat, there, actor) for seat, there in sorted(ended)),
    ]
    await append_many(session, events, now)


def _keys_of(organisation_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(col(ApiKey.organisation_id) == organisation_id, col(ApiKey.revoked_at).is_(None))


def _open_seats_of(organisation_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(col(Invitation.organisation_id) == organisation_id, col(Invitation.accepted_at).is_(None))


async def _revoke_keys(session: AsyncSession, which: sa.ColumnElement[bool], real: datetime) -> list[str]:
    revoking = sa.update(ApiKey).where(which).values(revoked_at=real).returning(col(ApiKey.id))
    return sorted(await session.scalars(revoking))


async def _end_invitations(session: AsyncSession, which: sa.ColumnElement[bool]) -> list[str]:
    return sorted(await session.scalars(sa.delete(Invitation).where(which).returning(col(Invitation.id))))


async def _append_event(
    session: AsyncSession, there: str, keys: Iterable[str], seats: Iterable[str], now: datetime, actor: str
) -> None:
    revoked = [api_key_revoked(key_id, there, actor) for key_id in keys]
    withdrawn = [invitation_withdrawn(seat, there, actor) for seat in seats]
    await append_many(session, [*revoked, *withdrawn], now)
