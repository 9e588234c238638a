"""What comes in and goes out: strict bodies, clean text, and the common forms of answers."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from backend.core.columns import iso

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

EARLIEST: Final = 1800
LATEST: Final = 2200


def clean(text: str) -> str:
    """Give the text in NFC without blanks around it; raise ValueError where it holds control characters."""
    if CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    return unicodedata.normalize("NFC", text).strip()


def _clean_if_text(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


Clean = BeforeValidator(_clean_if_text)
Line = Annotated[str, Clean, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]
LongLine = Annotated[str, Clean, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\r\n]*$")]
Prose = Annotated[str, Clean, StringConstraints(min_length=1, max_length=20_000)]
Fen = Annotated[int, Field(ge=0, le=9_000_000_000_000_000, strict=True, description="Money in fen (1/100 yuan).")]


def _plausible(day: date) -> date:
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError("the year must lie between 1800 and 2200")
    return day


Day = Annotated[date, AfterValidator(_plausible)]
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str | None, when_used="json")]


class Body(BaseModel):
    """What a request may carry: no unknown fields, no silent conversions of text to numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What an answer carries."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Version(Out):
    """The part of an answer that says which version it shows."""

    version: int = Field(description="Rises with each change; the first part of the ETag.")
