"""Passwords changed and reset."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.errors import ResetGone
from backend.accounts.models import PasswordReset, User
from backend.accounts.rules import RESET_GOOD_FOR
from backend.accounts.sign_in import end_sessions
from backend.accounts.tokens import hashed, new_secret
from backend.core import events
from backend.core.events import Happened


async def set_password(
    session: AsyncSession,
    user: User,
    password_hash: str,
    *,
    because: str,
    but: str | None,
    now: datetime,
    real: datetime,
) -> None:
    """Give the account a new password, and end its sign-ins except one."""
    user.password_hash, user.password_changed_at = password_hash, real
    user.version += 1
    await end_sessions(session, [user.id], real, because, but=but)
    await events.append(session, Happened("account.password_changed", user.id, []), now)


async def make_reset(session: AsyncSession, user: User, real: datetime) -> str:
    """Give a token that sets a new password once, within an hour; only its hash is kept."""
    token = new_secret()
    session.add(
        PasswordReset(token_hash=hashed(token), user_id=user.id, created_at=real, expires_at=real + RESET_GOOD_FOR)
    )
    await session.flush()
    return token


async def account_to_reset(session: AsyncSession, token: str, real: datetime) -> User:
    """Give the account that the token is for; raise ResetGone."""
    asked = (
        sa.select(User)
        .join(PasswordReset, col(PasswordReset.user_id) == col(User.id))
        .where(
            col(PasswordReset.token_hash) == hashed(token),
            col(PasswordReset.used_at).is_(None),
            col(PasswordReset.expires_at) > real,
        )
    )
    found = (await session.scalars(asked)).first()
    if found is None:
        raise ResetGone
    return found


async def use_reset(session: AsyncSession, token: str, password_hash: str, *, now: datetime, real: datetime) -> None:
    """Set the password that the token allows, once, and end every sign-in and every other reset. Raises ResetGone."""
    user = await account_to_reset(session, token, real)
    spent = (
        sa.update(PasswordReset)
        .where(col(PasswordReset.user_id) == user.id, col(PasswordReset.used_at).is_(None))
        .values(used_at=real)
        .returning(col(PasswordReset.token_hash))
    )
    if hashed(token) not in {row[0] for row in await session.execute(spent)}:
        raise ResetGone
    await set_password(session, user, password_hash, because="password_reset", but=None, now=now, real=real)
