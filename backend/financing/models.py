"""The tables of financing: products, requests, what was disclosed to whom and read, questions, offers, guarantees."""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, fen, json_column, moment
from backend.financing import codes
from backend.loan_terms.codes import DayCount, LprTenor, RepaymentMethod

LIVING_DISCLOSURE: Final = "status IN ('standing', 'kept')"
OPEN_OFFER: Final = "status IN ('drafted', 'standing')"
LIVING_GUARANTEE: Final = "status IN ('asked', 'agreed')"


def _organisation(*, index: bool = False) -> Any:
    return sa.Column(sa.ForeignKey("organisation.id"), nullable=False, index=index)


def _request() -> Any:
    return sa.Column(sa.ForeignKey("financing_request.id"), nullable=False)


class FinancingProduct(SQLModel, table=True):
    """What a bank lends against patents, and on what terms."""

    __tablename__ = "financing_product"
    __table_args__ = (
        sa.Index("ix_financing_product_organisation", "organisation_id", "created_at", "id"),
        sa.Index("ix_financing_product_status", "status", "created_at", "id"),
    )
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=_organisation())
    status: codes.ProductStatus = Field(sa_column=coded(codes.ProductStatus))
    name: str
    name_en: str | None = None
    description: str | None = None
    amount_min_fen: int = Field(sa_column=fen(nullable=False))
    amount_max_fen: int = Field(sa_column=fen(nullable=False))
    term_min_months: int
    term_max_months: int
    rate_tenor: LprTenor = Field(sa_column=coded(LprTenor))
    rate_bp: int = Field(description="Added to the loan prime rate; may be negative.")
    ltv_bp: int | None = Field(default=None, description="Of the appraised value; none: not stated.")
    patent_kinds: list[str] = Field(default_factory=list, sa_column=json_column(), description="Empty: any.")
    ipc: list[str] = Field(default_factory=list, sa_column=json_column(), description="Prefixes; empty: any.")
    regions: list[str] = Field(default_factory=list, sa_column=json_column(), description="GB/T 2260; empty: any.")
    guarantee_required: bool = False
    schemes: list[str] = Field(default_factory=list, sa_column=json_column(), description="Risk-sharing schemes.")
    documents: list[str] = Field(default_factory=list, sa_column=json_column())
    answer_days: int | None = Field(default=None, description="Working days; none: as the bank answers all.")
    methods: list[str] = Field(default_factory=list, sa_column=json_column())
    fees: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    created_by: str
    created_at: datetime = Field(sa_column=moment())
    published_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class FinancingRequest(SQLModel, table=True):
    """That an enterprise asks for money on patents: ten fields, all that the platform cannot know by itself."""

    __tablename__ = "financing_request"
    __table_args__ = (
        sa.Index("ix_financing_request_organisation", "organisation_id", "created_at", "id"),
        sa.Index("ix_financing_request_status", "status", "id"),
    )
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=_organisation())
    status: codes.RequestStatus = Field(sa_column=coded(codes.RequestStatus))
    amount_fen: int = Field(sa_column=fen(nullable=False))
    term_months: int
    purpose: str
    annual_revenue_fen: int | None = Field(default=None, sa_column=fen())
    net_profit_fen: int | None = Field(default=None, sa_column=fen())
    liabilities_fen: int | None = Field(default=None, sa_column=fen())
    employees: int | None = None
    first_loan: bool | None = None
    documents: list[dict[str, str]] = Field(default_factory=list, sa_column=json_column())
    created_by: str
    created_at: datetime = Field(sa_column=moment())
    submitted_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    accepted_offer_id: str | None = None
    version: int = 1


class FinancingPatent(SQLModel, table=True):
    """A patent that a request names, with what its requester answered and confirmed about it."""

    __tablename__ = "financing_patent"
    request_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_request.id"), primary_key=True))
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), primary_key=True, index=True))
    number: int = Field(description="Its place in the request.")
    same_day: codes.SameDayAnswer | None = Field(default=None, sa_column=coded(codes.SameDayAnswer, nullable=True))
    confirmed: list[str] = Field(default_factory=list, sa_column=json_column(), description="Grounds.")


class PledgorConsent(SQLModel, table=True):
    """That another holder of a patent is asked to pledge it for the requester's debt, and what it answered."""

    __tablename__ = "pledgor_consent"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "patent_id", "party_id"),
        sa.Index("ix_pledgor_consent_organisation", "organisation_id", "asked_at", "id"),
    )
    id: str = Field(primary_key=True)
    request_id: str = Field(sa_column=_request())
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False, index=True))
    party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    organisation_id: str = Field(sa_column=_organisation())
    status: codes.PledgorConsentStatus = Field(sa_column=coded(codes.PledgorConsentStatus))
    confirmed: list[str] = Field(default_factory=list, sa_column=json_column(), description="Grounds.")
    asked_at: datetime = Field(sa_column=moment())
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    answered_by: str | None = None
    version: int = 1


