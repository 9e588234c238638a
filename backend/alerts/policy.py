"""What an operator sets about alerts, handed to the services that need it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request

from backend.accounts.caller import Caller
from backend.alerts.rules import Waiting
from backend.core.settings import Settings

SHORTEST_PAUSE: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """How many alerts there may be, how much of what they find is kept, and how long a digest waits."""

    per_person: int
    per_person_unverified: int
    grades: tuple[str, ...]
    matches_kept: int
    hits_per_digest: int
    waiting: Waiting

    @property
    def pause(self) -> timedelta:
        """Return how long a digest waits before it is looked at again."""
        return max(self.waiting.quiet, SHORTEST_PAUSE)

    def most_of(self, caller: Caller) -> int:
        """Return how many alerts the caller may have."""
        return self.per_person if caller.verified else self.per_person_unverified


def alert_policy(settings: Settings) -> AlertPolicy:
    """Return what the settings say about alerts."""
    return AlertPolicy(
        per_person=settings.alerts_per_person,
        per_person_unverified=settings.alerts_per_person_unverified,
        grades=settings.grades,
        matches_kept=settings.alert_matches_kept,
        hits_per_digest=settings.alert_hits_per_digest,
        waiting=Waiting(
            quiet=timedelta(seconds=settings.alert_quiet_seconds),
            longest=timedelta(minutes=settings.alert_longest_wait_minutes),
            hour=settings.alert_digest_hour,
        ),
    )


async def _policy(request: Request) -> AlertPolicy:
    return alert_policy(request.app.state.settings)


Policy = Annotated[AlertPolicy, Depends(_policy)]
