"""What royalty reports look like outside."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, LongLine, Moment, Out, Version
from backend.files.schemas import FileIds
from backend.licences.schemas import Role
from backend.patents.schemas import example

Amount = Annotated[int, Field(ge=0, le=9_000_000_000_000_000, strict=True)]


class ReportIn(Body):
    """The use of one reporting period, in fen or units as the terms have it."""

    model_config = example(period=1, use=500_000_000)

    period: Annotated[int, Field(ge=1, le=200, strict=True)] = Field(description="Its number within the licence.")
    use: Amount = Field(description="Net sales or profit in fen, or units.")
    evidence_files: FileIds = Field([])


class ReportCorrection(Body):
    """What the report should have said; the amounts of the licence year follow."""

    model_config = example(use=520_000_000, reason="漏报一批销售")

    use: Amount
    reason: LongLine


class ReportOut(Version):
    """One reporting period of a licence: until when it is reported, what is due, what was paid."""

    id: str
    licence_id: str
    period: int
    year: int = Field(description="The licence year.")
    starts_on: date
    ends_on: date
    report_due_on: date
    state: Literal["to_come", "due", "overdue", "submitted", "payment_overdue", "paid", "void"]
    use: int | None
    submitted_at: Moment | None
    amount_fen: int | None = Field(
        description="Due by the terms; after a correction of the year it may be another; of a void licence nothing is."
    )
    paid_fen: int = Field(description="What counts for it, also of payments beyond the amounts of other reports.")
    open_fen: int
    pay_by: date | None
    working: dict[str, Any] | None
    corrections: list[dict[str, Any]]


class ReportsOut(Out):
    """One page of reporting periods, the earliest due first."""

    items: list[ReportOut]
    next_cursor: str | None


class ReportsQuery(PageQuery):
    """Which reporting periods."""

    role: Role | None = Field(None, description="On which side the caller's organisation stands.")
    overdue: bool | None = Field(None, description="Only those whose report or payment is overdue.")
    due_before: Day | None = None
