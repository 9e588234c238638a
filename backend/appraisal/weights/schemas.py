"""What weights and indicators look like outside."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field, JsonValue

from backend.appraisal.codes import Direction, IndicatorGroup, Scenario, Source
from backend.appraisal.models import AppraisalWeights
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, LongLine, Moment, Out

WeightBp = Annotated[int, Field(ge=0, le=10_000, strict=True)]
OfIndicators = Annotated[dict[str, WeightBp], Field(max_length=50)]
EVEN: dict[str, JsonValue] = {scenario.value: {"legal_status": 5_000, "remaining_term": 5_000} for scenario in Scenario}
EXAMPLE: dict[str, JsonValue] = {"valid_from": "2199-01-01", "note": "示例：仅看法律状态与剩余保护期", "weights": EVEN}


class WeightsIn(Body):
    """A set of weights: for each scenario basis points of indicators that sum to 10,000."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    valid_from: Day = Field(description="From today or later.")
    note: LongLine = Field(description="Why these weights.")
    weights: dict[Scenario, OfIndicators] = Field(description="An indicator that is not named has none.")


class WeightsOut(Out):
    """A set of weights; the platform's own judgement, and nobody's standard."""

    id: str
    valid_from: date
    indicator_version: str
    weights: dict[Scenario, dict[str, int]]
    note: str
    recorded_at: Moment


class WeightsPage(Out):
    """One page of the sets of weights, the newest first."""

    items: list[WeightsOut]
    next_cursor: str | None


class WeightsQuery(PageQuery):
    """Sets of weights."""


class IndicatorPoints(Out):
    """The points of one value."""

    value: int | str
    points: int


class IndicatorOut(Out):
    """One indicator of the table."""

    code: str
    group: IndicatorGroup
    label: str
    label_zh: str
    label_en: str
    formula: str
    formula_zh: str
    formula_en: str
    unit: str
    direction: Direction
    sources: list[Source]
    points: list[IndicatorPoints] = Field(description="Between two of them points run straight; outside they stay.")
    not_applicable_points: int | None


class IndicatorsOut(Out):
    """The table of indicators."""

    indicator_version: str
    items: list[IndicatorOut]
    next_cursor: str | None


def weights_out(row: AppraisalWeights) -> WeightsOut:
    """Return a set of weights as it is shown."""
    values: dict[str, Any] = row.model_dump(include=set(WeightsOut.model_fields))
    return WeightsOut(**values)
