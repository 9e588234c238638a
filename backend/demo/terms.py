"""What all rows of a load of the demonstration share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from backend.core.clock import CHINA

SOURCE: Final = "示范登记簿（演示数据，均为虚构）"
OPENING: Final = time(9, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation of the demonstration as the database knows it."""

    organisation_id: str
    party_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What all rows of a load share: when it happens, who recorded the register, the organisations by their keys."""

    now: datetime
    recorder: str
    places: Mapping[str, Place]


def morning(day: date) -> datetime:
    """Return the moment at which offices open on a day."""
    return datetime.combine(day, OPENING)
