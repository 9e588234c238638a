"""What happens to samples, as events."""

from backend.core.events.domain_event import EventPayload


class SampleMade(EventPayload, name="sample.made", audience="the organisation's members"):
    """A sample was made."""

    name: str
