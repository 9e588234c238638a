"""Clocks of answers, within how many days organisations answer, and how they do."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import UtcDateTime

revision: str = "0016"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "answer_days",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_answer_days_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_answer_days")),
    )
    op.create_table(
        "organisation_responsiveness",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("in_time", sa.Integer(), nullable=False),
        sa.Column("median_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_responsiveness_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_responsiveness")),
    )
    op.create_index(op.f("ix_organisation_responsiveness_as_of"), "organisation_responsiveness", ["as_of"])
    op.create_table(
        "response_clock",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("asker_organisation_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("overdue_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_check", sa.Date(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "stopped_because",
            sa.Enum("answered", "withdrawn", "lapsed", name="stopreason", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("asker_organisation_id <> organisation_id", name=op.f("ck_response_clock_of_another")),
        sa.ForeignKeyConstraint(
            ["asker_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_response_clock_asker_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_response_clock_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_response_clock")),
    )
    op.create_index(
        "ix_response_clock_next_check",
        "response_clock",
        ["next_check"],
        postgresql_where=sa.text("next_check IS NOT NULL"),
        sqlite_where=sa.text("next_check IS NOT NULL"),
    )
    op.create_index("ix_response_clock_organisation", "response_clock", ["organisation_id", "asked_on"])
    op.create_index(
        "uq_response_clock_running",
        "response_clock",
        ["kind", "about", "asker_organisation_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("response_clock")
    op.drop_table("organisation_responsiveness")
    op.drop_table("answer_days")
