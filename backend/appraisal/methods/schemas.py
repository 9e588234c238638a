"""What the methods beside the score are asked for and answer."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from backend.appraisal.comparables.schemas import ComparableOut
from backend.core.http.schemas import Body, Day, Out

Share = Annotated[int, Field(ge=0, le=10_000, strict=True, description="A share in basis points.")]
Growth = Annotated[int, Field(ge=-9_000, le=10_000, strict=True, description="A yearly change in basis points.")]
Discount = Annotated[int, Field(ge=1, le=10_000, strict=True, description="A yearly rate in basis points.")]
Sales = Annotated[int, Field(ge=1, le=100_000_000_000_000, strict=True, description="In fen, of one full year.")]
EXAMPLE: dict[str, JsonValue] = {
    "sales_fen": {"low": 500_000_000, "base": 800_000_000, "high": 1_200_000_000},
    "royalty_bp": {"low": 200, "base": 300, "high": 500},
    "discount_bp": {"low": 1_200, "base": 1_500, "high": 2_000},
    "growth_bp": 500,
    "contribution_bp": 6_000,
    "tax_bp": 1_500,
}


def _in_order(low: int, base: int, high: int) -> None:
    if not low <= base <= high:
        raise ValueError("low, base and high stand in this order")


class SalesRange(Body):
    """The least, the expected and the most."""

    low: Sales
    base: Sales
    high: Sales

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        _in_order(self.low, self.base, self.high)
        return self


class ShareRange(Body):
    """The least, the expected and the most."""

    low: Share
    base: Share
    high: Share

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        _in_order(self.low, self.base, self.high)
        return self


class DiscountRange(Body):
    """The least, the expected and the most."""

    low: Discount
    base: Discount
    high: Discount

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        _in_order(self.low, self.base, self.high)
        return self


class RoyaltyReliefIn(Body):
    """What the present value of the royalties is reckoned from: ranges, since none of it is certain."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    sales_fen: SalesRange = Field(description="Sales of the products in the first year.")
    royalty_bp: ShareRange = Field(description="The royalty that a licensee would pay on sales.")
    discount_bp: DiscountRange
    growth_bp: Growth = Field(description="How sales grow each year.")
    contribution_bp: Share = Field(description="The share of the sales that the patent accounts for.")
    tax_bp: Share | None = Field(None, description="Taken off the royalties; none: before tax.")
    until: Day | None = Field(None, description="The last day counted; none: the last day of the term.")


class RoyaltyYearOut(Out):
    """One year of the working."""

    number: int
    starts_on: date
    ends_on: date
    days: int
    of_days: int
    sales_fen: int
    royalty_fen: int = Field(description="Of the patent's share of sales, after tax where there is a rate.")
    present_value_fen: int


class RoyaltyCaseOut(Out):
    """One case: its figures, its years, and their sum."""

    sales_fen: int
    royalty_bp: int
    discount_bp: int
    years: list[RoyaltyYearOut]
    value_fen: int


class SensitivityRow(Out):
    """The values of one royalty rate at each discount rate, with the expected sales."""

    royalty_bp: int
    values_fen: list[int]


class RoyaltyReliefOut(Out):
    """What the patent is worth by the royalties that it saves: a range, not a point."""

    patent_id: str
    as_of: date
    term_ends_on: date = Field(description="The last day of the term, by the register.")
    until: date
    growth_bp: int
    contribution_bp: int
    tax_bp: int | None
    low: RoyaltyCaseOut = Field(description="Least sales and royalty, highest discount.")
    base: RoyaltyCaseOut
    high: RoyaltyCaseOut
    discounts_bp: list[int] = Field(description="The columns of the table.")
    sensitivity: list[SensitivityRow]
    rounding: str


class MarketOut(Out):
    """What comparable deals cost: the published cells of the patent's sector, or why there are none."""

    sector: str | None
    reason: str | None = Field(description="`sector_unknown` or `not_enough_deals` where there is nothing to show.")
    cells: list[ComparableOut]
