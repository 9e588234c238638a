"""Open licences: declarations, notices, payments, licences, royalty reports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    "royalty_report",
    "payment",
    "licence",
    "notice",
    "open_licence_duty",
    "open_licence_step",
    "open_licence",
)


def upgrade() -> None:
    op.create_table(
        "open_licence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "filed",
                "announced",
                "refused",
                "withdrawal_filed",
                "withdrawn",
                "terminated",
                "revoked",
                "expired",
                name="openstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("holders", backend.core.database.columns.Json(), nullable=False),
        sa.Column("fee", backend.core.database.columns.Json(), nullable=False),
        sa.Column("fee_explanation", sa.String(), nullable=True),
        sa.Column("ceiling_override_reason", sa.String(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("contact", backend.core.database.columns.Json(), nullable=True),
        sa.Column("undertaking", sa.Boolean(), nullable=False),
        sa.Column("other", sa.String(), nullable=True),
        sa.Column("confirmed", backend.core.database.columns.Json(), nullable=False),
        sa.Column("terms", backend.core.database.columns.Json(), nullable=False),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("example", backend.core.database.columns.Json(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("declaration_number", sa.String(), nullable=True),
        sa.Column("submitted_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.Column("withdrawal", backend.core.database.columns.Json(), nullable=True),
        sa.Column("right_id", sa.String(), nullable=True),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("unavailable", backend.core.database.columns.Json(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("created_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_open_licence_patent_id_patent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_licence")),
    )
    with op.batch_alter_table("open_licence", schema=None) as batch_op:
        batch_op.create_index("ix_open_licence_organisation", ["organisation_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_open_licence_created", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_open_licence_available",
            ["created_at", "id"],
            unique=False,
            postgresql_where=sa.text("available"),
            sqlite_where=sa.text("available"),
        )
        batch_op.create_index(batch_op.f("ix_open_licence_patent_id"), ["patent_id"], unique=False)
        batch_op.create_index("ix_open_licence_status", ["status", "checked_on"], unique=False)
        batch_op.create_index(
            "uq_open_licence_living",
            ["patent_id"],
            unique=True,
            postgresql_where=sa.text("status IN ('submitted', 'filed', 'announced', 'withdrawal_filed')"),
            sqlite_where=sa.text("status IN ('submitted', 'filed', 'announced', 'withdrawal_filed')"),
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("open_licence_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("licensor_organisation_id", sa.String(), nullable=False),
        sa.Column("licensee_organisation_id", sa.String(), nullable=False),
        sa.Column("licensee_party_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "given",
                "paid",
                "effective",
                "contested",
                "lapsed",
                "ended",
                name="noticestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("quote", backend.core.database.columns.Json(), nullable=False),
        sa.Column("use", backend.core.database.columns.Json(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("export_registration", backend.core.database.columns.Json(), nullable=True),
        sa.Column("due_at_start_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("licence_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["licensee_party_id"], ["party.id"], name=op.f("fk_notice_licensee_party_id_party")),
        sa.ForeignKeyConstraint(
            ["open_licence_id"], ["open_licence.id"], name=op.f("fk_notice_open_licence_id_open_licence")
        ),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_notice_patent_id_patent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_licensee", ["licensee_organisation_id", "given_at", "id"], unique=False)
        batch_op.create_index("ix_notice_licensor", ["licensor_organisation_id", "given_at", "id"], unique=False)
        batch_op.create_index("ix_notice_given", ["given_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_open_licence_id"), ["open_licence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_patent_id"), ["patent_id"], unique=False)
        batch_op.create_index(
            "ix_notice_waiting",
            ["pay_by"],
            unique=False,
            postgresql_where=sa.text("status = 'given'"),
            sqlite_where=sa.text("status = 'given'"),
        )

    op.create_table(
        "open_licence_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("open_licence_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("because", backend.core.database.columns.Json(), nullable=False),
        sa.Column("opened_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("overdue_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["open_licence_id"], ["open_licence.id"], name=op.f("fk_open_licence_duty_open_licence_id_open_licence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_licence_duty")),
    )
    with op.batch_alter_table("open_licence_duty", schema=None) as batch_op:
        batch_op.create_index(
            "ix_open_licence_duty_open",
            ["due_on"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_open_licence_duty_open_licence_id"), ["open_licence_id"], unique=False)

    op.create_table(
        "open_licence_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("open_licence_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "filed",
                "announced",
                "refused",
                "withdrawal_filed",
                "withdrawn",
                "terminated",
                "revoked",
                name="openstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("by_authority", sa.Boolean(), nullable=False),
        sa.Column("details", backend.core.database.columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["open_licence_id"], ["open_licence.id"], name=op.f("fk_open_licence_step_open_licence_id_open_licence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_licence_step")),
    )
    with op.batch_alter_table("open_licence_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_licence_step_open_licence_id"), ["open_licence_id"], unique=False)

    op.create_table(
        "licence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("open_licence_id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("right_id", sa.String(), nullable=False),
        sa.Column("licensor_organisation_id", sa.String(), nullable=False),
        sa.Column("licensee_organisation_id", sa.String(), nullable=False),
        sa.Column("licensee_party_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "awaiting_start",
                "in_force",
                "contested",
                "terminated",
                "expired",
                "void",
                name="licencestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("fee", backend.core.database.columns.Json(), nullable=False),
        sa.Column("facts", backend.core.database.columns.Json(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("chain", backend.core.database.columns.Json(), nullable=False),
        sa.Column("flags", backend.core.database.columns.Json(), nullable=False),
        sa.Column("recordal_due_on", sa.Date(), nullable=False),
        sa.Column("recordal_provisional", sa.Boolean(), nullable=False),
        sa.Column("recordal_filed_on", sa.Date(), nullable=True),
        sa.Column("recordal_number", sa.String(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=True),
        sa.Column("created_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_check", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["licensee_party_id"], ["party.id"], name=op.f("fk_licence_licensee_party_id_party")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_licence_notice_id_notice")),
        sa.ForeignKeyConstraint(
            ["open_licence_id"], ["open_licence.id"], name=op.f("fk_licence_open_licence_id_open_licence")
        ),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_licence_patent_id_patent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_licence_notice_id")),
    )
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.create_index("ix_licence_licensee", ["licensee_organisation_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_licence_licensor", ["licensor_organisation_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_licence_created", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_licence_next_check",
            ["next_check"],
            unique=False,
            postgresql_where=sa.text("next_check IS NOT NULL"),
            sqlite_where=sa.text("next_check IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_licence_open_licence_id"), ["open_licence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_licence_patent_id"), ["patent_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("licence_id", sa.String(), nullable=True),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("recorded_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("contestable_until", sa.Date(), nullable=False),
        sa.Column("contested_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("contest_reason", sa.String(), nullable=True),
        sa.Column("contest_outcome", sa.String(), nullable=True),
        sa.Column("contest_decided_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("contest_decision", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_payment_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_licence", ["licence_id", "recorded_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "royalty_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("licence_id", sa.String(), nullable=False),
        sa.Column("licensor_organisation_id", sa.String(), nullable=False),
        sa.Column("licensee_organisation_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=False),
        sa.Column("use", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("pay_by", sa.Date(), nullable=True),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("working", backend.core.database.columns.Json(), nullable=True),
        sa.Column("corrections", backend.core.database.columns.Json(), nullable=False),
        sa.Column("overdue_told", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name=op.f("fk_royalty_report_licence_id_licence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_report")),
        sa.UniqueConstraint("licence_id", "number", name=op.f("uq_royalty_report_licence_id_number")),
    )
    with op.batch_alter_table("royalty_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_royalty_report_licensor", ["licensor_organisation_id", "report_due_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_royalty_report_licensee", ["licensee_organisation_id", "report_due_on", "id"], unique=False
        )
        batch_op.create_index("ix_royalty_report_due", ["report_due_on", "id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
