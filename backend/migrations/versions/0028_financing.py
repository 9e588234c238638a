"""Financing: products, requests, disclosures and what was read, questions, offers, guarantees; clocks that stand."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, Json, UtcDateTime

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "financing_product",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "offered", "withdrawn", name="productstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("amount_min_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_max_fen", sa.BigInteger(), nullable=False),
        sa.Column("term_min_months", sa.Integer(), nullable=False),
        sa.Column("term_max_months", sa.Integer(), nullable=False),
        sa.Column(
            "rate_tenor",
            sa.Enum("one_year", "five_years", name="lprtenor", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("ltv_bp", sa.Integer(), nullable=True),
        sa.Column("patent_kinds", Json(), nullable=False),
        sa.Column("ipc", Json(), nullable=False),
        sa.Column("regions", Json(), nullable=False),
        sa.Column("guarantee_required", sa.Boolean(), nullable=False),
        sa.Column("schemes", Json(), nullable=False),
        sa.Column("documents", Json(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("methods", Json(), nullable=False),
        sa.Column("fees", Json(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_financing_product_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_product")),
    )
    op.create_index("ix_financing_product_organisation", "financing_product", ["organisation_id", "created_at", "id"])
    op.create_index("ix_financing_product_status", "financing_product", ["status", "created_at", "id"])
    op.create_table(
        "financing_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "in_review",
                "offered",
                "accepted",
                "declined",
                "withdrawn",
                "expired",
                name="requeststatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("annual_revenue_fen", sa.BigInteger(), nullable=True),
        sa.Column("net_profit_fen", sa.BigInteger(), nullable=True),
        sa.Column("liabilities_fen", sa.BigInteger(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("first_loan", sa.Boolean(), nullable=True),
        sa.Column("documents", Json(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_offer_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_financing_request_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_request")),
    )
    op.create_index("ix_financing_request_organisation", "financing_request", ["organisation_id", "created_at", "id"])
    op.create_index("ix_financing_request_status", "financing_request", ["status", "id"])
    op.create_table(
        "financing_disclosure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "recipient",
            sa.Enum("bank", "guarantor", name="recipientkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("parts", Json(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "standing",
                "declined",
                "withdrawn",
                "expired",
                "ended",
                "kept",
                name="disclosurestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("receipt", Json(), nullable=False),
        sa.Column("receipt_sha256", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("taken_up_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_code",
            sa.Enum(
                "amount",
                "term",
                "patents_not_suitable",
                "company_credit",
                "documents_missing",
                "sector",
                "capacity",
                "other",
                name="declinecode",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decline_note", sa.String(), nullable=True),
        sa.Column("declined_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_financing_disclosure_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["financing_product.id"], name=op.f("fk_financing_disclosure_product_id_financing_product")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_financing_disclosure_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_disclosure")),
    )
    op.create_index(
        "ix_financing_disclosure_organisation", "financing_disclosure", ["organisation_id", "created_at", "id"]
    )
    op.create_index("ix_financing_disclosure_request", "financing_disclosure", ["request_id", "created_at", "id"])
    op.create_index(
        "ix_financing_disclosure_until",
        "financing_disclosure",
        ["ends_on"],
        postgresql_where=sa.text("status = 'standing'"),
        sqlite_where=sa.text("status = 'standing'"),
    )
    op.create_index(
        "uq_financing_disclosure_living",
        "financing_disclosure",
        ["request_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('standing', 'kept')"),
        sqlite_where=sa.text("status IN ('standing', 'kept')"),
    )
    op.create_table(
        "financing_patent",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "same_day",
            sa.Enum("yes", "no", "unknown", name="samedayanswer", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("confirmed", Json(), nullable=False),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_financing_patent_patent_id_patent")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_financing_patent_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "patent_id", name=op.f("pk_financing_patent")),
    )
    op.create_index(op.f("ix_financing_patent_patent_id"), "financing_patent", ["patent_id"])
    op.create_table(
        "pledgor_consent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("asked", "agreed", "refused", name="pledgorconsentstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("confirmed", Json(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pledgor_consent_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_pledgor_consent_party_id_party")),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_pledgor_consent_patent_id_patent")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_pledgor_consent_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledgor_consent")),
        sa.UniqueConstraint(
            "request_id", "patent_id", "party_id", name=op.f("uq_pledgor_consent_request_id_patent_id_party_id")
        ),
    )
    op.create_index("ix_pledgor_consent_organisation", "pledgor_consent", ["organisation_id", "asked_at", "id"])
    op.create_index(op.f("ix_pledgor_consent_patent_id"), "pledgor_consent", ["patent_id"])
    op.create_table(
        "financing_guarantee",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("asked", "agreed", "declined", "lapsed", name="guaranteestatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("fee_bp", sa.Integer(), nullable=True),
        sa.Column("counter_guarantee", sa.String(), nullable=True),
        sa.Column("may_be_pledgee", sa.Boolean(), nullable=True),
        sa.Column(
            "decline_code",
            sa.Enum(
                "amount",
                "term",
                "patents_not_suitable",
                "company_credit",
                "documents_missing",
                "sector",
                "capacity",
                "other",
                name="declinecode",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decline_note", sa.String(), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["financing_disclosure.id"],
            name=op.f("fk_financing_guarantee_disclosure_id_financing_disclosure"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_financing_guarantee_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_financing_guarantee_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_guarantee")),
    )
    op.create_index("ix_financing_guarantee_request", "financing_guarantee", ["request_id", "asked_at", "id"])
    op.create_index(
        "uq_financing_guarantee_living",
        "financing_guarantee",
        ["request_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'agreed')"),
        sqlite_where=sa.text("status IN ('asked', 'agreed')"),
    )
    op.create_table(
        "financing_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "drafted",
                "standing",
                "accepted",
                "rejected",
                "withdrawn",
                "lapsed",
                name="offerstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column(
            "rate_tenor",
            sa.Enum("one_year", "five_years", name="lprtenor", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
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
        sa.Column("fees", Json(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=True),
        sa.Column("guarantor_organisation_id", sa.String(), nullable=True),
        sa.Column("guarantee_fee_bp", sa.Integer(), nullable=True),
        sa.Column("scheme", sa.String(), nullable=True),
        sa.Column("subsidy_scheme", sa.String(), nullable=True),
        sa.Column("penalty_bp", sa.Integer(), nullable=False),
        sa.Column(
            "pledgee", sa.Enum("bank", "guarantor", name="pledgeekind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> drafted_by", name=op.f("ck_financing_offer_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["financing_disclosure.id"],
            name=op.f("fk_financing_offer_disclosure_id_financing_disclosure"),
        ),
        sa.ForeignKeyConstraint(
            ["guarantor_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_financing_offer_guarantor_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_financing_offer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_financing_offer_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_offer")),
    )
    op.create_index("ix_financing_offer_disclosure", "financing_offer", ["disclosure_id", "id"])
    op.create_index("ix_financing_offer_request", "financing_offer", ["request_id", "drafted_at", "id"])
    op.create_index(
        "ix_financing_offer_valid_until",
        "financing_offer",
        ["valid_until"],
        postgresql_where=sa.text("status IN ('drafted', 'standing')"),
        sqlite_where=sa.text("status IN ('drafted', 'standing')"),
    )
    op.create_index(
        "uq_financing_offer_accepted",
        "financing_offer",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text("status = 'accepted'"),
        sqlite_where=sa.text("status = 'accepted'"),
    )
    op.create_table(
        "financing_question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["financing_disclosure.id"],
            name=op.f("fk_financing_question_disclosure_id_financing_disclosure"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["financing_request.id"], name=op.f("fk_financing_question_request_id_financing_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_question")),
    )
    op.create_index("ix_financing_question_disclosure", "financing_question", ["disclosure_id", "asked_at", "id"])
    op.create_table(
        "financing_view",
        sa.Column("number", BIG, autoincrement=True, nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("member_role", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("parts", Json(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["financing_disclosure.id"],
            name=op.f("fk_financing_view_disclosure_id_financing_disclosure"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_financing_view_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_financing_view")),
    )
    op.create_index("ix_financing_view_disclosure", "financing_view", ["disclosure_id", "number"])
    op.add_column("response_clock", sa.Column("paused_on", sa.Date(), nullable=True))
    op.add_column("response_clock", sa.Column("paused_days", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("response_clock", "paused_days")
    op.drop_column("response_clock", "paused_on")
    op.drop_table("financing_view")
    op.drop_table("financing_question")
    op.drop_table("financing_offer")
    op.drop_table("financing_guarantee")
    op.drop_table("pledgor_consent")
    op.drop_table("financing_patent")
    op.drop_table("financing_disclosure")
    op.drop_table("financing_request")
    op.drop_table("financing_product")
