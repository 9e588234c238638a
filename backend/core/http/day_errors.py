"""What is wrong with a day that somebody states: which step it lies before, and which days would do."""

from datetime import date
from typing import Final, NamedTuple

from backend.core.errors import FieldError, Text

TIME_ZONE: Final = "UTC+8"  # whose days count


class Step(NamedTuple):
    """Something that a stated day must not lie before: its code, and what happened."""

    code: str
    said: Text


def too_early(pointer: str, before: Step, earliest: date) -> FieldError:
    """Return that a day lies before a step that it follows, with the earliest day that would do."""
    detail = Text(
        f"该日期早于{before.said.zh}之日；最早为 {{earliest}}，日期按中国时区（UTC+8）。",
        f"That day lies before {before.said.en}. The earliest is {{earliest}}; days are China's (UTC+8).",
    )
    params = {"before": before.code, "earliest": earliest.isoformat(), "time_zone": TIME_ZONE}
    return FieldError(pointer, "too_early", detail, params, params)


def in_the_future(pointer: str, today: date) -> FieldError:
    """Return that a day has not come yet in China, with the latest that would do."""
    detail = Text(
        "该日期尚未到来；最晚为 {latest}，日期按中国时区（UTC+8）。",
        "That day has not come yet. The latest is {latest}; days are China's (UTC+8).",
    )
    params = {"latest": today.isoformat(), "time_zone": TIME_ZONE}
    return FieldError(pointer, "in_the_future", detail, params, params)
