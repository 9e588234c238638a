"""Days that people record: each lies between the step that it follows and today."""

from datetime import date, datetime

from backend.core.clock import china_day
from backend.licensing.errors import DatesOutOfOrder


def check_day(on: date, earliest: date, now: datetime, *, latest: date | None = None) -> None:
    """Raise DatesOutOfOrder where the day lies before the step that it follows, after `latest`, or in the future."""
    last = min(china_day(now), latest or date.max)
    if not earliest <= on <= last:
        raise DatesOutOfOrder(earliest=earliest, latest=last)
