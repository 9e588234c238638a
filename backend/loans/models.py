"""The tables of loans: what was agreed, what was recorded of it, who bears what was lost."""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, fen, json_column, moment
from backend.loan_terms.codes import CompensatesAt, DayCount, LprTenor, RepaymentMethod
from backend.loans import codes

PROPOSED: Final = "status = 'proposed'"
STANDS: Final = "status = 'standing'"


def _organisation(*, nullable: bool = False) -> Any:
    return sa.Column(sa.ForeignKey("organisation.id"), nullable=nullable)


def _loan() -> Any:
    return sa.Column(sa.ForeignKey("loan.id"), nullable=False)


class Loan(SQLModel, table=True):
    """A loan by an accepted offer, whose terms are copied; the rate is fixed on the day of its disbursement."""

    __tablename__ = "loan"
    __table_args__ = (
        sa.Index("ix_loan_lender", "lender_organisation_id", "agreed_at", "id"),
        sa.Index("ix_loan_borrower", "borrower_organisation_id", "agreed_at", "id"),
        sa.Index("ix_loan_guarantor", "guarantor_organisation_id", "agreed_at", "id"),
        sa.Index("ix_loan_check_on", "check_on", "id", postgresql_where=sa.text("check_on IS NOT NULL"),
                 sqlite_where=sa.text("check_on IS NOT NULL")),
        sa.CheckConstraint("outstanding_fen >= 0", name="outstanding"),
        sa.CheckConstraint("(disbursed_on IS NULL) = (rate_bp IS NULL)", name="rate"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    offer_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_offer.id"), nullable=False, unique=True))
    request_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_request.id"), nullable=False, index=True))
    lender_organisation_id: str = Field(sa_column=_organisation())
    borrower_organisation_id: str = Field(sa_column=_organisation())
    guarantor_organisation_id: str | None = Field(default=None, sa_column=_organisation(nullable=True))
    status: codes.LoanStatus = Field(sa_column=coded(codes.LoanStatus))
    amount_fen: int = Field(sa_column=fen(nullable=False))
    agreed_term_months: int
    term_months: int = Field(description="With all extensions.")
    rate_tenor: LprTenor = Field(sa_column=coded(LprTenor))
    margin_bp: int = Field(description="Added to the loan prime rate; may be negative.")
    method: RepaymentMethod = Field(sa_column=coded(RepaymentMethod))
    day_count: DayCount = Field(sa_column=coded(DayCount))
    interest_every: int
    penalty_bp: int = Field(description="Added to the rate for what is overdue.")
    fees: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    scheme: str | None = None
    subsidy_scheme: str | None = None
    guarantee_fee_bp: int | None = None
    guaranteed_fen: int | None = Field(default=None, sa_column=fen())
    agreed_on: date
    agreed_at: datetime = Field(sa_column=moment())
    secured_on: date | None = None
    security_lost_on: date | None = None
    disbursed_on: date | None = None
    disbursed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    disbursed_by: str | None = None
    lpr_id: str | None = Field(default=None, sa_column=sa.Column(sa.ForeignKey("loan_prime_rate.id"), nullable=True))
    lpr_bp: int | None = None
    rate_bp: int | None = Field(default=None, description="As it was fixed on the day of disbursement.")
    extended_rate_bp: int | None = Field(default=None, description="As the last extension has it.")
    outstanding_fen: int = Field(default=0, sa_column=fen(nullable=False), description="Principal.")
    next_due_on: date | None = None
    overdue_since: date | None = None
    check_on: date | None = Field(default=None, description="When time alone changes something next.")
    last_entry_on: date | None = None
    entries: int = 0
    defaulted_on: date | None = None
    default_event: str | None = None
    entries_at_default: int | None = Field(default=None, description="How many entries its account had then.")
    repaid_on: date | None = None
    closed_on: date | None = None
    version: int = 1


class LoanRepayment(SQLModel, table=True):
    """Money that came in for a loan, with what it counted for; a debtor's word waits for the lender's."""

    __tablename__ = "loan_repayment"
    __table_args__ = (
        sa.UniqueConstraint("loan_id", "number"),
        sa.Index("ix_loan_repayment_loan", "loan_id", "recorded_at", "id"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("(number IS NOT NULL) = (status IN ('counted', 'reversed'))", name="number"),
    )
    id: str = Field(primary_key=True)
    loan_id: str = Field(sa_column=_loan())
    number: int | None = Field(default=None, description="Its place in the loan's account.")
    status: codes.RepaymentStatus = Field(sa_column=coded(codes.RepaymentStatus))
    source: codes.RepaymentSource = Field(sa_column=coded(codes.RepaymentSource))
    counts_as: codes.EntryKind = Field(sa_column=coded(codes.EntryKind))
    paid_on: date
    amount_fen: int = Field(sa_column=fen(nullable=False))
    from_account_fen: int = Field(default=0, sa_column=fen(nullable=False))
    costs_fen: int = Field(default=0, sa_column=fen(nullable=False))
    interest_fen: int = Field(default=0, sa_column=fen(nullable=False))
    principal_fen: int = Field(default=0, sa_column=fen(nullable=False))
    on_account_fen: int = Field(default=0, sa_column=fen(nullable=False))
    surplus_fen: int = Field(default=0, sa_column=fen(nullable=False))
    working: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    about: str | None = Field(default=None, description="The realisation or the proceeds that it comes from.")
    note: str | None = None
    evidence_files: list[str] = Field(default_factory=list, sa_column=json_column())
    recorded_by_organisation: str = Field(sa_column=_organisation())
    recorded_by: str
    recorded_at: datetime = Field(sa_column=moment())
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decision_note: str | None = None
    version: int = 1


class LoanCosts(SQLModel, table=True):
    """Costs of enforcement that the debtor owes, with their evidence."""

    __tablename__ = "loan_costs"
    __table_args__ = (
        sa.UniqueConstraint("loan_id", "number"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
    )
    id: str = Field(primary_key=True)
    loan_id: str = Field(sa_column=_loan())
    number: int
    incurred_on: date
    amount_fen: int = Field(sa_column=fen(nullable=False))
    purpose: str
    evidence_files: list[str] = Field(default_factory=list, sa_column=json_column())
    recorded_by: str
    recorded_at: datetime = Field(sa_column=moment())


class LoanExtension(SQLModel, table=True):
    """That one side proposes a longer term, and what the other answered."""

    __tablename__ = "loan_extension"
    __table_args__ = (
        sa.UniqueConstraint("loan_id", "number"),
        sa.Index("uq_loan_extension_proposed", "loan_id", unique=True,
                 postgresql_where=sa.text(PROPOSED), sqlite_where=sa.text(PROPOSED)),
        sa.Index("ix_loan_extension_loan", "loan_id", "proposed_at", "id"),
        sa.CheckConstraint("(number IS NOT NULL) = (status = 'agreed')", name="number"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    loan_id: str = Field(sa_column=_loan())
    number: int | None = Field(default=None, description="Its place in the loan's account.")
    status: codes.ExtensionStatus = Field(sa_column=coded(codes.ExtensionStatus))
    term_months: int
    rate_bp: int
    note: str | None = None
    proposed_by_organisation: str = Field(sa_column=_organisation())
    proposed_by: str
    proposed_at: datetime = Field(sa_column=moment())
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    agreed_on: date | None = None
    version: int = 1


class LoanCompensation(SQLModel, table=True):
    """What a scheme bears of a lost debt: each role's part, and whose claim the debt is from then on."""

    __tablename__ = "loan_compensation"
    __table_args__ = (
        sa.Index("uq_loan_compensation_standing", "loan_id", unique=True,
                 postgresql_where=sa.text(STANDS), sqlite_where=sa.text(STANDS)),
        sa.CheckConstraint("loss_fen >= 0", name="loss"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    loan_id: str = Field(sa_column=_loan())
    status: codes.CompensationStatus = Field(sa_column=coded(codes.CompensationStatus))
    scheme_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_scheme.id"), nullable=False))
    compensates_at: CompensatesAt = Field(sa_column=coded(CompensatesAt))
    stated_by_lender: list[str] = Field(default_factory=list, sa_column=json_column())
    loss_on: date
    costs_fen: int = Field(sa_column=fen(nullable=False))
    interest_fen: int = Field(sa_column=fen(nullable=False))
    principal_fen: int = Field(sa_column=fen(nullable=False))
    loss_fen: int = Field(sa_column=fen(nullable=False))
    shares: list[dict[str, Any]] = Field(
        sa_column=json_column(), description="Role, share in basis points, what it bears."
    )
    computed_by: str
    computed_at: datetime = Field(sa_column=moment())
    voided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class LoanRecovery(SQLModel, table=True):
    """Money that came in after a compensation, and who gets what of it."""

    __tablename__ = "loan_recovery"
    __table_args__ = (
        sa.Index("ix_loan_recovery_compensation", "compensation_id", "recorded_at", "id"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
    )
    id: str = Field(primary_key=True)
    loan_id: str = Field(sa_column=_loan())
    compensation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("loan_compensation.id"), nullable=False))
    repayment_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("loan_repayment.id"), nullable=True, unique=True)
    )
    recovered_on: date
    amount_fen: int = Field(sa_column=fen(nullable=False))
    parts: dict[str, int] = Field(sa_column=json_column(), description="By role.")
    beyond_claims_fen: int = Field(sa_column=fen(nullable=False))
    note: str | None = None
    evidence_files: list[str] = Field(default_factory=list, sa_column=json_column())
    recorded_by: str
    recorded_at: datetime = Field(sa_column=moment())
