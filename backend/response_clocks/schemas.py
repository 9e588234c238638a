"""How an organisation answers, as it looks outside."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from backend.core.http.schemas import Body, Out
from backend.response_clocks.rules import MOST_DAYS


class AnswerDaysIn(Body):
    """Within how many working days an organisation answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"days": 5}]})
    days: Annotated[
        int | None, Field(ge=1, le=MOST_DAYS, strict=True, description="Null: as long as is usual on the platform.")
    ]


class AnswerDaysOut(Out):
    """Within how many working days of the China calendar an organisation answers what it is asked from now on."""

    organisation_id: str
    days: int = Field(description="Its own number, or where it has none the platform's.")
    is_own: bool = Field(description="Whether the organisation has set it.")
    version: int


class ResponsivenessOut(Out):
    """How an organisation answers what others ask it; null where too few questions were counted.

    Questions between verified organisations count, of each asker the first few in the time; those withdrawn do not.
    """

    organisation_id: str
    as_of: date | None = Field(description="Questions that were decided before this day count.")
    questions: int | None = Field(description="How many counted, rounded down to tens.")
    in_time_bp: int | None = Field(description="The share answered in time, in basis points, rounded to percents.")
    median_working_days: int | None = Field(description="To an answer, of those that were answered.")
    reason: str | None = Field(description="`too_few_questions` where nothing is published.")
