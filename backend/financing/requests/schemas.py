"""What a request for financing looks like outside."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, EachOnce, Fen, LongLine, Moment, Out
from backend.files.schemas import FileId, FileRef
from backend.financing.codes import (
    CheckOutcome,
    DeclineCode,
    DocumentKind,
    Ground,
    Part,
    PledgorConsentStatus,
    RequestRole,
    RequestStatus,
    SameDayAnswer,
)
from backend.financing.terms_schemas import Amount, Confirmed, Months, PatentId, Signed, Text2000
from backend.rights.codes import Sureness

EXAMPLE: Final[dict[str, Any]] = {
    "amount_fen": 300_000_000,
    "term_months": 12,
    "purpose": "采购原材料，扩大正极材料产线",
    "patents": [{"patent_id": "pat_01h455vb4pex5vsknk084sn02q"}],
    "annual_revenue_fen": 2_400_000_000,
    "net_profit_fen": 180_000_000,
    "liabilities_fen": 600_000_000,
    "employees": 86,
    "first_loan": True,
}


class RequestPatentIn(Body):
    """A patent of the request, held by the requester or by another who pledges it."""

    patent_id: PatentId
    same_day_application: SameDayAnswer | None = Field(
        None, description="Of a utility model: whether a patent for the same invention was applied for that day."
    )
    confirmed: Confirmed = Field([], description="Of patents that the requester holds; other holders confirm theirs.")


class RequestDocumentIn(Body):
    """A document: what it shows, and the file."""

    kind: DocumentKind
    file_id: FileId


Patents = Annotated[list[RequestPatentIn], Field(min_length=1, max_length=20)]
Documents = Annotated[list[RequestDocumentIn], Field(max_length=20), EachOnce]


class CompanyFacts(Body):
    """What the platform cannot know of the company; null is not stated."""

    annual_revenue_fen: Fen | None = None
    net_profit_fen: Signed | None = None
    liabilities_fen: Fen | None = None
    employees: Annotated[int, Field(ge=0, le=10_000_000, strict=True)] | None = None
    first_loan: Annotated[bool, Field(strict=True)] | None = Field(None, description="Whether no bank lent to it yet.")
    documents: list[RequestDocumentIn] = Field([], max_length=20)


class FinancingRequestIn(CompanyFacts):
    """A request for financing, as a draft: ten fields."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    amount_fen: Amount
    term_months: Months
    purpose: Text2000 = Field(description="What the money is for.")
    patents: Patents


class FinancingRequestPatch(CompanyFacts):
    """What shall change of a draft; what is not named stays, null empties."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"term_months": 18}]})
    amount_fen: Amount = 1
    term_months: Months = 1
    purpose: Text2000 = "-"
    patents: Patents = Field([])


class FinancingRequestDecline(Body):
    """Why a bank or guarantor does not go on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "term", "note": "期限超过本行产品上限。"}]})
    code: DeclineCode
    note: LongLine | None = None


class RequestCompanyOut(Out):
    """What the company says of itself, and what the platform knows."""

    name: str
    region: str | None
    credit_code: str | None
    annual_revenue_fen: int | None
    net_profit_fen: int | None
    liabilities_fen: int | None
    employees: int | None
    first_loan: bool | None


class RequestPatentOut(Out):
    """A patent of the request."""

    patent_id: str
    title: str
    number: str | None
    kind: str | None
    legal_status: str
    filing_date: date | None
    grant_date: date | None
    expiry_date: date | None
    held_by_requester: bool
    same_day_application: SameDayAnswer | None
    confirmed: list[Ground]


class RequestDocumentOut(Out):
    """A document of the request."""

    kind: DocumentKind
    file: FileRef


