"""What comes in and goes out: strict bodies, clean text, and the common forms of answers."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from backend.core import text_rules
from backend.core.database.columns import iso

DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt].+")

MOST_NAMES: Final = 200
MOST_ITEMS: Final = 10_000

EARLIEST: Final = 1800
LATEST: Final = 2200


def _if_text(rule: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: rule(value) if isinstance(value, str) else value)


Clean = _if_text(text_rules.clean)
CleanLine = _if_text(text_rules.clean_line)
Sought = _if_text(text_rules.sought)
Uncontrolled = _if_text(text_rules.uncontrolled)
Line = Annotated[str, CleanLine, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]
SoughtLine = Annotated[str, Sought, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]
LongLine = Annotated[str, CleanLine, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\r\n]*$")]
Prose = Annotated[str, Clean, StringConstraints(min_length=1, max_length=20_000)]
Fen = Annotated[int, Field(ge=0, le=9_000_000_000_000_000, strict=True, description="Money in fen (1/100 yuan).")]


def _first_of_each(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


EachOnce = AfterValidator(_first_of_each)


def refuse_crossed(model: BaseModel, *bounds: tuple[str, str]) -> None:
    """Raise ValueError where the lower one of two fields that bound something is the greater."""
    for low, high in bounds:
        least, most = getattr(model, low), getattr(model, high)
        if least is not None and most is not None and least > most:
            raise ValueError(f"{low} is greater than {high}")


def _written_as(form: re.Pattern[str], said: str) -> BeforeValidator:
    """Refuse numbers, which pydantic would read as seconds since 1970, and whatever else is not written so."""

    def check(value: Any) -> Any:
        if isinstance(value, int | float) or (isinstance(value, str) and not form.fullmatch(value)):
            raise ValueError(said)
        return value

    return BeforeValidator(check)


def _plausible(value: Any) -> Any:
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError("the year must lie between 1800 and 2200")
    return value


Day = Annotated[date, _written_as(DAY, "a date is written YYYY-MM-DD"), AfterValidator(_plausible)]
Instant = Annotated[
    AwareDatetime,
    _written_as(INSTANT, "a moment is written as by RFC 3339: 2026-01-31T08:00:00Z"),
    AfterValidator(_plausible),
]
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str | None, when_used="json")]


class Body(BaseModel):
    """What a request may carry: no unknown fields, no silent conversions of text to numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _is_within_reason(cls, value: Any) -> Any:
        """Look at its size first: each name and each item that is wrong would be told, at a hundred times its cost."""
        if isinstance(value, dict):
            if len(value) > MOST_NAMES:
                raise ValueError(f"an object may have {MOST_NAMES} names")
            if any(isinstance(held, list) and len(held) > MOST_ITEMS for held in value.values()):
                raise ValueError(f"a list may have {MOST_ITEMS} items")
        return value


class Out(BaseModel):
    """What an answer carries."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Version(Out):
    """The part of an answer that says which version it shows."""

    version: int = Field(description="Rises with each change; the first part of the ETag.")
