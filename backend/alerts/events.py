"""What happens to alerts, as events. None of them carries a word of what is sought."""

from typing import Annotated, Final

from backend.core.events.domain_event import INTERNAL, DomainEvent, EventPayload, member_audience

OWNER: Final = "the alert's owner alone"
OWN_DOING: Final = "its owner sees it where it was done"


class AlertEvent(EventPayload, audience=OWNER):
    """Something happened to an alert."""

    alert_id: str


class AlertStarted(AlertEvent, name="alert.started", unnotified=OWN_DOING):
    """An alert was made, or goes on after a pause: it looks at what changes from here on."""

    run: Annotated[int, INTERNAL]


class AlertUpdated(AlertEvent, name="alert.updated", unnotified=OWN_DOING):
    """An alert has another name or frequency."""


class AlertPaused(AlertEvent, name="alert.paused", unnotified=OWN_DOING):
    """An alert finds nothing until its owner lets it go on."""


class AlertDeleted(AlertEvent, name="alert.deleted", unnotified=OWN_DOING, removes=True):
    """An alert was deleted."""


class AlertHitsFound(AlertEvent, name="alert.hits_found"):
    """An alert has found something; one event for each digest."""

    hits: int
    more: int
    total: int


def alert_event(
    payload: AlertEvent, organisation_id: str, user_id: str, actor: str | None = None
) -> DomainEvent[AlertEvent]:
    """Return the event of an alert, for its owner alone."""
    return DomainEvent(payload, payload.alert_id, [member_audience(organisation_id, user_id)], actor)
