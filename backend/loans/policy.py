"""What an operator sets about loans, handed to the services that need it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class LoanPolicy:
    """How many entries a loan's account takes, and how many repayments may wait for the lender's word."""

    entries: int
    open_claims: int


def loan_policy(settings: Settings) -> LoanPolicy:
    """Return what the settings say about loans."""
    return LoanPolicy(settings.loan_entries, settings.loan_claims_open)


async def _policy(request: Request) -> LoanPolicy:
    return loan_policy(request.app.state.settings)


Policy = Annotated[LoanPolicy, Depends(_policy)]
