"""What happens to files, as events."""

from backend.core.events.domain_event import EventPayload


class FileUploaded(
    EventPayload,
    name="file.uploaded",
    audience="the organisation's members",
    unnotified="members see it where they did it",
):
    """A file was uploaded."""
