"""What a timeline looks like outside."""

from typing import Any

from pydantic import Field

from backend.contracts.timeline.models import TimelineEntry
from backend.core.http.schemas import Moment, Out


class TimelineFileOut(Out):
    """A file that a step left."""

    name: str
    sha256: str


class TimelineEntryOut(Out):
    """One thing that was done."""

    subject: str
    kind: str = Field(description="What was done, as the event of it is called.")
    at: Moment
    organisation_id: str | None = Field(description="Whose member did it; null: time alone.")
    user_id: str | None = Field(description="Who did it; for members of the same organisation.")
    key_id: str | None = Field(description="The API key, where a program did it; for the same.")
    old: dict[str, Any] | None = Field(description="What was before, as far as it changed.")
    new: dict[str, Any] | None = Field(description="What is since.")
    files: list[TimelineFileOut]


class TimelinePage(Out):
    """One page of what was done, the first thing first."""

    items: list[TimelineEntryOut]
    next_cursor: str | None


def entry_out(entry: TimelineEntry, organisation_id: str | None) -> TimelineEntryOut:
    """Return the entry as members of the organisation read it; null: as everybody who may read it."""
    values = entry.model_dump(exclude={"number"})
    if organisation_id is None or entry.organisation_id != organisation_id:
        values |= {"user_id": None, "key_id": None}
    return TimelineEntryOut(**values)
