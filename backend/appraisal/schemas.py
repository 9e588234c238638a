"""What an appraisal looks like outside."""

from datetime import date
from typing import Annotated

from pydantic import Field

from backend.appraisal.codes import IndicatorGroup, Scenario, Source, ValueState
from backend.appraisal.methods.schemas import MarketOut
from backend.core.http.schemas import Body, Instant, Moment, Out
from backend.patents.codes import PatentKind

MilliPoints = Annotated[int, Field(description="Thousandths of a point, of 100 points.")]


class AppraisalQuery(Body):
    """For what, and by what was known when."""

    scenario: Scenario = Field(description="Each has weights of its own.", examples=[Scenario.FINANCING.value])
    known_at: Instant | None = Field(None, description="By what was known at that moment; none: now.")


class ScoreRange(Out):
    """From the least to the most that the score may be; the least is the one to rest on."""

    low_milli_points: MilliPoints
    high_milli_points: MilliPoints
    verified_milli_points: Annotated[
        int, Field(description="The least without what rests on the holder's own word; in thousandths of a point.")
    ]


class IndicatorLine(Out):
    """One line of the working."""

    code: str
    group: IndicatorGroup
    label: str
    state: ValueState
    value: int | str | None
    value_label: str | None = Field(description="The value in words.")
    unit: str
    source: Source | None
    source_label: str | None
    on: date | None = Field(description="Of which day the value is.")
    low_milli_points: MilliPoints
    high_milli_points: MilliPoints
    weight_bp: int
    low_times_weight: int
    high_times_weight: int


class GroupRange(Out):
    """What the indicators of one group add to the score."""

    group: IndicatorGroup
    label: str
    weight_bp: int
    low_times_weight: int
    high_times_weight: int


class HistoryLine(Out):
    """One thing that happened to the right, or that burdens it."""

    on: date
    code: str
    label: str
    ends_on: date | None
    stands: bool | None = Field(description="Of a burden: whether it holds on the day; null of an event.")
    source: str


class AppraisedPatent(Out):
    """The patent as the register names it."""

    id: str
    title: str
    title_en: str | None
    kind: PatentKind
    application_number: str | None
    grant_number: str | None
    ipc: list[str]
    filing_date: date | None
    grant_date: date | None
    expiry_date: date | None
    holders: list[str]


class WeightsRef(Out):
    """By which set of weights it was scored."""

    id: str
    valid_from: date


class AppraisalOut(Out):
    """An appraisal by the platform's own indicators, with its working; no conformity with GB/T 42748 is claimed.

    The same facts, version of the indicators and set of weights give the same score.
    """

    patent: AppraisedPatent
    scenario: Scenario
    scenario_label: str
    as_of: date
    known_at: Moment
    indicator_version: str
    weights: WeightsRef
    score: ScoreRange
    groups: list[GroupRange]
    indicators: list[IndicatorLine]
    rounding: str
    market: MarketOut
    counted_for: list[str] = Field(description="Organisations whose licences and income are counted.")
    history: list[HistoryLine] = Field(description="The newest first.")
    history_left_out: int = Field(description="How many older lines are not shown.")
    is_demonstration: bool
