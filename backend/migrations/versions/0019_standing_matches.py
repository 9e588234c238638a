"""Standing pairs of needs and listings, and the cursor of what evaluates them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json, UtcDateTime

revision: str = "0019"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PENDING = sa.text("pending_since IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "standing_pair",
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column(
            "side", sa.Enum("asker", "holder", name="standingside", native_enum=False, length=40), nullable=False
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("barriers", Json(), nullable=False),
        sa.Column("barriers_since_told", Json(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("pending_since", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("told_points", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_standing_pair_need_id_need")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_standing_pair_listing_id_listing")),
        sa.PrimaryKeyConstraint("need_id", "listing_id", "side", name=op.f("pk_standing_pair")),
    )
    op.create_index("ix_standing_pair_listing", "standing_pair", ["listing_id"])
    op.create_index(
        "ix_standing_pair_pending",
        "standing_pair",
        ["pending_since", "need_id"],
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )
    op.execute("INSERT INTO stream_cursor (name, position) SELECT 'standing', coalesce(max(seq), 0) FROM event")


def downgrade() -> None:
    op.execute("DELETE FROM stream_cursor WHERE name = 'standing'")
    op.drop_index("ix_standing_pair_pending", "standing_pair", postgresql_where=PENDING, sqlite_where=PENDING)
    op.drop_index("ix_standing_pair_listing", "standing_pair")
    op.drop_table("standing_pair")
