"""What payments and licences look like outside."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Fen, Line, LongLine, Moment, Out, Version
from backend.files.schemas import FileIds, FileRef
from backend.licences.certificates.content import Type
from backend.licences.codes import LicenceSource
from backend.licences.receivables.instalment_rules import InstalmentState
from backend.licences.states import LicenceStatus, PaymentStatus
from backend.patents.schemas import example

Role = Literal["licensee", "licensor"]
OfOpen = str | SkipJsonSchema[None]  # see `Type`
Said = Annotated[bool, Field(strict=True)]


class PaymentIn(Body):
    """A payment with its evidence; it counts from its value date."""

    model_config = example(
        amount_fen=20_000_000, value_date="2026-04-02", reference="20260402-001",
        evidence_files=["fil_01h455vb4pex5vsknk084sn02q"],
    )  # fmt: skip

    amount_fen: Annotated[Fen, Field(gt=0)]
    value_date: Day = Field(description="When the money arrived.")
    reference: Line | None = None
    evidence_files: FileIds = Field(min_length=1, description="Voucher or receipt.")
    confirm_overpayment: Said = Field(False, description="That so much was paid, though less is open.")
    is_another_payment: Said = Field(
        False,
        description="That it is another payment than the one with the same voucher, or reference, amount and day.",
    )


class LicencePaymentIn(PaymentIn):
    """A later payment: of a royalty, or of a further year's amount."""

    period: Annotated[int, Field(ge=1, strict=True)] | None = Field(None, description="The reporting period it pays.")


class Contest(Body):
    """Why the licensor says that the payment did not come."""

    model_config = example(reason="账户未收到该笔款项", evidence_files=[])

    reason: LongLine
    evidence_files: FileIds = Field([])


class ContestDecision(Body):
    """What the platform or an authority found about a payment that is contested, or that waits to be confirmed."""

    model_config = example(outcome="dismissed", reason="银行回单显示已到账")

    outcome: Literal["upheld", "dismissed"]
    reason: LongLine


class Termination(Body):
    """That a licence ends before its term."""

    model_config = example(on="2026-09-30", reason="停止生产相关产品", evidence_files=[])

    on: Day = Field(description="The first day without it: today; as an office records it, also a day past.")
    reason: LongLine
    evidence_files: FileIds = Field([], description="By an office: the decision, or the agreement of both sides.")


class RecordalFiling(Body):
    """That the licence was filed for recordal with the patent office."""

    model_config = example(on="2026-05-10", evidence_files=["fil_01h455vb4pex5vsknk084sn02q"])

    on: Day
    evidence_files: FileIds = Field([])


class RecordalConfirmation(Body):
    """That the patent office has recorded the licence."""

    model_config = example(on="2026-05-20", number="2026990000123", evidence_files=[])

    on: Day
    number: Line
    evidence_files: FileIds = Field([])


class PaymentOut(Out):
    """A payment as both sides see it."""

    id: str
    amount_fen: int
    value_date: date
    reference: str | None
    period: int | None = None
    status: PaymentStatus = Field(description="It counts where it is `recorded` or `confirmed`.")
    is_another_payment: bool = Field(description="Its payer says so: it looks like one recorded before.")
    recorded_at: Moment
    contestable_until: date = Field(description="Where it has to be confirmed: until when an answer is due.")
    confirmed_at: Moment | None
    contested_at: Moment | None
    contest_reason: str | None
    contest_outcome: str | None
    contest_decision: str | None
    evidence_files: list[FileRef]
    version: int


class RecordalOut(Out):
    """Until when the licence is filed for recordal, and how far that has come."""

    due_on: date
    provisional: bool = Field(description="The calendar of that year is not out yet.")
    overdue: bool
    filed_on: date | None
    confirmed_on: date | None
    number: str | None
    files: list[dict[str, str]] = Field(description="What goes with the filing.")


class ReducedAnnuityOut(Out):
    """An annuity that the recorded licence reduces."""

    year: int
    due_on: date
    full_fen: int | None
    reduction_fen: int | None
    payable_fen: int | None
    grounds: list[dict[str, Any]]
    fee_source: str | None
    fee_mark: str | None


class InstalmentOut(Out):
    """One licence year's part of a yearly lump sum."""

    year: int
    due_on: date
    amount_fen: int
    paid_fen: int
    open_fen: int
    state: InstalmentState


class LicenceOut(Version):
    """A licence with its payments and recordal."""

    id: str
    patent_id: str
    source: LicenceSource = Field(description="What it came from.")
    open_licence_id: OfOpen
    notice_id: OfOpen
    right_id: str
    licensor_organisation_id: str
    licensee_organisation_id: str
    licensee_name: str
    status: LicenceStatus
    status_reason: str | None
    type: Type
    fee: dict[str, Any]
    terms_version: int
    terms_hash: str
    effective_on: date
    starts_on: date
    ends_on: date
    ended_on: date | None
    flags: list[str]
    recordal: RecordalOut
    annuity_reductions: list[ReducedAnnuityOut] = Field(description="Shown to the licensor and offices.")
    payments: list[PaymentOut]
    instalments: list[InstalmentOut] = Field(description="Of a yearly lump sum, up to the licence's end.")
    surplus_fen: int = Field(description="Paid beyond all that is due until now; it counts for what comes to be due.")
    evidence_files: list[FileRef]
    created_at: Moment


class LicencesOut(Out):
    """One page of licences, the newest first."""

    items: list[LicenceOut]
    next_cursor: str | None


class LicencesQuery(PageQuery):
    """Which licences."""

    role: Role | None = Field(None, description="On which side the caller's organisation stands.")
    status: list[LicenceStatus] = Field([], max_length=len(LicenceStatus))
    recordal: Literal["due", "overdue", "filed", "confirmed"] | None = None
    payment_overdue: bool | None = Field(None, description="Whether a royalty or a further year's amount is overdue.")


class LicenceQuery(Body):
    """Further grounds for lower annuities, of which only the highest counts."""

    other_reduction_bp: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        None, description="Another reduction of the holder's annuities, in basis points."
    )


class VerificationQuery(Body):
    """The hash that the certificate bears."""

    hash: Annotated[
        str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of what the certificate states.", examples=["0" * 64])
    ]
