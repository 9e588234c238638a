"""What an operator sets about introductions, handed to the services that need it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings
from backend.response_clocks.policy import ClockPolicy, clock_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionPolicy:
    """How many questions of one organisation wait for another, when one may be repeated, and how the clock runs."""

    open_per_pair: int
    again_after_days: int
    clock: ClockPolicy


def introduction_policy(settings: Settings) -> IntroductionPolicy:
    """Return what the settings say about introductions."""
    return IntroductionPolicy(
        open_per_pair=settings.introductions_open_per_pair,
        again_after_days=settings.introduction_again_after_days,
        clock=clock_policy(settings),
    )


async def _policy(request: Request) -> IntroductionPolicy:
    return introduction_policy(request.app.state.settings)


Policy = Annotated[IntroductionPolicy, Depends(_policy)]
