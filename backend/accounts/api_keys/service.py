"""API keys made and revoked."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts import queries
from backend.accounts.caller import Caller
from backend.accounts.codes import Role
from backend.accounts.errors import RoleAboveOwn, RoleTooLow
from backend.accounts.events import ApiKeyMade, api_key_revoked
from backend.accounts.members.schemas import NewKey
from backend.accounts.models import ApiKey
from backend.accounts.rules import SIGNING_SCOPE, at_least
from backend.accounts.second_factor.errors import SecondFactorNeeded, SecondFactorNotSetUp
from backend.accounts.second_factor.events import SigningKeyMade
from backend.accounts.second_factor.verification import factor_of
from backend.accounts.sign_in.tokens import KEY_PREFIX, hashed, new_secret
from backend.core.errors import FieldError, Malformed, NotFound, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id

PAST: Final = Text("应为将来的时刻，并带时区。", "It lies in the future, and has an offset.")
HINT: Final = 4


async def make_key(
    session: AsyncSession, body: NewKey, caller: Caller, *, now: datetime, real: datetime
) -> tuple[ApiKey, str]:
    """Return the key and its secret, which is kept nowhere; raise RoleAboveOwn, or what one that signs asks for."""
    if not at_least(caller.role, body.role):
        raise RoleAboveOwn
    signs = SIGNING_SCOPE in body.scopes
    if signs:
        await _check_signing(session, caller)
    if body.expires_at is not None and body.expires_at <= real:
        raise Malformed(errors=[FieldError("/expires_at", "not_in_the_future", PAST)])
    key_id = new_id("key")
    secret = f"{KEY_PREFIX}{key_id[-6:]}_{new_secret()}"
    key = ApiKey(
        id=key_id,
        organisation_id=caller.organisation_id,
        created_by=caller.user_id,
        name=body.name,
        scopes=sorted(set(body.scopes)),
        role=body.role,
        secret_hash=hashed(secret),
        hint=secret[-HINT:],
        created_at=real,
        expires_at=body.expires_at,
    )
    session.add(key)
    told = [caller.organisation_id]
    await append(session, DomainEvent(ApiKeyMade(), key.id, told, caller.user_id, told if signs else ()), now)
    if signs:
        await append(session, DomainEvent(SigningKeyMade(), key.id, told), now)
    return key, secret


async def _check_signing(session: AsyncSession, caller: Caller) -> None:
    """Raise what is missing for a key that signs: an owner who proves a second factor in this very request."""
    if caller.role is not Role.OWNER:
        raise RoleTooLow(role=Role.OWNER.value)
    if caller.signs_with is None:
        raise SecondFactorNeeded if await factor_of(session, caller.user_id) else SecondFactorNotSetUp


async def revoke_key(session: AsyncSession, key_id: str, caller: Caller, *, now: datetime, real: datetime) -> None:
    """End a key that the caller may see; raise NotFound where there is none that still works."""
    statement = queries.keys(caller).where(col(ApiKey.id) == key_id, col(ApiKey.revoked_at).is_(None))
    key = (await session.scalars(statement.with_for_update())).first()
    if key is None:
        raise NotFound
    key.revoked_at = real
    await append(session, api_key_revoked(key.id, caller.organisation_id, caller.user_id), now)