class FinancingRequestLine(Out):
    """A request in a list: nothing of what it says to others than its enterprise."""

    id: str
    version: int = Field(description="For a bank that of its disclosure.")
    role: RequestRole
    status: RequestStatus = Field(description="For a bank or guarantor as far as it has come with it.")
    organisation_id: str = Field(description="The enterprise.")
    disclosure_id: str | None = Field(description="For a bank or guarantor its disclosure.")
    sent_at: Moment | None
    due_on: date | None = Field(description="For a bank until when it answers; null while its clock stands.")
    amount_fen: int | None = Field(description="For the enterprise; others read the request itself.")
    term_months: int | None


class FinancingRequestOut(Out):
    """A request: whole for its enterprise, the disclosed parts for a bank or guarantor; each reading is listed."""

    id: str
    version: int
    role: RequestRole
    status: RequestStatus
    organisation_id: str
    amount_fen: int
    term_months: int
    purpose: str
    company: RequestCompanyOut | None = Field(description="Null where this part is not disclosed.")
    patents: list[RequestPatentOut] | None = Field(description="Null where this part is not disclosed.")
    documents: list[RequestDocumentOut] | None = Field(description="Null where this part is not disclosed.")
    parts: list[Part]
    disclosure_id: str | None
    created_at: Moment | None = Field(description="For the enterprise.")
    sent_at: Moment | None
    due_on: date | None
    paused: bool | None = Field(description="For a bank: whether its clock stands until an answer.")
    decline_code: DeclineCode | None
    decline_note: str | None
    accepted_offer_id: str | None


class FinancingRequestPage(Out):
    """One page of requests, the newest first."""

    items: list[FinancingRequestLine]
    next_cursor: str | None


class FinancingRequestsQuery(PageQuery):
    """Which requests."""

    role: RequestRole = Field(RequestRole.BORROWER, description="One's own, or those disclosed to one's organisation.")


class GroundFindingOut(Out):
    """One thing that stands against a registration, or that is not on record."""

    code: str
    outcome: CheckOutcome
    detail: str
    rule: str | None
    sure: Sureness = Field(description="C in the law's text, C2 in a secondary source only, P the platform's prudence.")
    cure: str
    since: date | None


class GroundOut(Out):
    """One ground of the office's measures."""

    number: int
    ground: Ground
    title: str
    outcome: CheckOutcome
    confirmed: bool
    findings: list[GroundFindingOut]


class PatentChecksOut(Out):
    """What came of every ground for one patent."""

    patent_id: str
    clear: bool = Field(description="Whether nothing stands against it, and nothing is to be confirmed.")
    grounds: list[GroundOut]


class ChecksOut(Out):
    """The grounds on which the office refuses to register a pledge, each asked of the ledger now."""

    request_id: str
    clear: bool = Field(description="Whether the request may be submitted as far as its patents go.")
    debt_ends_on: date = Field(description="If it were lent today.")
    pledge_terms: dict[str, Any] = Field(description="To what a co-owner off the platform consents, for its consent.")
    terms_hash: str
    consents_missing: list[str] = Field(description="Ids of pledgors' consents that are not given.")
    patents: list[PatentChecksOut]


class PledgorConsentOut(Out):
    """That a holder is asked to pledge its patent for an enterprise's debt."""

    id: str
    version: int
    status: PledgorConsentStatus
    request_id: str
    borrower_organisation_id: str
    organisation_id: str = Field(description="The holder.")
    patent_id: str
    patent_title: str
    amount_fen: int
    term_months: int
    purpose: str
    confirmed: list[Ground]
    asked_at: Moment
    answered_at: Moment | None


class PledgorConsentPage(Out):
    """One page of consents, the newest first."""

    items: list[PledgorConsentOut]
    next_cursor: str | None


class PledgorConsentsQuery(PageQuery):
    """Which consents."""

    role: Annotated[str, Field(pattern="^(pledgor|borrower)$")] = "pledgor"


class PledgorAgreement(Body):
    """That a holder pledges its patent, and what it confirms about it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"confirmed": ["invalidation_pending"]}]})
    confirmed: Confirmed = Field([])
