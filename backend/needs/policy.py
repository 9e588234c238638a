"""What a service of needs is handed: what an operator sets, and who changes them within which quotas."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota, Standing
from backend.accounts.quotas.service import standing, use_quota_of
from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class NeedPolicy:
    """How many needs may be published at a time, and when and how often an asker is asked what became of one."""

    published_at_once: int
    asked_after_months: int
    times_asked: int


def need_policy(settings: Settings) -> NeedPolicy:
    """Return what the settings say about needs."""
    return NeedPolicy(
        settings.needs_published_at_once, settings.need_asked_after_months, settings.need_outcome_times_asked
    )


async def _policy(request: Request) -> NeedPolicy:
    return need_policy(request.app.state.settings)


Policy = Annotated[NeedPolicy, Depends(_policy)]


@dataclass(frozen=True, slots=True)
class Acting:
    """A member who acts for an organisation, by a request or by a file, within the organisation's quotas."""

    user_id: str
    organisation_id: str
    trusted: Standing
    quotas: QuotaPolicy

    async def use(self, session: AsyncSession, quota: Quota, n: int = 1) -> None:
        """Count n more for the organisation; raise QuotaUsedUp."""
        await use_quota_of(session, self.organisation_id, self.trusted, quota, self.quotas, n)


def acting_for(caller: Caller, quotas: QuotaPolicy) -> Acting:
    """Return the caller as one who changes needs."""
    return Acting(caller.user_id, caller.organisation_id, standing(caller), quotas)
