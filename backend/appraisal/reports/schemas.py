"""What institutions' reports look like outside."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from backend.appraisal.codes import ReportKind, ReportSide, ReportStatus, ValuationMethod
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Fen, Line, LongLine, Moment, Out, refuse_crossed
from backend.core.ids import id_pattern
from backend.files.schemas import FileRef

OrganisationId = Annotated[str, Field(pattern=id_pattern("org"))]
FileId = Annotated[str, Field(pattern=id_pattern("fil"), examples=["fil_01h455vb4pex5vsknk084sn02q"])]
LEAST_SIGNATORIES = 2


class Signatory(Body):
    """A professional who signed the report, as the report names them."""

    name: Line
    certificate_number: Line


EXAMPLE: dict[str, JsonValue] = {
    "institution_name": "示例资产评估有限公司",
    "kind": "voluntary",
    "number": "示评报字〔2026〕第 017 号",
    "purpose": "质押融资",
    "methods": ["income", "market"],
    "signatories": [
        {"name": "王示例", "certificate_number": "50000001"},
        {"name": "李示例", "certificate_number": "50000002"},
    ],
    "value_low_fen": 300_000_000,
    "value_high_fen": 360_000_000,
    "valuation_date": "2026-05-31",
    "issued_on": "2026-06-20",
    "valid_until": "2027-05-30",
    "file_id": "fil_01h455vb4pex5vsknk084sn02q",
}


class AppraisalReportIn(Body):
    """A report of an appraisal institution; the other side, where it is on the platform, confirms or denies it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    institution_organisation_id: OrganisationId | None = Field(
        None, description="By a holder: the institution, where it is on the platform; it then answers."
    )
    institution_name: Line | None = Field(None, description="By a holder: an institution that is not on the platform.")
    holder_organisation_id: OrganisationId | None = Field(
        None, description="By the institution: for which of the holders the report was made."
    )
    kind: ReportKind = Field(description="Whether a law demands the appraisal.")
    number: Line = Field(description="The report's own number.")
    purpose: LongLine
    methods: list[ValuationMethod] = Field(min_length=1, max_length=len(ValuationMethod))
    one_method_reason: LongLine | None = None
    signatories: list[Signatory] = Field(min_length=LEAST_SIGNATORIES, max_length=10)
    value_low_fen: Fen
    value_high_fen: Fen = Field(description="The same as the least where the report names one value.")
    valuation_date: Day
    issued_on: Day
    valid_until: Day
    file_id: FileId = Field(description="The report as PDF, uploaded by the caller's organisation.")

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        refuse_crossed(self, ("value_low_fen", "value_high_fen"))
        people = {(one.name, one.certificate_number) for one in self.signatories}
        if len({number for _, number in people}) < LEAST_SIGNATORIES:
            raise ValueError("two professionals sign a report")
        return self


class AppraisalReportDenial(Body):
    """Why the other side denies a report."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "本机构未出具过该编号的报告"}]})

    reason: LongLine


class AppraisalReportOut(Out):
    """A report of an appraisal institution, as its two sides see it."""

    id: str
    patent_id: str
    holder_organisation_id: str
    institution_organisation_id: str | None
    institution_name: str
    asserted_by: ReportSide
    status: ReportStatus = Field(description="`asserted` is the word of one side alone.")
    denial_reason: str | None
    kind: ReportKind
    number: str
    purpose: str
    methods: list[ValuationMethod]
    one_method_reason: str | None
    signatories: list[Signatory]
    value_low_fen: int
    value_high_fen: int
    valuation_date: date
    issued_on: date
    valid_until: date
    is_valid: bool = Field(description="Whether its last day is not over.")
    keep_until: date = Field(description="Its records are kept at least until then (Asset Appraisal Law, art. 29).")
    file: FileRef
    recorded_at: Moment
    decided_at: Moment | None
    version: int


class AppraisalReportsOut(Out):
    """One page of reports, the oldest first."""

    items: list[AppraisalReportOut]
    next_cursor: str | None


class ReportsQuery(PageQuery):
    """Reports on one patent."""
