"""How clocks and figures are shown."""

from typing import Final

from backend.response_clocks.models import AnswerDays, OrganisationResponsiveness
from backend.response_clocks.policy import ClockPolicy
from backend.response_clocks.rules import share_bp
from backend.response_clocks.schemas import AnswerDaysOut, ResponsivenessOut

TENS: Final = 10
TOO_FEW: Final = "too_few_questions"


def answer_days_out(organisation_id: str, row: AnswerDays | None, policy: ClockPolicy) -> AnswerDaysOut:
    """Return within how many days the organisation answers."""
    own = row.days if row is not None else None
    return AnswerDaysOut(
        organisation_id=organisation_id,
        days=policy.answer_days if own is None else own,
        is_own=own is not None,
        version=row.version if row is not None else 0,
    )


def responsiveness_out(organisation_id: str, published: OrganisationResponsiveness | None) -> ResponsivenessOut:
    """Return how the organisation answers, as far as that is published."""
    if published is None:
        return ResponsivenessOut(organisation_id=organisation_id, as_of=None, questions=None, in_time_bp=None,
                                 median_working_days=None, reason=TOO_FEW)  # fmt: skip
    return ResponsivenessOut(
        organisation_id=organisation_id,
        as_of=published.as_of,
        questions=published.questions // TENS * TENS,
        in_time_bp=share_bp(published.in_time, published.questions),
        median_working_days=published.median_days,
        reason=None,
    )
