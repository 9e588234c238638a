"""The codes of clocks as they are stored."""

from enum import StrEnum


class StopReason(StrEnum):
    """Why a clock has stopped."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
