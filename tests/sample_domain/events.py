"""What happens to samples, as events."""

from backend.core.events.domain_event import EventPayload


class SampleMade(EventPayload, name="sample.made", audience="the organisation's members"):
    """A sample was made."""

    name: str
    colour: str = "white"
    grams: int | None = None


class SampleRemoved(
    EventPayload, name="sample.removed", audience="the organisation's members", unnotified="it is gone", removes=True
):
    """A sample was removed."""
