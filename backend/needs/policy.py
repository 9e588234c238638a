"""What an operator sets about needs, handed to the services that need it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

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
