"""What the demonstration's clock looks like outside."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, ConfigDict, Field

from backend.core.http.schemas import Body, Moment, Out

FIRST: Final = datetime(1985, 4, 1, tzinfo=UTC)  # the Patent Law came into force
LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class ClockIn(Body):
    """The moment that it shall be."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"now": "2026-12-01T08:00:00Z"}]})

    now: Annotated[AwareDatetime, Field(ge=FIRST, le=LAST, description="RFC 3339, with its offset from UTC.")]


class ClockOut(Out):
    """The moment that it is, and by how much it differs from the real one."""

    now: Moment
    offset_seconds: float
