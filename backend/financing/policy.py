"""What an operator sets about financing, handed to the services that need it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings
from backend.response_clocks.policy import ClockPolicy, clock_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingPolicy:
    """How long a disclosure may last, how many may stand, and how the clocks of answers run."""

    disclosure_days: int
    disclosures_per_request: int
    open_questions: int
    open_offers: int
    clock: ClockPolicy


def financing_policy(settings: Settings) -> FinancingPolicy:
    """Return what the settings say about financing."""
    return FinancingPolicy(
        disclosure_days=settings.financing_disclosure_days,
        disclosures_per_request=settings.financing_disclosures_per_request,
        open_questions=settings.financing_questions_open,
        open_offers=settings.financing_offers_open,
        clock=clock_policy(settings),
    )


async def _policy(request: Request) -> FinancingPolicy:
    return financing_policy(request.app.state.settings)


Policy = Annotated[FinancingPolicy, Depends(_policy)]
