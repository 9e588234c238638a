"""Figures of financing: what was published of a year."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json, UtcDateTime

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "financing_figures",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("counted_until", sa.Date(), nullable=False),
        sa.Column("counted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("cells", Json(), nullable=False),
        sa.Column("bank_cells", Json(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("year", "is_demonstration", name=op.f("pk_financing_figures")),
    )


def downgrade() -> None:
    op.drop_table("financing_figures")
