"""Pledges of what licences bring in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import UtcDateTime

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "receivable_pledge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("licence_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("licensor_organisation_id", sa.String(), nullable=False),
        sa.Column("licensee_organisation_id", sa.String(), nullable=False),
        sa.Column("pledgee_organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "consented",
                "refused",
                "registered",
                "released",
                "withdrawn",
                name="receivablepledgestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=True),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("right_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name=op.f("fk_receivable_pledge_licence_id_licence")),
        sa.ForeignKeyConstraint(
            ["licensee_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_receivable_pledge_licensee_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["licensor_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_receivable_pledge_licensor_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_receivable_pledge_patent_id_patent")),
        sa.ForeignKeyConstraint(
            ["pledgee_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_receivable_pledge_pledgee_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable_pledge")),
    )
    op.create_index(
        "ix_receivable_pledge_licensee",
        "receivable_pledge",
        ["licensee_organisation_id", "asked_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_receivable_pledge_licensor",
        "receivable_pledge",
        ["licensor_organisation_id", "asked_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_receivable_pledge_patent_id"), "receivable_pledge", ["patent_id"], unique=False)
    op.create_index(
        "ix_receivable_pledge_pledgee", "receivable_pledge", ["pledgee_organisation_id", "asked_at", "id"], unique=False
    )
    op.create_index(
        "uq_receivable_pledge_living",
        "receivable_pledge",
        ["licence_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'consented', 'registered')"),
        sqlite_where=sa.text("status IN ('asked', 'consented', 'registered')"),
    )


def downgrade() -> None:
    op.drop_table("receivable_pledge")