class Disclosure(SQLModel, table=True):
    """That a request is shown to one bank or guarantor: for what, which parts, until when; with its receipt."""

    __tablename__ = "financing_disclosure"
    __table_args__ = (
        sa.Index("uq_financing_disclosure_living", "request_id", "organisation_id", unique=True,
                 postgresql_where=sa.text(LIVING_DISCLOSURE), sqlite_where=sa.text(LIVING_DISCLOSURE)),
        sa.Index("ix_financing_disclosure_request", "request_id", "created_at", "id"),
        sa.Index("ix_financing_disclosure_organisation", "organisation_id", "created_at", "id"),
        sa.Index("ix_financing_disclosure_until", "ends_on", postgresql_where=sa.text("status = 'standing'"),
                 sqlite_where=sa.text("status = 'standing'")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    request_id: str = Field(sa_column=_request())
    organisation_id: str = Field(sa_column=_organisation(), description="The recipient.")
    recipient: codes.RecipientKind = Field(sa_column=coded(codes.RecipientKind))
    product_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("financing_product.id"), nullable=True)
    )
    purpose: str
    parts: list[str] = Field(default_factory=list, sa_column=json_column())
    ends_on: date = Field(description="The last day on which it is read.")
    status: codes.DisclosureStatus = Field(sa_column=coded(codes.DisclosureStatus))
    receipt: dict[str, Any] = Field(sa_column=json_column())
    receipt_sha256: str
    created_by: str
    created_at: datetime = Field(sa_column=moment())
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    taken_up_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decline_code: codes.DeclineCode | None = Field(default=None, sa_column=coded(codes.DeclineCode, nullable=True))
    decline_note: str | None = None
    declined_by: str | None = None
    version: int = 1


class FinancingView(SQLModel, table=True):
    """That somebody read parts of a request that was disclosed to its organisation; never changed."""

    __tablename__ = "financing_view"
    __table_args__ = (sa.Index("ix_financing_view_disclosure", "disclosure_id", "number"),)
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    disclosure_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_disclosure.id"), nullable=False))
    organisation_id: str = Field(sa_column=_organisation())
    user_id: str
    member_role: str
    key_id: str | None = Field(default=None, description="The API key, where a program read it.")
    parts: list[str] = Field(default_factory=list, sa_column=json_column())
    file_id: str | None = None
    at: datetime = Field(sa_column=moment())


class FinancingQuestion(SQLModel, table=True):
    """What a bank or guarantor asks the enterprise; its clock stands until the answer."""

    __tablename__ = "financing_question"
    __table_args__ = (sa.Index("ix_financing_question_disclosure", "disclosure_id", "asked_at", "id"),)
    id: str = Field(primary_key=True)
    request_id: str = Field(sa_column=_request())
    disclosure_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_disclosure.id"), nullable=False))
    text: str
    asked_by: str
    asked_at: datetime = Field(sa_column=moment())
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class FinancingOffer(SQLModel, table=True):
    """What a bank offers: drafted by one of its people, standing once a second one has approved it."""

    __tablename__ = "financing_offer"
    __table_args__ = (
        sa.Index("ix_financing_offer_request", "request_id", "drafted_at", "id"),
        sa.Index("ix_financing_offer_disclosure", "disclosure_id", "id"),
        sa.Index("uq_financing_offer_accepted", "request_id", unique=True,
                 postgresql_where=sa.text("status = 'accepted'"), sqlite_where=sa.text("status = 'accepted'")),
        sa.Index("ix_financing_offer_valid_until", "valid_until", postgresql_where=sa.text(OPEN_OFFER),
                 sqlite_where=sa.text(OPEN_OFFER)),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="two_people"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    request_id: str = Field(sa_column=_request())
    disclosure_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_disclosure.id"), nullable=False))
    organisation_id: str = Field(sa_column=_organisation(), description="The bank.")
    status: codes.OfferStatus = Field(sa_column=coded(codes.OfferStatus))
    amount_fen: int = Field(sa_column=fen(nullable=False))
    term_months: int
    rate_tenor: LprTenor = Field(sa_column=coded(LprTenor))
    rate_bp: int
    method: RepaymentMethod = Field(sa_column=coded(RepaymentMethod))
    day_count: DayCount = Field(sa_column=coded(DayCount))
    interest_every: int = Field(description="Months between payments of interest.")
    fees: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    conditions: str | None = None
    guarantor_organisation_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=True)
    )
    guarantee_fee_bp: int | None = Field(default=None, description="A year, of the amount.")
    scheme: str | None = Field(default=None, description="The risk-sharing scheme's code.")
    subsidy_scheme: str | None = Field(default=None, description="The interest subsidy's code.")
    penalty_bp: int = Field(description="Added to the rate while something is overdue.")
    pledgee: codes.PledgeeKind = Field(sa_column=coded(codes.PledgeeKind))
    valid_until: date
    drafted_by: str
    drafted_at: datetime = Field(sa_column=moment())
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    closed_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class FinancingGuarantee(SQLModel, table=True):
    """That a guarantor is asked to stand for the debt, and what it answered."""

    __tablename__ = "financing_guarantee"
    __table_args__ = (
        sa.Index("uq_financing_guarantee_living", "request_id", "organisation_id", unique=True,
                 postgresql_where=sa.text(LIVING_GUARANTEE), sqlite_where=sa.text(LIVING_GUARANTEE)),
        sa.Index("ix_financing_guarantee_request", "request_id", "asked_at", "id"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    request_id: str = Field(sa_column=_request())
    disclosure_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_disclosure.id"), nullable=False))
    organisation_id: str = Field(sa_column=_organisation(), description="The guarantor.")
    status: codes.GuaranteeStatus = Field(sa_column=coded(codes.GuaranteeStatus))
    asked_amount_fen: int = Field(sa_column=fen(nullable=False))
    asked_by: str
    asked_at: datetime = Field(sa_column=moment())
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    amount_fen: int | None = Field(default=None, sa_column=fen())
    fee_bp: int | None = Field(default=None, description="A year, of the amount.")
    counter_guarantee: str | None = None
    may_be_pledgee: bool | None = None
    decline_code: codes.DeclineCode | None = Field(default=None, sa_column=coded(codes.DeclineCode, nullable=True))
    decline_note: str | None = None
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1
