"""What extensions look like outside."""

from datetime import date

from pydantic import ConfigDict, Field

from backend.core.http.schemas import Body, LongLine, Moment, Out
from backend.financing.terms_schemas import BasisPoints, Months
from backend.loans.codes import ExtensionStatus, LoanRole


class ExtensionIn(Body):
    """A longer term, and the rate from the day on which both agree."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"term_months": 18, "rate_bp": 360}]})
    term_months: Months = Field(description="From the disbursement; more than now.")
    rate_bp: BasisPoints = Field(description="A year; the rate as it is where it stays.")
    note: LongLine | None = None


class ExtensionOut(Out):
    """The proposal of a longer term, and what the other side answered."""

    id: str
    version: int
    loan_id: str
    status: ExtensionStatus
    term_months: int
    rate_bp: int
    note: str | None
    proposed_by: LoanRole
    proposed_at: Moment
    answered_at: Moment | None
    agreed_on: date | None = Field(description="From this day on the new rate holds.")


class ExtensionPage(Out):
    """One page of proposals, the newest first."""

    items: list[ExtensionOut]
    next_cursor: str | None
