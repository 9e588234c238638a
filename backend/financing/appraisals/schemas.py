"""What a bank reads of the worth of a patent: the platform's appraisal, and what reports the holder has."""

from datetime import date

from pydantic import Field

from backend.appraisal.codes import ReportKind, ReportStatus
from backend.appraisal.schemas import AppraisalOut
from backend.core.http.schemas import Out


class DisclosedReport(Out):
    """A report of an appraisal institution, as the enterprise discloses it."""

    institution_name: str
    status: ReportStatus = Field(description="Whether the institution has confirmed it.")
    kind: ReportKind
    number: str
    purpose: str
    methods: list[str]
    value_low_fen: int
    value_high_fen: int
    valuation_date: date
    issued_on: date
    valid_until: date
    sha256: str


class DisclosedAppraisal(Out):
    """A patent of the request by the platform's own indicators, for financing, and the reports on it."""

    appraisal: AppraisalOut
    reports: list[DisclosedReport]
