"""What an operator sets about clocks, handed to the services that need it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPolicy:
    """The usual time for an answer and its reminders, and of what the figures of an organisation are made."""

    answer_days: int
    reminder_days: tuple[int, ...]
    days_counted: int
    published_from: int
    per_asker: int


def clock_policy(settings: Settings) -> ClockPolicy:
    """Return what the settings say about clocks."""
    return ClockPolicy(
        answer_days=settings.answer_working_days,
        reminder_days=settings.answer_reminder_days,
        days_counted=settings.responsiveness_days,
        published_from=settings.responsiveness_from,
        per_asker=settings.responsiveness_questions_per_asker,
    )


async def _policy(request: Request) -> ClockPolicy:
    return clock_policy(request.app.state.settings)


Policy = Annotated[ClockPolicy, Depends(_policy)]
