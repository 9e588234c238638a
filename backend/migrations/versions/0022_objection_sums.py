"""Sums of what keeps askers from taking a listing, in blocks; what was said before is added by the next feedback."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "objection_sum",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("askers", sa.Integer(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.CheckConstraint("askers >= 0 AND askers % 5 = 0", name=op.f("ck_objection_sum_whole_blocks")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_objection_sum_listing_id_listing")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_objection_sum")),
    )
    op.create_table(
        "summed_objection",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["objection_sum.listing_id"], name=op.f("fk_summed_objection_listing_id_objection_sum")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_summed_objection_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("listing_id", "organisation_id", name=op.f("pk_summed_objection")),
    )


def downgrade() -> None:
    op.drop_table("summed_objection")
    op.drop_table("objection_sum")
