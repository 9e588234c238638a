"""Signing in: sessions, access and refresh tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.errors import InvalidGrant, NoMembership, RefreshTokenReused
from backend.accounts.events import SignedInAnew
from backend.accounts.models import RefreshToken, SignInSession, User
from backend.accounts.queries import memberships_of, seats_of
from backend.accounts.rules import program_name
from backend.accounts.second_factor.errors import SecondFactorRequired
from backend.accounts.second_factor.verification import CodeProof, factor_of, use_code
from backend.accounts.sign_in import tokens
from backend.accounts.sign_in.known_networks import Account, is_last_here, note_place
from backend.accounts.sign_in.password_verification import Proof
from backend.accounts.sign_in.throttling import take_back
from backend.core.database.sessions import persist_on_refusal
from backend.core.events.domain_event import DomainEvent, member_audience
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.core.text_rules import seen

LONGEST_AGENT: Final = 200
MOST_AGENTS: Final = 100
MOST_FITTING: Final = 100  # accounts of one address and password that are looked at; a stranger may make as many


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gives; keys have no refresh token."""

    access_token: str
    expires_in: int
    organisation_id: str
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from: the program and the language that it names, and roughly which network."""

    agent: str | None
    network: str | None
    language: str

    @property
    def kept_agent(self) -> str | None:
        """Return what is kept of the program's name."""
        return seen(self.agent)[:LONGEST_AGENT] or None if self.agent else None


async def _is_anew(session: AsyncSession, account: Account, origin: Origin) -> bool:
    """Whether the account never signed in from this place lately, or never with this program as far as is known."""
    if account.here_at is None:
        return True
    statement = sa.select(col(SignInSession.agent)).where(col(SignInSession.user_id) == account.id).distinct()
    known = {program_name(agent) for agent in await session.scalars(statement.limit(MOST_AGENTS))}
    return bool(known) and program_name(origin.kept_agent) not in known


async def _place(session: AsyncSession, user_id: str, organisation_id: str | None) -> str:
    places = [m.organisation_id for m in await memberships_of(session, user_id)]
    if not places or (organisation_id is not None and organisation_id not in places):
        raise NoMembership
    return organisation_id or places[0]


async def chosen_account(session: AsyncSession, proof: Proof, organisation_id: str | None) -> tuple[Account, str]:
    """Return the account that signs in, and where it acts: of those that fit the first that is a member there.

    Raises InvalidGrant, or NoMembership where there is nowhere to act.
    """
    if not proof.fits:
        raise InvalidGrant
    seats = await seats_of(session, [a.id for a in proof.fits[:MOST_FITTING]], organisation_id)
    for account in proof.fits:
        if account.id in seats:
            return account, seats[account.id]
    raise NoMembership


async def sign_in(
    session: AsyncSession,
    settings: Settings,
    proof: Proof,
    *,
    code: CodeProof | None,
    organisation_id: str | None,
    origin: Origin,
    now: datetime,
    real: datetime,
) -> Tokens:
    """Return the tokens of a new session; raise as `chosen_account` and `_use_second_factor` do.

    From a network or with a program not known before, whoever confirmed the account's address is told.
    """
    account, place = await chosen_account(session, proof, organisation_id)
    user = await session.get(User, account.id, with_for_update={"read": True})  # no change of it comes between
    if user is None or user.password_hash != account.password_hash:  # changed since it was proved
        raise InvalidGrant
    await _use_second_factor(session, user.id, code, origin.language, now=now, real=real)
    await take_back(session, proof.tried, of_address=is_last_here(account, proof.known))
    anew = await _is_anew(session, account, origin)
    await note_place(session, user.id, proof.fresh.place, real)
    opened = SignInSession(
        id=new_id("ses"),
        user_id=user.id,
        organisation_id=place,
        created_at=real,
        last_used_at=real,
        expires_at=real + timedelta(days=settings.refresh_token_days),
        agent=origin.kept_agent,
        network=origin.network if anew else None,
    )
    session.add(opened)
    await session.flush()
    if anew:
        payload = SignedInAnew(session_id=opened.id, language=origin.language)
        told = [member_audience(place, user.id)] if place else []
        await append(session, DomainEvent(payload, user.id, told), now)
    return await _tokens(session, settings, opened, place, real)


