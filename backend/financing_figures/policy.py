"""What an operator sets about the figures of financing, handed to what needs it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPolicy:
    """How long after a year it is counted, how far a watch list looks, and whether this is a demonstration."""

    settling_days: int
    watch_days: int
    is_demonstration: bool


def figures_policy(settings: Settings) -> FiguresPolicy:
    """Return what the settings say about the figures of financing."""
    return FiguresPolicy(
        settling_days=settings.financing_figures_settling_days,
        watch_days=settings.financing_watch_days,
        is_demonstration=settings.patentmart_demo,
    )


async def _policy(request: Request) -> FiguresPolicy:
    return figures_policy(request.app.state.settings)


Policy = Annotated[FiguresPolicy, Depends(_policy)]
