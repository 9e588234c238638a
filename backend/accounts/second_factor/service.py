"""Second factors begun, confirmed, removed and reset."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import RecoveryCode, SecondFactor, User
from backend.accounts.revocation import end_signing_keys
from backend.accounts.second_factor.errors import SecondFactorNotBegun, SecondFactorNotSetUp, SecondFactorSetUp
from backend.accounts.second_factor.events import (
    RecoveryCodesRenewed,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SecondFactorReset,
)
from backend.accounts.second_factor.rules import new_recovery_codes, new_secret, plain_code
from backend.accounts.second_factor.stored_secrets import recovery_hash, seal
from backend.accounts.second_factor.verification import CodeProof, append_for_person, use_code
from backend.accounts.sign_in.service import end_sessions
from backend.core.errors import NotFound
from backend.core.settings import Settings


async def begin(session: AsyncSession, settings: Settings, user: User, real: datetime) -> tuple[SecondFactor, str]:
    """Return a second factor that waits to be confirmed, in place of one that waited before, and its secret.

    The account is locked by whoever calls. Raises SecondFactorSetUp.
    """
    factor = await session.get(SecondFactor, user.id)
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorSetUp
    secret = new_secret()
    if factor is None:
        factor = SecondFactor(user_id=user.id, secret=seal(settings, user.id, secret), begun_at=real)
        session.add(factor)
    else:
        factor.secret, factor.begun_at = seal(settings, user.id, secret), real
        factor.version += 1
    return factor, secret


async def confirm(
    session: AsyncSession,
    settings: Settings,
    proof: CodeProof,
    language: str,
    *,
    session_id: str | None,
    now: datetime,
    real: datetime,
) -> tuple[SecondFactor, Sequence[str]]:
    """Return the second factor, set up from now on, and its recovery codes; every other sign-in of the account ends.

    Raises SecondFactorNotBegun where it was begun anew or confirmed meanwhile.
    """
    await session.get(User, proof.user_id, with_for_update={"key_share": True})  # no sign-in comes between
    factor = await session.get(SecondFactor, proof.user_id, with_for_update=True)
    if factor is None or factor.confirmed_at is not None or factor.secret != proof.secret or proof.step is None:
        raise SecondFactorNotBegun
    factor.confirmed_at, factor.last_step = real, proof.step
    factor.version += 1
    codes = await _replace_codes(session, settings, proof.user_id, real)
    await end_sessions(session, [proof.user_id], real, "second_factor_enabled", but=session_id)
    await append_for_person(session, SecondFactorEnabled(language=language), proof.user_id, now)
    return factor, codes


async def renew_codes(
    session: AsyncSession, settings: Settings, proof: CodeProof, language: str, *, now: datetime, real: datetime
) -> tuple[SecondFactor, Sequence[str]]:
    """Return the second factor and ten new recovery codes, in place of those before. Raises SecondFactorUsed."""
    await use_code(session, proof, language, now=now, real=real)
    factor = await session.get(SecondFactor, proof.user_id, with_for_update=True)
    if factor is None:
        raise SecondFactorNotSetUp
    factor.version += 1
    codes = await _replace_codes(session, settings, proof.user_id, real)
    await append_for_person(session, RecoveryCodesRenewed(language=language), proof.user_id, now)
    return factor, codes


async def remove(
    session: AsyncSession,
    proof: CodeProof,
    language: str,
    *,
    session_id: str | None,
    now: datetime,
    real: datetime,
) -> None:
    """Remove the second factor; every other sign-in of the account and its signing keys end.

    Raises SecondFactorUsed.
    """
    await use_code(session, proof, language, now=now, real=real)
    await _delete(session, proof.user_id)
    await end_sessions(session, [proof.user_id], real, "second_factor_disabled", but=session_id)
    await end_signing_keys(session, proof.user_id, now=now, real=real, actor=proof.user_id)
    await append_for_person(session, SecondFactorDisabled(language=language), proof.user_id, now)


async def reset(
    session: AsyncSession, user_id: str, reason: str, *, now: datetime, real: datetime, actor: str | None
) -> None:
    """Remove somebody's second factor; every sign-in of the account and its signing keys end. Raises NotFound."""
    user = await session.get(User, user_id, with_for_update={"key_share": True})
    if user is None or not await _delete(session, user_id):
        raise NotFound
    await end_sessions(session, [user_id], real, "second_factor_reset")
    await end_signing_keys(session, user_id, now=now, real=real, actor=actor)
    await append_for_person(session, SecondFactorReset(reason=reason), user_id, now, actor=actor)


async def _delete(session: AsyncSession, user_id: str) -> bool:
    """Delete the second factor that the account has set up; return whether there was one."""
    await session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    confirmed = sa.delete(SecondFactor).where(
        col(SecondFactor.user_id) == user_id, col(SecondFactor.confirmed_at).is_not(None)
    )
    return (await session.execute(confirmed.returning(col(SecondFactor.user_id)))).first() is not None


async def _replace_codes(session: AsyncSession, settings: Settings, user_id: str, real: datetime) -> Sequence[str]:
    codes = new_recovery_codes()
    await session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    session.add_all(
        RecoveryCode(code_hash=recovery_hash(settings, user_id, plain_code(code)), user_id=user_id, created_at=real)
        for code in codes
    )
    return codes
