"""The figures of matchmaking as they look outside."""

from datetime import date
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.schemas import Body, Day, Out
from backend.introductions.figures.codes import Grouping
from backend.introductions.figures.rules import four_quarters_before


class FiguresQuery(Body):
    """Of which time, and by what."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: Day | None = Field(None, alias="from", description="None: the last four quarters that are over by `to`.")
    to: Day | None = Field(None, description="None: the last day counted.")
    by: Grouping = Field(Grouping.CLUSTER, description="By industry cluster or by province.")

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("`from` lies behind `to`")
        return self

    def days(self, until: date) -> tuple[date, date]:
        """Return the first and the last day asked for, where figures are counted until a day."""
        to = min(self.to or until, until)
        return self.from_ or four_quarters_before(to), to


class FigureOut(Out):
    """What became of needs that were published in the time; null where too few could be counted."""

    code: str | None = Field(description="Of the cluster or province; null of all needs.")
    label: str | None
    needs: int | None
    introduced_bp: int | None = Field(description="The share for which an introduction was accepted, in basis points.")
    contracted_bp: int | None = Field(description="The share after whose introduction a licence took effect.")
    median_days_to_introduction: int | None = Field(description="From publication; from ten introductions on.")
    median_days_to_contract: int | None = Field(description="From publication; from ten contracts on.")
    reason: str | None = Field(description="`too_few_cases` where nothing is published.")


class MatchmakingFiguresOut(Out):
    """Figures of matchmaking over whole quarters."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    from_: date | None = Field(alias="from", description="The first day counted; null where no quarter is.")
    to: date | None = Field(description="The last day on which a counted need was published.")
    counted_until: date = Field(description="What happened until this day is counted.")
    by: Grouping
    total: FigureOut
    items: list[FigureOut] = Field(description="Every cluster or province of the reference list.")
