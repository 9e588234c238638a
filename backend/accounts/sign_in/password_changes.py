"""Passwords changed and reset."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.errors import ResetGone
from backend.accounts.events import PasswordChanged
from backend.accounts.models import PasswordReset, User
from backend.accounts.rules import RESET_GOOD_FOR
from backend.accounts.sign_in.known_networks import forget_places, note_place
from backend.accounts.sign_in.password_verification import KeptPassword
from backend.accounts.sign_in.service import end_sessions
from backend.accounts.sign_in.tokens import hashed, new_secret
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append


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


async def make_reset(session: AsyncSession, user: User, real: datetime) -> str:
    """Return a token that sets a new password once, within an hour; only its hash is kept."""
    token = new_secret()
    session.add(
        PasswordReset(token_hash=hashed(token), user_id=user.id, created_at=real, expires_at=real + RESET_GOOD_FOR)
    )
    await session.flush()
    return token


async def account_to_reset(session: AsyncSession, token: str, real: datetime, *, lock: bool = False) -> User:
    """Return the account that the token is for; raise ResetGone."""
    statement = (
        sa.select(User)
        .join(PasswordReset, col(PasswordReset.user_id) == col(User.id))
        .where(
            col(PasswordReset.token_hash) == hashed(token),
            col(PasswordReset.used_at).is_(None),
            col(PasswordReset.expires_at) > real,
        )
    )
    found = (await session.scalars(statement.with_for_update(of=User) if lock else statement)).first()
    if found is None:
        raise ResetGone
    return found


async def use_reset(session: AsyncSession, token: str, new: KeptPassword, *, now: datetime, real: datetime) -> None:
    """Set the password that the token allows, once, and end every sign-in and every other reset. Raises ResetGone.

    The account is locked first, as by a change of its password, which ends the reset: neither waits for the other.
    """
    user = await account_to_reset(session, token, real, lock=True)
    spent = (
        sa.update(PasswordReset)
        .where(col(PasswordReset.token_hash) == hashed(token), col(PasswordReset.used_at).is_(None))
        .values(used_at=real)
        .returning(col(PasswordReset.token_hash))
    )
    if (await session.execute(spent)).first() is None:
        raise ResetGone
    await set_password(session, user, new, because="password_reset", but=None, now=now, real=real)
