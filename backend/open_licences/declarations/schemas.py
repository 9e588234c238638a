"""What declarations of open licences look like outside."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import EmailStr, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Line, LongLine, Moment, Out, Prose, Version
from backend.core.ids import id_pattern
from backend.files.schemas import FileIds, FileRef
from backend.licences.codes import FeeForm
from backend.licences.patent_reference import NamedPatent
from backend.licences.terms.models import EXAMPLES, MOST, FeeTerms
from backend.open_licences.states import OpenStatus
from backend.patents.schemas import example
from backend.rights.schemas import RuleCode, TermsHash

PatentIdIn = Annotated[str, Field(pattern=id_pattern("pat"), examples=["pat_01h455vb4pex5vsknk084sn02q"])]
OpenLicenceIdIn = Annotated[str, Field(pattern=id_pattern("opl"))]
Explanation = Annotated[Prose, Field(max_length=2_000, description="How the fee was arrived at; 2,000 characters.")]


class Contact(Body):
    """How the holder is reached about the open licence."""

    name: Line
    telephone: Line | None = None
    email: EmailStr | None = None
    address: LongLine | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.telephone or self.email or self.address):
            raise ValueError("give a telephone, an e-mail or an address")
        return self


class Declaration(Body):
    """What a declaration says (Implementing Regulations of the Patent Law, art. 85; Guidelines V-11, 3.3)."""

    fee: FeeTerms
    fee_explanation: Explanation | None = None
    ceiling_override_reason: LongLine | None = Field(
        None, description="Why a royalty lies above 20 % of net sales or 40 % of profit."
    )
    ends_on: Day | None = Field(None, description="The last day of the licence term.")
    contact: Contact | None = None
    undertaking: bool = Field(
        False, description="The holders undertake that the conditions of an open licence are met."
    )
    other: Prose | None = None
    confirmed: list[RuleCode] = Field([], max_length=20, description="Reasons that the declarant has seen to.")


LegalReason = Literal[
    "exclusive_or_sole_licence",
    "suspension",
    "annuity",
    "pledge",
    "other_obstacle",
    "transfer_or_surrender",
    "other_legitimate",
]
EXAMPLE: dict[str, Any] = {
    "patent_id": "pat_01h455vb4pex5vsknk084sn02q",
    "fee": EXAMPLES[1],
    "fee_explanation": "参照同领域许可合同的平均价格确定。",
    "ends_on": "2028-12-31",
    "contact": {"name": "成果转化中心", "telephone": "023-60000000"},
    "undertaking": True,
    "confirmed": ["annuity_unknown"],
}


class OpenLicenceIn(Declaration):
    """A new declaration, as a draft."""

    model_config = example(**EXAMPLE)

    patent_id: PatentIdIn
    replaces: OpenLicenceIdIn | None = Field(None, description="A withdrawn declaration of the same patent.")


class OpenLicencePatch(Body):
    """What shall change in a draft; those not named stay."""

    model_config = example(ends_on="2029-12-31")

    fee: FeeTerms | None = None
    fee_explanation: Explanation | None = None
    ceiling_override_reason: LongLine | None = None
    ends_on: Day | None = None
    contact: Contact | None = None
    undertaking: bool | None = None
    other: Prose | None = None
    confirmed: list[RuleCode] | None = Field(None, max_length=20)


class Submission(Body):
    """Nothing but what the declarant confirms besides."""

    model_config = example(confirmed=["annuity_unknown"])

    confirmed: list[RuleCode] = Field([], max_length=20)


class OfficeStep(Body):
    """A step of the patent office, or before it, with the day on which it happened."""

    model_config = example(on="2026-05-15", evidence_files=["fil_01h455vb4pex5vsknk084sn02q"])

    on: Day = Field(description="The day on which it happened; it may lie in the past.")
    evidence_files: FileIds = Field([])
    note: LongLine | None = None


class Filing(OfficeStep):
    """That the declaration was filed with the patent office."""

    model_config = example(on="2026-03-01", evidence_files=[])

    confirmed: list[RuleCode] = Field([], max_length=20)


class Announcement(OfficeStep):
    """That the patent office announced the declaration."""

    model_config = example(
        on="2026-03-20", declaration_number="K2026500000123", evidence_files=["fil_01h455vb4pex5vsknk084sn02q"]
    )

    declaration_number: Line


class Reasoned(OfficeStep):
    """A step with its reason."""

    model_config = example(on="2026-03-20", reason="声明内容不符合规定", evidence_files=[])

    reason: LongLine


class Withdrawal(Reasoned):
    """That the holders withdraw the declaration; no condition can be attached (Guidelines V-11, 4)."""

    model_config = example(on="2026-05-01", legal_reason="other_legitimate", reason="拟与他人合作产业化")

    legal_reason: LegalReason = Field(description="Implementing Regulations, art. 86; Guidelines V-11, 4 and 9.")


class UnavailableOut(Out):
    """Why an open licence cannot be taken here now."""

    code: str
    detail: str
    rule: str | None
    cure: str
    since: date | None


class StepOut(Out):
    """One step of a declaration."""

    step: str
    status: OpenStatus
    happened_on: date
    recorded_at: Moment
    by_authority: bool


class DutyOut(Out):
    """What the declarant has to do because a bar arose."""

    kind: str
    because: list[str]
    opened_at: Moment
    due_on: date
    ended_at: Moment | None
    outcome: str | None


class WorkedExample(Out):
    """What the licence costs in an example, by the declared terms."""

    starts_on: date
    ends_on: date
    net_sales_fen: int | None = None
    profit_fen: int | None = None
    units: int | None = None
    due_at_start_fen: int
    total_fen: int


class ConsentTerms(Out):
    """The terms to send with a request for the co-owners' consent."""

    declare_open_licence: dict[str, Any]
    withdraw_open_licence: dict[str, Any]


