"""The figures of financing as they look outside."""

from datetime import date

from pydantic import ConfigDict, Field

from backend.core.http.schemas import Body, Moment, Out
from backend.financing_figures.codes import FinancingGrouping

LAST_YEAR: int = 9998


class YearQuery(Body):
    """Of which year."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    year: int | None = Field(None, ge=1985, le=LAST_YEAR, description="None: the last one that is due.")


class FinancingFiguresQuery(YearQuery):
    """Of which year, and by what; there is no other slicing."""

    by: FinancingGrouping = Field(FinancingGrouping.CLUSTER, description="By cluster or province; by bank for offices.")


class FinancingFigureOut(Out):
    """What became of the requests of a cell; null where too few could be counted."""

    code: str | None = Field(description="Of the cluster, province or bank; null of all, and where it is not known.")
    label: str | None
    requests: int | None = Field(description="All numbers are rounded to multiples of five.")
    offered: int | None = Field(description="With an offer of any bank; by bank, with one of it.")
    accepted: int | None
    disbursed: int | None
    requested_fen: int | None = Field(description="All amounts are rounded, the more the fewer they are.")
    accepted_fen: int | None
    disbursed_fen: int | None
    median_days_to_offer: int | None = Field(description="From the submission to the first offer, in calendar days.")
    median_days_to_acceptance: int | None
    median_days_to_disbursement: int | None
    first_loan_share_bp: int | None = Field(description="Of accepted ones that say so, the enterprise's first loan.")
    overdue_share_bp: int | None = Field(
        description="Of the loans disbursed: overdue, in default, or closed after one, when the year was counted."
    )
    reason: str | None = Field(description="`too_few_cases` where nothing is published.")


class FinancingYearOut(Out):
    """A year, and how it was counted."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    year: int
    from_: date = Field(alias="from", description="The first day on which a counted request was submitted.")
    to: date
    due_on: date = Field(description="When the year is counted and published, once and for all.")
    counted_until: date | None = Field(description="What happened until this day is counted; null before it is.")
    published_at: Moment | None
    is_demonstration: bool
    rules_version: str | None
    sha256: str | None = Field(description="Of all that was published; it never changes.")
    reason: str | None = Field(description="`not_published` before the year is counted.")


class FinancingFiguresOut(FinancingYearOut):
    """The figures of a year by one grouping."""

    by: FinancingGrouping
    total: FinancingFigureOut
    items: list[FinancingFigureOut] = Field(
        description="Every cluster or province of the reference list and what is not known; of banks, the published."
    )


class FinancingReportOut(FinancingYearOut):
    """All that is published of a year."""

    working: str = Field(description="How it was counted and rounded.")
    total: FinancingFigureOut
    by_cluster: list[FinancingFigureOut]
    by_region: list[FinancingFigureOut]
    by_bank: list[FinancingFigureOut] | None = Field(description="For offices; null for everybody else.")
