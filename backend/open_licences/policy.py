"""What an operator sets about open licences, handed to the services that need it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Request

from backend.core.settings import Settings
from backend.licences.policy import LicencePolicy, licence_policy


@dataclass(frozen=True, slots=True)
class OpenLicencePolicy:
    """How declarations and notices run, and the policy for the licences that come of them."""

    licences: LicencePolicy
    payment_told_within_days: int
    withdrawal_duty_days: int
    free_licence_effective: Literal["notice", "start"]
    notices_survive_withdrawal_from: date | None


def open_licence_policy(settings: Settings) -> OpenLicencePolicy:
    """Return what the settings say about open licences."""
    return OpenLicencePolicy(
        licences=licence_policy(settings),
        payment_told_within_days=settings.payment_told_within_days,
        withdrawal_duty_days=settings.withdrawal_duty_days,
        free_licence_effective=settings.free_licence_effective,
        notices_survive_withdrawal_from=settings.notices_survive_withdrawal_from,
    )


async def _policy(request: Request) -> OpenLicencePolicy:
    return open_licence_policy(request.app.state.settings)


Policy = Annotated[OpenLicencePolicy, Depends(_policy)]
