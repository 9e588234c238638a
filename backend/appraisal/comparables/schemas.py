"""What comparables look like outside."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from backend.appraisal.comparables.rules import YEARS
from backend.appraisal.models import ComparableSnapshot
from backend.core.clock import china_day
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Out
from backend.patents.codes import DealType


class Sector(StrEnum):
    """WIPO's sectors of technology."""

    ELECTRICAL_ENGINEERING = "electrical_engineering"
    INSTRUMENTS = "instruments"
    CHEMISTRY = "chemistry"
    MECHANICAL_ENGINEERING = "mechanical_engineering"
    OTHER_FIELDS = "other_fields"


class ComparablesQuery(PageQuery):
    """Which cells; there is no other way to take the deals apart."""

    sector: Sector | None = None
    deal_type: DealType | None = None


class ComparableOut(Out):
    """What is published of one cell: the quartiles of the prices of its closed deals, rounded to a coarse scale."""

    sector: str
    deal_type: DealType
    from_year: int
    to_year: int
    lower_fen: int = Field(description="A quarter of the deals cost so much or less; rounded.")
    median_fen: int
    upper_fen: int
    deals: str = Field(description="How many deals, as a band such as `5_to_9`.")
    published_on: date = Field(description="Published anew, once a month, where enough is new.")
    counted_until: date
    is_demonstration: bool


class ComparablesOut(Out):
    """One page of the cells of which something is published."""

    items: list[ComparableOut]
    next_cursor: str | None


def comparable_out(row: ComparableSnapshot) -> ComparableOut:
    """Return a publication as everybody sees it."""
    return ComparableOut(
        sector=row.sector,
        deal_type=row.deal_type,
        from_year=row.period,
        to_year=row.period + YEARS - 1,
        lower_fen=row.lower_fen,
        median_fen=row.median_fen,
        upper_fen=row.upper_fen,
        deals=row.deals_band,
        published_on=china_day(row.published_at),
        counted_until=row.counted_until,
        is_demonstration=row.is_demonstration,
    )
