"""When an answer is due, when its organisation is reminded, and what its figures come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.core.workdays import WorkingDay, after_working_days, is_working_day

MOST_DAYS: Final = 15
LONGEST_COUNTED: Final = 250  # working days; what took longer counts as this long
HUNDRED_PERCENT_BP: Final = 10_000
PERCENT_BP: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The last day of an answer, the days on which its organisation is reminded, and whether a calendar was missing."""

    due_on: date
    reminders: tuple[date, ...]
    provisional: bool


def timetable(asked_on: date, answer_days: int, reminder_days: Sequence[int], paused_days: int = 0) -> Timetable:
    """Return the days of a clock that began on a day; reminders stand so many working days before the last one.

    `paused_days` are the working days for which it stood.
    """
    days_in_all = answer_days + paused_days
    due: WorkingDay = after_working_days(asked_on, days_in_all)
    before = sorted({days for days in reminder_days if 0 < days < answer_days}, reverse=True)
    reminders = tuple(after_working_days(asked_on, days_in_all - days).day for days in before)
    return Timetable(due_on=due.day, reminders=reminders, provisional=due.provisional)


def next_check(times: Timetable, today: date, *, is_overdue: bool) -> date | None:
    """Return the next day on which something is to be done about a running clock."""
    if is_overdue:
        return None
    coming = [*times.reminders, times.due_on + timedelta(days=1)]
    return min((day for day in coming if day > today), default=today)


def first_day_counted(today: date, days: int) -> date:
    """Return the first day on which a question was asked that counts today."""
    return today - timedelta(days=days)


def working_days_taken(asked_on: date, answered_on: date) -> int:
    """Return how many working days lie between the two, the first day not counted; LONGEST_COUNTED at most."""
    day, taken = asked_on, 0
    while day < answered_on and taken < LONGEST_COUNTED:
        day += timedelta(days=1)
        taken += is_working_day(day) is not None
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How an organisation answers: questions counted, answers in time, and the median of working days to an answer."""

    questions: int = 0
    in_time: int = 0
    median_days: int | None = None


def figures(counted: Iterable[tuple[bool, int | None, int]]) -> Figures:
    """Return the figures of questions: whether each was answered in time, after how many days, and how many alike.

    The lower of two middle ones is the median; a question without an answer has no days.
    """
    rows = list(counted)
    days = sorted((taken, many) for _, taken, many in rows if taken is not None)
    return Figures(
        questions=sum(many for _, _, many in rows),
        in_time=sum(many for in_time, _, many in rows if in_time),
        median_days=lower_median(days),
    )


def lower_median(sorted_values: Sequence[tuple[int, int]]) -> int | None:
    """Return the lower median of values in their order, each with how often it occurs; None of nothing."""
    left = (sum(many for _, many in sorted_values) + 1) // 2
    for value, many in sorted_values:
        left -= many
        if left <= 0:
            return value
    return None


def share_bp(part: int, whole: int) -> int:
    """Return the part in basis points, rounded to whole percents, so that one case more or less seldom shows."""
    return round(part * HUNDRED_PERCENT_BP / whole / PERCENT_BP) * PERCENT_BP
