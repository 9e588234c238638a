"""Working days of the China calendar; beyond the library's last year weekdays count and the result is provisional."""

from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar


class WorkingDay(NamedTuple):
    """A day found by counting working days, and whether the official calendar of its year was still unknown."""

    day: date
    provisional: bool


def is_working_day(day: date) -> WorkingDay | None:
    """Return the day where it is a working day, else None."""
    try:
        works = bool(chinese_calendar.is_workday(day))
        provisional = False
    except NotImplementedError:
        works, provisional = day.isoweekday() <= 5, True  # noqa: PLR2004 - Friday
    return WorkingDay(day, provisional) if works else None


def after_working_days(start: date, count: int) -> WorkingDay:
    """Return the last of `count` working days after `start`, the start's own day not counted."""
    day, left, provisional = start, count, False
    while left:
        day += timedelta(days=1)
        found = is_working_day(day)
        if found is not None:
            left -= 1
            provisional = provisional or found.provisional
    return WorkingDay(day, provisional)
