"""What happens to clocks, as events. The domain whose things they time hears of it and says the rest."""

from typing import Final

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.response_clocks.models import ResponseClock

BOTH_SIDES_AND_PLATFORM: Final = "who asked, who owes the answer, and the platform"


class ResponseEvent(EventPayload):
    """Something happened to the clock of an answer; `kind` and `subject_id` say to what the answer is due."""

    kind: str
    subject_id: str
    due_on: str


class ResponseDue(ResponseEvent, name="response.due", audience="who owes the answer"):
    """An answer falls due soon."""


class ResponseOverdue(ResponseEvent, name="response.overdue", audience=BOTH_SIDES_AND_PLATFORM):
    """An answer did not come in time."""


class AnswerDaysChanged(
    EventPayload,
    name="organisation.answer_days_changed",
    audience="the organisation",
    unnotified="members see it where they did it",
):
    """An organisation answers within another number of working days."""

    days: int | None


def response_event(kind: type[ResponseEvent], clock: ResponseClock, audience: list[str]) -> DomainEvent[ResponseEvent]:
    """Return the event of a clock."""
    payload = kind(kind=clock.kind, subject_id=clock.subject, due_on=clock.due_on.isoformat())
    return DomainEvent(payload, clock.subject, sorted(set(audience)))


def answer_days_changed(organisation_id: str, days: int | None, actor: str) -> DomainEvent[AnswerDaysChanged]:
    """Return the event of another time for answers."""
    return DomainEvent(AnswerDaysChanged(days=days), organisation_id, [organisation_id], actor)
