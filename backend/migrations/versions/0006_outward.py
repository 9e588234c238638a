"""When an organisation was first verified, which stays when it is refused, and the names that wait for an office."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.columns

revision: str = "0006_outward"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BACKFILL = sa.text(
    "UPDATE organisation SET first_verified_at = COALESCE(verified_at, (SELECT MIN(event.at) FROM event "
    "WHERE event.subject = organisation.id AND event.type = 'organisation.verified'))"
)


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("first_verified_at", backend.core.columns.UtcDateTime(timezone=True), nullable=True),
    )
    op.execute(BACKFILL)
    op.create_table(
        "name_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("renamed_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", backend.core.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", backend.core.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_name_change_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_change")),
    )
    with op.batch_alter_table("name_change", schema=None) as batch_op:
        batch_op.create_index(
            "uq_name_change_waiting",
            ["organisation_id"],
            unique=True,
            postgresql_where=sa.text("outcome IS NULL"),
            sqlite_where=sa.text("outcome IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("name_change")
    op.drop_column("organisation", "first_verified_at")
