"""Passwords changed and reset."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.addresses.tokens import RESET, read_link_token
from backend.accounts.errors import ResetGone
from backend.accounts.events import PasswordChanged, PasswordResetAsked
from backend.accounts.models import PasswordReset, PasswordResetRequest, User
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import may_send_to
from backend.accounts.rules import RESET_GOOD_FOR
from backend.accounts.sign_in.known_networks import forget_places, note_place
from backend.accounts.sign_in.password_verification import KeptPassword
from backend.accounts.sign_in.service import end_sessions
from backend.accounts.sign_in.tokens import hashed, new_secret
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.core.settings import Settings


async def set_password(
    session: AsyncSession,
    user: User,
    new: KeptPassword,
    *,
    because: str,
    but: str | None,
    now: datetime,
    real: datetime,
) -> None:
    """Set the account's password; its sign-ins end except one, its resets, and what is known of its places."""
    user.password_hash, user.password_changed_at = new.password_hash, real
    user.version += 1
    open_resets = sa.and_(col(PasswordReset.user_id) == user.id, col(PasswordReset.used_at).is_(None))
    await session.execute(sa.update(PasswordReset).where(open_resets).values(used_at=real))
    await end_sessions(session, [user.id], real, because, but=but)
    await forget_places(session, user.id)
    await note_place(session, user.id, new.place, real)
    await append(session, DomainEvent(PasswordChanged(), user.id, []), now)


async def ask_for_email(session: AsyncSession, email: str, language: str, quotas: QuotaPolicy, now: datetime) -> None:
    """Have an e-mail with a link go to the account that confirmed the address, if one did.

    The same is done for every address: whose it is, is looked up when the e-mail is written. Of one to which enough
    went today only the event is kept, which leads to nothing, so that the answer does not tell who else asked.
    """
    real = quotas.real
    asked = PasswordResetRequest(id=new_id("prr"), email=email, created_at=real, expires_at=real + RESET_GOOD_FOR)
    if await may_send_to(session, email, Quota.PASSWORD_RESETS_SENT, quotas):
        session.add(asked)
    await append(session, DomainEvent(PasswordResetAsked(language=language), asked.id, []), now)


async def make_reset(session: AsyncSession, user: User, real: datetime) -> str:
    """Return a token that sets a new password once, within an hour; only its hash is kept."""
    token = new_secret()
    session.add(
        PasswordReset(token_hash=hashed(token), user_id=user.id, created_at=real, expires_at=real + RESET_GOOD_FOR)
    )
    await session.flush()
    return token


def _by_email(request_id: str, real: datetime) -> sa.Select[User]:
    """Select the account that confirmed the address; a password set since the request was made has ended the link."""
    return (
        sa.select(User)
        .join(PasswordResetRequest, col(PasswordResetRequest.email) == col(User.email))
        .where(
            col(PasswordResetRequest.id) == request_id,
            col(PasswordResetRequest.expires_at) > real,
            col(PasswordResetRequest.created_at) > col(User.password_changed_at),
            col(User.email_confirmed_at).is_not(None),
        )
    )


def _by_staff(token: str, real: datetime) -> sa.Select[User]:
    return (
        sa.select(User)
        .join(PasswordReset, col(PasswordReset.user_id) == col(User.id))
        .where(
            col(PasswordReset.token_hash) == hashed(token),
            col(PasswordReset.used_at).is_(None),
            col(PasswordReset.expires_at) > real,
            col(User.erased_at).is_(None),
        )
    )


async def account_to_reset(
    session: AsyncSession, settings: Settings, token: str, real: datetime, *, lock: bool = False
) -> User:
    """Return the account that the token is for, of an e-mail or by the staff's hand; raise ResetGone."""
    request_id = read_link_token(settings, RESET, token)
    statement = _by_staff(token, real) if request_id is None else _by_email(request_id, real)
    found = (await session.scalars(statement.with_for_update(of=User) if lock else statement)).first()
    if found is None:
        raise ResetGone
    return found


async def use_reset(
    session: AsyncSession, settings: Settings, token: str, new: KeptPassword, *, now: datetime, real: datetime
) -> None:
    """Set the password that the token allows, once, and end every sign-in and every other reset. Raises ResetGone.

    The account is locked first, as by a change of its password, which ends the reset: neither waits for the other.
    """
    user = await account_to_reset(session, settings, token, real, lock=True)
    if read_link_token(settings, RESET, token) is None:
        await _spend(session, token, real)
    await set_password(session, user, new, because="password_reset", but=None, now=now, real=real)


async def _spend(session: AsyncSession, token: str, real: datetime) -> None:
    spent = (
        sa.update(PasswordReset)
        .where(col(PasswordReset.token_hash) == hashed(token), col(PasswordReset.used_at).is_(None))
        .values(used_at=real)
        .returning(col(PasswordReset.token_hash))
    )
    if (await session.execute(spent)).first() is None:
        raise ResetGone