class OpenLicenceOut(Version):
    """A declaration; the last six fields show to its holders and offices only."""

    id: str
    patent_id: str
    patent: NamedPatent
    organisation_id: str
    status: OpenStatus
    available_here: bool = Field(description="Whether it can be taken now.")
    unavailable_because: list[UnavailableOut]
    fee: dict[str, Any]
    fee_form: FeeForm
    fee_explanation: str | None
    ends_on: date | None
    contact: dict[str, Any] | None
    other: str | None
    worked_example: WorkedExample | None
    terms_version: int
    terms_hash: str
    holders: list[str] = Field(description="Party ids of the declarants, once it was submitted.")
    holder_names: list[str] = Field(description="Their names, in the same order.")
    declaration_number: str | None
    filed_on: date | None
    announced_on: date | None
    withdrawn_on: date | None
    ended_reason: str | None
    replaces: str | None
    steps: list[StepOut]
    created_at: Moment | None
    undertaking: bool | None
    confirmed: list[str]
    ceiling_override_reason: str | None
    consent_terms: ConsentTerms | None
    duties: list[DutyOut]
    evidence_files: list[FileRef]


class OpenLicencesOut(Out):
    """One page of open licences, the newest first."""

    items: list[OpenLicenceOut]
    next_cursor: str | None


class OpenLicencesQuery(PageQuery):
    """Which open licences."""

    status: list[OpenStatus] = Field([], max_length=len(OpenStatus))
    patent_id: PatentIdIn | None = None
    available: bool | None = Field(None, description="Whether they can be taken here now.")
    mine: bool = Field(False, description="Declared by the caller's organisation.")


Asked = Annotated[int | None, Field(ge=0, le=MOST)]  # not strict: a query's figures come as text


class QuoteQuery(Body):
    """For which days and which use of one full licence year."""

    starts_on: Day | None = Field(None, description="Today if absent.")
    ends_on: Day | None = Field(None, description="The last day; the open licence's own if absent.")
    net_sales_fen: Asked = None
    profit_fen: Asked = None
    units: Asked = None


class QuoteOut(Out):
    """The fee by the declared terms, with every line of the working; the same for everybody."""

    open_licence_id: str
    terms_version: int
    terms_hash: TermsHash
    starts_on: date
    ends_on: date
    due_at_start_fen: int
    total_fen: int
    years: list[dict[str, Any]]
    payable: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    rounding: str
