"""Matches of needs and listings, and what the sides say of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json, UtcDateTime

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "need_match",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_match_need_id_need")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_need_match_listing_id_listing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_match")),
        sa.UniqueConstraint("need_id", "listing_id", name=op.f("uq_need_match_need_id_listing_id")),
    )
    op.create_index("ix_need_match_listing", "need_match", ["listing_id"])
    op.create_table(
        "match_feedback",
        sa.Column("match_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum("relevant", "not_relevant", name="matchverdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["match_id"], ["need_match.id"], name=op.f("fk_match_feedback_match_id_need_match")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_feedback_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("match_id", "organisation_id", name=op.f("pk_match_feedback")),
    )
    op.create_table(
        "matching_setting",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("order_by_feedback", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account_user.id"], name=op.f("fk_matching_setting_user_id_account_user")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_matching_setting")),
    )


def downgrade() -> None:
    op.drop_table("matching_setting")
    op.drop_table("match_feedback")
    op.drop_index("ix_need_match_listing", "need_match")
    op.drop_table("need_match")
