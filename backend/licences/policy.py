"""What an operator sets about licences, handed to the services that need it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class LicencePolicy:
    """The days within which licences are paid, contested, reported and recorded."""

    contest_days: int
    royalty_report_days: int
    recordal_reminder_days: tuple[int, ...]


def licence_policy(settings: Settings) -> LicencePolicy:
    """Return what the settings say about licences."""
    return LicencePolicy(settings.contest_days, settings.royalty_report_days, settings.recordal_reminder_days)


async def _policy(request: Request) -> LicencePolicy:
    return licence_policy(request.app.state.settings)


Policy = Annotated[LicencePolicy, Depends(_policy)]
