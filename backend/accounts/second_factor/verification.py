"""Codes of a second factor compared and used.

A code is compared in a transaction of its own, before the request's opens, and a wrong one is counted there whatever
becomes of the request: many at once gain nothing. It is used in the request's own transaction, by one statement that
lets each step and each recovery code through once. So of two requests with one code only one is done, and a request
that is refused for another reason leaves the code as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import RecoveryCode, SecondFactor
from backend.accounts.queries import memberships_of
from backend.accounts.second_factor.errors import (
    SecondFactorNeeded,
    SecondFactorNotBegun,
    SecondFactorNotSetUp,
    SecondFactorUsed,
    SecondFactorWrong,
    TooManyCodes,
)
from backend.accounts.second_factor.events import RecoveryCodeUsed, SecondFactorChanged, SecondFactorGuessed
from backend.accounts.second_factor.rules import (
    ENROLMENT_GOOD_FOR,
    WRONG_CODES,
    is_time_code,
    matching_step,
    plain_code,
    plain_recovery_code,
)
from backend.accounts.second_factor.stored_secrets import recovery_hash, unseal
from backend.accounts.sign_in.throttling import count_guess, lock_guesses, seconds_left
from backend.core.database.sessions import Database
from backend.core.errors import Problem
from backend.core.events.domain_event import DomainEvent, member_audience
from backend.core.events.log import append
from backend.core.settings import Settings


class CodeUse(StrEnum):
    """What a code is for; wrong ones are counted apart, so that who guesses at a sign-in stops no act of a session."""

    SIGN_IN = "sign_in"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class CodeProof:
    """A right code that was not used yet: of which account, compared with which secret, and what it uses up."""

    user_id: str
    secret: str
    step: int | None = None
    recovery_hash: bytes | None = None


async def factor_of(session: AsyncSession, user_id: str) -> SecondFactor | None:
    """Return the second factor that the account has set up, or None."""
    statement = sa.select(SecondFactor).where(
        col(SecondFactor.user_id) == user_id, col(SecondFactor.confirmed_at).is_not(None)
    )
    return (await session.scalars(statement)).first()


async def begun_factor_of(session: AsyncSession, user_id: str, at: datetime) -> SecondFactor | None:
    """Return the second factor that waits to be confirmed, or None."""
    statement = sa.select(SecondFactor).where(
        col(SecondFactor.user_id) == user_id,
        col(SecondFactor.confirmed_at).is_(None),
        col(SecondFactor.begun_at) > at - ENROLMENT_GOOD_FOR,
    )
    return (await session.scalars(statement)).first()


async def compare_code(
    database: Database, settings: Settings, user_id: str, code: str | None, use: CodeUse, at: datetime
) -> CodeProof | Problem:
    """Return what the code proves, or the refusal that is due for it; a wrong one is counted."""
    async with database.read() as session:
        factor = await factor_of(session, user_id)
    if factor is None:
        return SecondFactorNotSetUp()
    return SecondFactorNeeded() if code is None else await _compare(database, settings, factor, code, use, at)


async def compare_first_code(
    database: Database, settings: Settings, user_id: str, code: str, at: datetime
) -> CodeProof | Problem:
    """Return that the code is of the authenticator that waits to be confirmed, or the refusal that is due."""
    async with database.read() as session:
        factor = await begun_factor_of(session, user_id, at)
    if factor is None:
        return SecondFactorNotBegun()
    return await _compare(database, settings, factor, code, CodeUse.SESSION, at)


async def _compare(
    database: Database, settings: Settings, factor: SecondFactor, code: str, use: CodeUse, at: datetime
) -> CodeProof | Problem:
    purpose = f"second factor\0{use}\0{factor.user_id}".encode()
    subject = blake2b(purpose, key=settings.key("guessing"), digest_size=16).digest()
    async with database.write() as session:
        connection = await session.connection()
        guesses = await lock_guesses(connection, subject, at)
        seconds = seconds_left(guesses, at)
        if seconds is not None:
            return TooManyCodes(headers={"Retry-After": str(seconds)})
        outcome = await _proof(session, settings, factor, plain_code(code), at)
        if isinstance(outcome, SecondFactorWrong):
            until = await count_guess(connection, guesses, WRONG_CODES, at)
            is_first_lock = until is not None and guesses.failures <= WRONG_CODES.free
            if is_first_lock and use is CodeUse.SIGN_IN:
                await append_for_person(session, SecondFactorGuessed(), factor.user_id, database.clock.now())
        return outcome


async def _proof(
    session: AsyncSession, settings: Settings, factor: SecondFactor, code: str, at: datetime
) -> CodeProof | Problem:
    """Return what the code proves, or the refusal that is due.

    A code that was used is no guess: whoever sends it has seen it, and learns nothing that would serve him.
    """
    if is_time_code(code):
        secret = unseal(settings, factor.user_id, factor.secret)
        step = matching_step(secret, code, at) if secret is not None else None
        if step is None:
            return SecondFactorWrong()
        return SecondFactorUsed() if step <= factor.last_step else CodeProof(factor.user_id, factor.secret, step)
    digest = recovery_hash(settings, factor.user_id, plain_recovery_code(code))
    known = await session.get(RecoveryCode, digest)
    if known is None or known.user_id != factor.user_id:
        return SecondFactorWrong()
    if known.used_at is not None:
        return SecondFactorUsed()
    return CodeProof(factor.user_id, factor.secret, recovery_hash=digest)


async def use_code(session: AsyncSession, proof: CodeProof, language: str, *, now: datetime, real: datetime) -> None:
    """Use the code up; raise SecondFactorUsed where another request did so first or the second factor was replaced."""
    if proof.step is not None:
        unused = sa.update(SecondFactor).where(
            col(SecondFactor.user_id) == proof.user_id,
            col(SecondFactor.secret) == proof.secret,
            col(SecondFactor.confirmed_at).is_not(None),
            col(SecondFactor.last_step) < proof.step,
        )
        statement = unused.values(last_step=proof.step).returning(col(SecondFactor.user_id))
    else:
        unused_code = sa.update(RecoveryCode).where(
            col(RecoveryCode.code_hash) == proof.recovery_hash, col(RecoveryCode.used_at).is_(None)
        )
        statement = unused_code.values(used_at=real).returning(col(RecoveryCode.user_id))
    if (await session.execute(statement.execution_options(synchronize_session=False))).first() is None:
        raise SecondFactorUsed
    if proof.step is None:
        payload = RecoveryCodeUsed(language=language, left=await recovery_codes_left(session, proof.user_id))
        await append_for_person(session, payload, proof.user_id, now)


async def recovery_codes_left(session: AsyncSession, user_id: str) -> int:
    """Return how many recovery codes of the account were not used yet."""
    statement = sa.select(sa.func.count()).where(
        col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None)
    )
    return int((await session.execute(statement)).scalar_one())


async def append_for_person(
    session: AsyncSession, payload: SecondFactorChanged, user_id: str, now: datetime, *, actor: str | None = None
) -> None:
    """Append an event of which the person alone is told, in every organisation where it is a member.

    The person is no actor: nobody's inbox tells him of what he did, and it may have been somebody else.
    """
    audience: Sequence[str] = [
        member_audience(membership.organisation_id, user_id) for membership in await memberships_of(session, user_id)
    ]
    await append(session, DomainEvent(payload, user_id, audience, actor), now)
