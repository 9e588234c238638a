"""What an appraisal is handed of what an operator sets."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class AppraisalPolicy:
    """The grades, how long what was recorded counts, and whether all of this is a demonstration."""

    grades: tuple[str, ...]
    assessment_interval_months: int
    status_stale_after_days: int
    extract_valid_days: int
    is_demonstration: bool


def appraisal_policy(settings: Settings) -> AppraisalPolicy:
    """Return what the settings say about appraisals."""
    return AppraisalPolicy(
        grades=tuple(settings.grades),
        assessment_interval_months=settings.assessment_interval_months,
        status_stale_after_days=settings.status_stale_after_days,
        extract_valid_days=settings.register_extract_valid_days,
        is_demonstration=settings.patentmart_demo,
    )


async def _policy(request: Request) -> AppraisalPolicy:
    return appraisal_policy(request.app.state.settings)


Policy = Annotated[AppraisalPolicy, Depends(_policy)]
