"""What an operator sets about pledges, handed to the services that need it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings
from backend.core.workdays import after_working_days


@dataclass(frozen=True, slots=True)
class PledgePolicy:
    """How long the office takes, a pledgee has for the release, and after how many days collateral is looked at."""

    registration_working_days: int
    release_working_days: int
    reappraisal_days: int
    annuity_notice_days: int

    def registration_expected(self, filed_on: date) -> date:
        """Return by when the office usually decides."""
        return after_working_days(filed_on, self.registration_working_days).day

    def release_due(self, paid_on: date) -> date:
        """Return by when the pledgee has to have filed the release of a paid debt."""
        return after_working_days(paid_on, self.release_working_days).day

    def reappraisal_due(self, looked_at: date) -> date:
        """Return when the collateral's value is to be looked at again."""
        return looked_at + timedelta(days=self.reappraisal_days)


def pledge_policy(settings: Settings) -> PledgePolicy:
    """Return what the settings say about pledges."""
    return PledgePolicy(
        settings.pledge_registration_working_days,
        settings.pledge_release_working_days,
        settings.pledge_reappraisal_days,
        settings.pledge_annuity_notice_days,
    )


async def _policy(request: Request) -> PledgePolicy:
    return pledge_policy(request.app.state.settings)


Policy = Annotated[PledgePolicy, Depends(_policy)]
