"""Removes expired sign-ins, tokens and counters."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.models import (
    EmailConfirmation,
    Guessing,
    PasswordReset,
    PasswordResetRequest,
    RefreshToken,
    SecondFactor,
    SignInPlace,
    SignInSession,
)
from backend.accounts.quotas.rules import ALL_TIME
from backend.accounts.rules import NETWORK_KEPT_FOR, PLACE_KNOWN_FOR
from backend.accounts.second_factor.rules import ENROLMENT_GOOD_FOR
from backend.core.database import quota
from backend.core.database.sessions import Database

KEPT_FOR: Final = timedelta(days=30)
COUNTED_FOR: Final = timedelta(days=1)


async def sweep(database: Database, now: datetime) -> None:
    """Remove what expired: secrets by the real time, whatever the demonstration's clock says."""
    del now
    real = database.clock.real()
    old = sa.select(col(SignInSession.id)).where(
        sa.or_(
            col(SignInSession.expires_at) < real - KEPT_FOR,
            col(SignInSession.ended_at) < real - KEPT_FOR,
        )
    )
    async with database.write() as session:
        await session.execute(sa.delete(RefreshToken).where(col(RefreshToken.session_id).in_(old)))
        await session.execute(sa.delete(SignInSession).where(col(SignInSession.id).in_(old)))
        await session.execute(sa.delete(PasswordReset).where(col(PasswordReset.expires_at) < real - KEPT_FOR))
        await session.execute(sa.delete(EmailConfirmation).where(col(EmailConfirmation.expires_at) < real - KEPT_FOR))
        await session.execute(sa.delete(PasswordResetRequest).where(col(PasswordResetRequest.expires_at) < real))
        unconfirmed = sa.and_(
            col(SecondFactor.confirmed_at).is_(None), col(SecondFactor.begun_at) < real - ENROLMENT_GOOD_FOR
        )
        await session.execute(sa.delete(SecondFactor).where(unconfirmed))
        from_anew = sa.and_(
            col(SignInSession.network).is_not(None), col(SignInSession.created_at) < real - NETWORK_KEPT_FOR
        )
        await session.execute(sa.update(SignInSession).where(from_anew).values(network=None))
        await quota.forget(session, real - COUNTED_FOR * 2, [ALL_TIME])
        await session.execute(sa.delete(Guessing).where(col(Guessing.last_at) < real - COUNTED_FOR))
        await session.execute(sa.delete(SignInPlace).where(col(SignInPlace.last_at) < real - PLACE_KNOWN_FOR))
