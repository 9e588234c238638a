"""Uses an organisation's quotas, in the transaction of what uses them, and says what is used.

`await use_quota(session, caller, Quota.CLAIMS)` is all that a service needs: it counts one, or raises QuotaUsedUp.
What is refused afterwards is undone with its transaction and does not count.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.errors import QuotaUsedUp, StorageUsedUp
from backend.accounts.models import Organisation
from backend.accounts.quotas.rules import (
    OF_ORGANISATIONS,
    RULES,
    Period,
    Quota,
    Standing,
    begin_of,
    end_of,
    limit_of,
    standing_of,
)
from backend.core.database.quota import TAKE, take, used_in
from backend.core.database.sessions import Database, persist_on_refusal
from backend.core.network.client_address import network_of
from backend.core.settings import Settings

UNLIMITED: Final = 2**62


@dataclass(frozen=True, slots=True)
class Usage:
    """What is used of something limited; `limit` None: as much as is wanted."""

    used: int
    limit: int | None
    period: Period = Period.ALWAYS
    resets_at: datetime | None = None


UsageCounter = Callable[[AsyncSession, Settings, Organisation], Awaitable[Mapping[str, Usage]]]


def standing(caller: Caller) -> Standing:
    """Return how much the caller's organisation is trusted."""
    return standing_of(caller.kind, caller.status)


async def use_quota(session: AsyncSession, caller: Caller, quota: Quota, n: int = 1) -> None:
    """Count n more for the caller's organisation; raise QuotaUsedUp or, for what is kept, StorageUsedUp.

    Offices are not limited.
    """
    await use_quota_of(session, caller.organisation_id, standing(caller), quota, n)


async def use_quota_of(
    session: AsyncSession, organisation_id: str, trusted: Standing, quota: Quota, n: int = 1
) -> None:
    """Count n more for the organisation, as `use_quota` does; for work that has no caller."""
    database: Database = session.info["database"]
    most = limit_of(database.settings, quota, trusted)
    if most is not None:
        await _use(session, organisation_id, quota, n, most)
    elif RULES[quota].period is Period.ALWAYS:  # what is kept is shown to offices too
        await _use(session, organisation_id, quota, n, UNLIMITED)


async def use_quota_of_address(session: AsyncSession, address: str, quota: Quota) -> None:
    """Count one more for whoever asks from the network address; raise QuotaUsedUp. The address is kept as a hash."""
    settings: Settings = session.info["database"].settings
    place = blake2b(network_of(address).encode(), key=settings.key("quota"), digest_size=16).hexdigest()
    most = limit_of(settings, quota, Standing.UNVERIFIED)
    await _use(session, f"address:{place}", quota, 1, UNLIMITED if most is None else most)


async def _use(session: AsyncSession, subject: str, quota: Quota, n: int, most: int) -> None:
    database: Database = session.info["database"]
    real = database.clock.real()
    if not await take(session, subject, quota.value, begin_of(quota, real), n, most=most):
        raise used_up(quota, most, real)


def used_up(quota: Quota, most: int, real: datetime) -> QuotaUsedUp | StorageUsedUp:
    """Return the refusal, which says when the quota's period ends, where it does."""
    ends = end_of(quota, real)
    if ends is None:
        return StorageUsedUp(quota=quota.value, limit=most)
    seconds = max(1, math.ceil((ends - real).total_seconds()))
    headers = {"Retry-After": str(seconds), "RateLimit": f'"{quota.value}";r=0;t={seconds}'}
    return QuotaUsedUp(headers=headers, quota=quota.value, limit=most)


async def left_of(session: AsyncSession, caller: Caller, quota: Quota) -> int | None:
    """Return how much the caller's organisation may still use in this period, or None where there is no limit."""
    database: Database = session.info["database"]
    most = limit_of(database.settings, quota, standing(caller))
    if most is None:
        return None
    since = begin_of(quota, database.clock.real())
    used = await used_in(session, caller.organisation_id, {quota.value: since})
    return max(0, most - used[quota.value])


async def refuse_used_up(session: AsyncSession, caller: Caller, quota: Quota) -> None:
    """Raise QuotaUsedUp for the caller's organisation."""
    database: Database = session.info["database"]
    raise used_up(quota, limit_of(database.settings, quota, standing(caller)) or 0, database.clock.real())


def count_although_refused(session: AsyncSession, caller: Caller, quota: Quota) -> None:
    """Have one more counted for the caller's organisation although the request is refused: that tells it something."""
    database: Database = session.info["database"]
    since = begin_of(quota, database.clock.real())
    asked = {"subject": caller.organisation_id, "kind": quota.value, "since": since, "n": 1, "most": UNLIMITED}
    persist_on_refusal(session, TAKE, asked)


async def usage_of(session: AsyncSession, organisation: Organisation) -> dict[str, Usage]:
    """Return what the organisation has used of every quota in its present period."""
    database: Database = session.info["database"]
    real, trusted = database.clock.real(), standing_of(organisation.kind, organisation.status)
    used = await used_in(session, organisation.id, {quota.value: begin_of(quota, real) for quota in OF_ORGANISATIONS})
    return {
        quota.value: Usage(
            used[quota.value],
            limit_of(database.settings, quota, trusted),
            RULES[quota].period,
            end_of(quota, real),
        )
        for quota in OF_ORGANISATIONS
    }
