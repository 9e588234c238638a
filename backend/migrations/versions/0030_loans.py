"""Loans: what was lent, what was recorded of it, who bears what was lost."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json, UtcDateTime

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("lender_organisation_id", sa.String(), nullable=False),
        sa.Column("borrower_organisation_id", sa.String(), nullable=False),
        sa.Column("guarantor_organisation_id", sa.String(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "agreed",
                "disbursed",
                "overdue",
                "defaulted",
                "repaid",
                "closed",
                name="loanstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("agreed_term_months", sa.Integer(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column(
            "rate_tenor",
            sa.Enum("one_year", "five_years", name="lprtenor", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("margin_bp", sa.Integer(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "equal_instalments",
                "equal_principal",
                "interest_first",
                "at_maturity",
                name="repaymentmethod",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "day_count",
            sa.Enum("actual_360", "actual_365", "thirty_360", name="daycount", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("interest_every", sa.Integer(), nullable=False),
        sa.Column("penalty_bp", sa.Integer(), nullable=False),
        sa.Column("fees", Json(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=True),
        sa.Column("subsidy_scheme", sa.String(), nullable=True),
        sa.Column("guarantee_fee_bp", sa.Integer(), nullable=True),
        sa.Column("guaranteed_fen", sa.BigInteger(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("secured_on", sa.Date(), nullable=True),
        sa.Column("security_lost_on", sa.Date(), nullable=True),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("disbursed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("disbursed_by", sa.String(), nullable=True),
        sa.Column("lpr_id", sa.String(), nullable=True),
        sa.Column("lpr_bp", sa.Integer(), nullable=True),
        sa.Column("rate_bp", sa.Integer(), nullable=True),
        sa.Column("extended_rate_bp", sa.Integer(), nullable=True),
        sa.Column("outstanding_fen", sa.BigInteger(), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("last_entry_on", sa.Date(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("defaulted_on", sa.Date(), nullable=True),
        sa.Column("default_event", sa.String(), nullable=True),
        sa.Column("entries_at_default", sa.Integer(), nullable=True),
        sa.Column("repaid_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(disbursed_on IS NULL) = (rate_bp IS NULL)", name=op.f("ck_loan_rate")),
        sa.CheckConstraint("outstanding_fen >= 0", name=op.f("ck_loan_outstanding")),
        sa.ForeignKeyConstraint(
            ["borrower_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_loan_borrower_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["guarantor_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_loan_guarantor_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["lender_organisation_id"], ["organisation.id"], name=op.f("fk_loan_lender_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["lpr_id"], ["loan_prime_rate.id"], name=op.f("fk_loan_lpr_id_loan_prime_rate")),
        sa.ForeignKeyConstraint(["offer_id"], ["financing_offer.id"], name=op.f("fk_loan_offer_id_financing_offer")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_loan_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_loan_offer_id")),
    )
    op.create_index("ix_loan_borrower", "loan", ["borrower_organisation_id", "agreed_at", "id"], unique=False)
    op.create_index(
        "ix_loan_check_on",
        "loan",
        ["check_on", "id"],
        unique=False,
        postgresql_where=sa.text("check_on IS NOT NULL"),
        sqlite_where=sa.text("check_on IS NOT NULL"),
    )
    op.create_index("ix_loan_guarantor", "loan", ["guarantor_organisation_id", "agreed_at", "id"], unique=False)
    op.create_index("ix_loan_lender", "loan", ["lender_organisation_id", "agreed_at", "id"], unique=False)
    op.create_index(op.f("ix_loan_request_id"), "loan", ["request_id"], unique=False)
    op.create_table(
        "loan_compensation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("awaited", "standing", "void", name="compensationstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column(
            "compensates_at",
            sa.Enum("default", "after_disposal", name="compensatesat", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("stated_by_lender", Json(), nullable=False),
        sa.Column("loss_on", sa.Date(), nullable=False),
        sa.Column("costs_fen", sa.BigInteger(), nullable=False),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("loss_fen", sa.BigInteger(), nullable=False),
        sa.Column("shares", Json(), nullable=False),
        sa.Column("computed_by", sa.String(), nullable=False),
        sa.Column("computed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("voided_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("loss_fen >= 0", name=op.f("ck_loan_compensation_loss")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_compensation_loan_id_loan")),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["financing_scheme.id"], name=op.f("fk_loan_compensation_scheme_id_financing_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_compensation")),
    )
    op.create_index(
        "uq_loan_compensation_standing",
        "loan_compensation",
        ["loan_id"],
        unique=True,
        postgresql_where=sa.text("status = 'standing'"),
        sqlite_where=sa.text("status = 'standing'"),
    )
    op.create_table(
        "loan_costs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("incurred_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("evidence_files", Json(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_loan_costs_amount")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_costs_loan_id_loan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_costs")),
        sa.UniqueConstraint("loan_id", "number", name=op.f("uq_loan_costs_loan_id_number")),
    )
    op.create_table(
        "loan_extension",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("proposed", "agreed", "refused", "withdrawn", name="extensionstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("proposed_by_organisation", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(number IS NOT NULL) = (status = 'agreed')", name=op.f("ck_loan_extension_number")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_extension_loan_id_loan")),
        sa.ForeignKeyConstraint(
            ["proposed_by_organisation"],
            ["organisation.id"],
            name=op.f("fk_loan_extension_proposed_by_organisation_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_extension")),
        sa.UniqueConstraint("loan_id", "number", name=op.f("uq_loan_extension_loan_id_number")),
    )
    op.create_index("ix_loan_extension_loan", "loan_extension", ["loan_id", "proposed_at", "id"], unique=False)
    op.create_index(
        "uq_loan_extension_proposed",
        "loan_extension",
        ["loan_id"],
        unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
        sqlite_where=sa.text("status = 'proposed'"),
    )
    op.create_table(
        "loan_repayment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "claimed",
                "counted",
                "refused",
                "withdrawn",
                "reversed",
                name="repaymentstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "debtor",
                "early",
                "guarantor",
                "proceeds",
                "disposal",
                name="repaymentsource",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "counts_as",
            sa.Enum(
                "costs", "payment_of_due", "payment_of_all", "extension", name="entrykind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_account_fen", sa.BigInteger(), nullable=False),
        sa.Column("costs_fen", sa.BigInteger(), nullable=False),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("on_account_fen", sa.BigInteger(), nullable=False),
        sa.Column("surplus_fen", sa.BigInteger(), nullable=False),
        sa.Column("working", Json(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("evidence_files", Json(), nullable=False),
        sa.Column("recorded_by_organisation", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(number IS NOT NULL) = (status IN ('counted', 'reversed'))", name=op.f("ck_loan_repayment_number")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_loan_repayment_amount")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_repayment_loan_id_loan")),
        sa.ForeignKeyConstraint(
            ["recorded_by_organisation"],
            ["organisation.id"],
            name=op.f("fk_loan_repayment_recorded_by_organisation_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_repayment")),
        sa.UniqueConstraint("loan_id", "number", name=op.f("uq_loan_repayment_loan_id_number")),
    )
    op.create_index("ix_loan_repayment_loan", "loan_repayment", ["loan_id", "recorded_at", "id"], unique=False)
    op.create_table(
        "loan_recovery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("compensation_id", sa.String(), nullable=False),
        sa.Column("repayment_id", sa.String(), nullable=True),
        sa.Column("recovered_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("parts", Json(), nullable=False),
        sa.Column("beyond_claims_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("evidence_files", Json(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_loan_recovery_amount")),
        sa.ForeignKeyConstraint(
            ["compensation_id"],
            ["loan_compensation.id"],
            name=op.f("fk_loan_recovery_compensation_id_loan_compensation"),
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_recovery_loan_id_loan")),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["loan_repayment.id"], name=op.f("fk_loan_recovery_repayment_id_loan_repayment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_recovery")),
        sa.UniqueConstraint("repayment_id", name=op.f("uq_loan_recovery_repayment_id")),
    )
    op.create_index(
        "ix_loan_recovery_compensation", "loan_recovery", ["compensation_id", "recorded_at", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("loan_recovery")
    op.drop_table("loan_compensation")
    op.drop_table("loan_extension")
    op.drop_table("loan_costs")
    op.drop_table("loan_repayment")
    op.drop_table("loan")
