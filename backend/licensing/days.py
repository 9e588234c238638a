"""Days that people record: each lies between the step that it follows and today."""

from datetime import date, datetime

from backend.core.clock import china_day
from backend.licensing.errors import DatesOutOfOrder


def check_day(on: date, earliest: date, now: datetime) -> None:
    """Raise DatesOutOfOrder where the day lies before the step that it follows, or in the future."""
    today = china_day(now)
    if not earliest <= on <= today:
        raise DatesOutOfOrder(earliest=earliest, latest=today)