async def _use_second_factor(
    session: AsyncSession, user_id: str, code: CodeProof | None, language: str, *, now: datetime, real: datetime
) -> None:
    """Use the code up that the account's second factor asks for; raise SecondFactorRequired or SecondFactorUsed."""
    if await factor_of(session, user_id) is None:
        return
    if code is None or code.user_id != user_id:
        raise SecondFactorRequired
    await use_code(session, code, language, now=now, real=real)


async def _tokens(
    session: AsyncSession, settings: Settings, opened: SignInSession, place: str, real: datetime
) -> Tokens:
    secret = tokens.new_secret()
    session.add(RefreshToken(token_hash=tokens.hashed(secret), session_id=opened.id, created_at=real))
    await session.flush()
    good_for = timedelta(minutes=settings.access_token_minutes)
    access = tokens.access_token(
        settings.key("token"),
        subject=opened.user_id,
        organisation_id=place,
        session_id=opened.id,
        typ="person",
        at=real,
        good_for=good_for,
    )
    return Tokens(access, int(good_for.total_seconds()), place, secret)


def key_tokens(settings: Settings, key_id: str, organisation_id: str, real: datetime) -> Tokens:
    """Return the access token of an API key."""
    good_for = timedelta(minutes=settings.access_token_minutes)
    access = tokens.access_token(
        settings.key("token"),
        subject=key_id,
        organisation_id=organisation_id,
        session_id=key_id,
        typ="key",
        at=real,
        good_for=good_for,
    )
    return Tokens(access, int(good_for.total_seconds()), organisation_id)


async def refresh(
    session: AsyncSession, settings: Settings, token: str, *, organisation_id: str | None, real: datetime
) -> Tokens:
    """Return the session's next tokens; the refresh token is spent. Raises InvalidGrant or NoMembership.

    A token that comes a second time ends its whole family, and RefreshTokenReused says so.
    """
    spent = (
        sa.update(RefreshToken)
        .where(col(RefreshToken.token_hash) == tokens.hashed(token), col(RefreshToken.used_at).is_(None))
        .values(used_at=real)
        .returning(col(RefreshToken.session_id))
    )
    session_id = (await session.execute(spent)).scalar_one_or_none()
    if session_id is None:
        await _refuse_spent(session, token, real)
    opened = await session.get(SignInSession, session_id, with_for_update=True)
    if opened is None or opened.ended_at is not None or opened.expires_at <= real:
        raise InvalidGrant
    place = await _place(session, opened.user_id, organisation_id or opened.organisation_id)
    opened.organisation_id, opened.last_used_at = place, real
    opened.expires_at = real + timedelta(days=settings.refresh_token_days)
    return await _tokens(session, settings, opened, place, real)


async def _refuse_spent(session: AsyncSession, token: str, real: datetime) -> None:
    known = await session.get(RefreshToken, tokens.hashed(token))
    if known is None:
        raise InvalidGrant
    persist_on_refusal(session, _end(real, "refresh_token_reused").where(col(SignInSession.id) == known.session_id))
    raise RefreshTokenReused


def _end(real: datetime, because: str) -> sa.Update:
    return (
        sa.update(SignInSession)
        .where(col(SignInSession.ended_at).is_(None))
        .values(ended_at=real, ended_because=because)
    )


async def end_session(session: AsyncSession, user_id: str, session_id: str, real: datetime, because: str) -> bool:
    """End one sign-in of the person; give whether there was one."""
    ending = _end(real, because).where(col(SignInSession.id) == session_id, col(SignInSession.user_id) == user_id)
    return (await session.execute(ending.returning(col(SignInSession.id)))).first() is not None


async def end_sessions(
    session: AsyncSession, user_ids: Sequence[str], real: datetime, because: str, *, but: str | None = None
) -> None:
    """End every sign-in of the people, except one."""
    ending = _end(real, because).where(col(SignInSession.user_id).in_(user_ids))
    await session.execute(ending if but is None else ending.where(col(SignInSession.id) != but))


async def revoke(session: AsyncSession, settings: Settings, token: str, real: datetime) -> None:
    """End the sign-in that an access or refresh token belongs to; an unknown token is no error (RFC 7009, 2.2)."""
    said = tokens.read_access_token(settings.key("token"), token, real)
    if said is not None and said["typ"] == "person":
        await end_session(session, said["sub"], said["sid"], real, "revoked")
        return
    known = await session.get(RefreshToken, tokens.hashed(token))
    if known is not None:
        await session.execute(_end(real, "revoked").where(col(SignInSession.id) == known.session_id))
