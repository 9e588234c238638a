"""How much of each quota may be used, handed to the services that use one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from backend.accounts.quotas.rules import Quota, Standing, begin_of, limit_of
from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class QuotaPolicy:
    """The limits that the settings have, and the real moment whose period counts (never the demonstration's)."""

    settings: Settings
    real: datetime

    def limit_of(self, quota: Quota, standing: Standing) -> int | None:
        """Return how much may be used in one period, or None where there is no limit."""
        return limit_of(self.settings, quota, standing)

    def begin_of(self, quota: Quota) -> datetime:
        """Return when the quota's present period began."""
        return begin_of(quota, self.real)


async def _policy(request: Request) -> QuotaPolicy:
    state = request.app.state
    return QuotaPolicy(state.settings, state.clock.real())


Quotas = Annotated[QuotaPolicy, Depends(_policy)]
