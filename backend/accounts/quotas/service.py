"""Uses an organisation's quotas, in the transaction of what uses them, and says what is used.

`await use_quota(session, caller, Quota.CLAIMS, quotas)` is all that a service needs: it counts one, or raises
QuotaUsedUp.
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
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import (
    OF_ORGANISATIONS,
    RULES,
    Period,
    Quota,
    Standing,
    begin_of,
    end_of,
    standing_of,
)
from backend.core.database.quota import TAKE, take, used_in
from backend.core.database.sessions import persist_on_refusal
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


async def use_quota(session: AsyncSession, caller: Caller, quota: Quota, quotas: QuotaPolicy, n: int = 1) -> None:
    """Count n more for the caller's organisation; raise QuotaUsedUp or, for what is kept, StorageUsedUp.

    Offices are not limited.
    """
    await use_quota_of(session, caller.organisation_id, standing(caller), quota, quotas, n)


async def use_own_quota(session: AsyncSession, caller: Caller, quota: Quota, quotas: QuotaPolicy) -> None:
    """Count one more for the caller itself, whatever the organisation; raise QuotaUsedUp. The id is kept as a hash."""
    subject = _hashed("person", caller.user_id, quotas)
    await use_quota_of(session, subject, standing(caller), quota, quotas)


async def use_quota_of(
    session: AsyncSession, organisation_id: str, trusted: Standing, quota: Quota, quotas: QuotaPolicy, n: int = 1
) -> None:
    """Count n more for the organisation, as `use_quota` does; for work that has no caller."""
    most = quotas.limit_of(quota, trusted)
    if most is not None:
        await _use(session, organisation_id, quota, n, most, quotas.real)
    elif RULES[quota].period is Period.ALWAYS:  # what is kept is shown to offices too
        await _use(session, organisation_id, quota, n, UNLIMITED, quotas.real)


async def use_quota_of_address(session: AsyncSession, address: str, quota: Quota, quotas: QuotaPolicy) -> None:
    """Count one more for whoever asks from the network address; raise QuotaUsedUp. The address is kept as a hash."""
    subject = _hashed("address", network_of(address), quotas)
    await _use(session, subject, quota, 1, _most_of_one(quota, quotas), quotas.real)


async def use_quota_of_person(session: AsyncSession, user_id: str, quota: Quota, quotas: QuotaPolicy) -> None:
    """Count one more for a person; raise QuotaUsedUp. The id is kept as a hash."""
    await _use(session, _hashed("person", user_id, quotas), quota, 1, _most_of_one(quota, quotas), quotas.real)


async def may_send_to(session: AsyncSession, mailbox: str, quota: Quota, quotas: QuotaPolicy) -> bool:
    """Count one more e-mail to the address and return whether it may go; the address is kept as a hash."""
    subject = _hashed("mailbox", mailbox, quotas)
    return await take(session, subject, quota.value, begin_of(quota, quotas.real), 1, most=_most_of_one(quota, quotas))


def _hashed(kind: str, whose: str, quotas: QuotaPolicy) -> str:
    key = quotas.settings.key("quota")
    return f"{kind}:{blake2b(whose.encode(), key=key, digest_size=16).hexdigest()}"


def _most_of_one(quota: Quota, quotas: QuotaPolicy) -> int:
    most = quotas.limit_of(quota, Standing.UNVERIFIED)
    return UNLIMITED if most is None else most


async def _use(session: AsyncSession, subject: str, quota: Quota, n: int, most: int, real: datetime) -> None:
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


async def left_of(session: AsyncSession, caller: Caller, quota: Quota, quotas: QuotaPolicy) -> int | None:
    """Return how much the caller's organisation may still use in this period, or None where there is no limit."""
    most = quotas.limit_of(quota, standing(caller))
    if most is None:
        return None
    used = await used_in(session, caller.organisation_id, {quota.value: quotas.begin_of(quota)})
    return max(0, most - used[quota.value])


def refusal_of(caller: Caller, quota: Quota, quotas: QuotaPolicy) -> QuotaUsedUp | StorageUsedUp:
    """Return the refusal for the caller's organisation."""
    return used_up(quota, quotas.limit_of(quota, standing(caller)) or 0, quotas.real)


def count_although_refused(session: AsyncSession, caller: Caller, quota: Quota, quotas: QuotaPolicy) -> None:
    """Have one more counted for the caller's organisation although the request is refused: that tells it something."""
    since = quotas.begin_of(quota)
    parameters = {"subject": caller.organisation_id, "kind": quota.value, "since": since, "n": 1, "most": UNLIMITED}
    persist_on_refusal(session, TAKE, parameters)


async def usage_of(session: AsyncSession, organisation: Organisation, quotas: QuotaPolicy) -> dict[str, Usage]:
    """Return what the organisation has used of every quota in its present period."""
    trusted = standing_of(organisation.kind, organisation.status)
    begins = {quota.value: quotas.begin_of(quota) for quota in OF_ORGANISATIONS}
    used = await used_in(session, organisation.id, begins)
    return {
        quota.value: Usage(
            used[quota.value],
            quotas.limit_of(quota, trusted),
            RULES[quota].period,
            end_of(quota, quotas.real),
        )
        for quota in OF_ORGANISATIONS
    }
