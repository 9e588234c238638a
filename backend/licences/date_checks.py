"""Checks of dates that people record: each lies between the step before it and today."""

from datetime import date, datetime, timedelta

from backend.core.clock import china_day
from backend.licences.errors import DatesOutOfOrder


def check_day(on: date, earliest: date, now: datetime, *, latest: date | None = None) -> None:
    """Raise DatesOutOfOrder where the day lies before the step that it follows, after `latest`, or in the future."""
    last = min(china_day(now), latest or date.max)
    if not earliest <= on <= last:
        raise DatesOutOfOrder(earliest=earliest, latest=last)


def last_day(ends_on: date, ended_on: date | None) -> date:
    """Return the last day of a licence: that of its term, or the one before the day from which on it was no more."""
    return ends_on if ended_on is None else min(ends_on, ended_on - timedelta(days=1))
