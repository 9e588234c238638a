"""Needs, and the organisations that confidential ones are shown to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json, UtcDateTime

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _coded(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column(
            "status",
            _coded("needstatus", "draft", "published", "matched", "taken_down", "suspended", "closed"),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("language", _coded("language", "zh", "en"), nullable=True),
        sa.Column("abstract", sa.String(), nullable=True),
        sa.Column("tried", sa.String(), nullable=True),
        sa.Column("ipc", Json(), nullable=False),
        sa.Column("technology_fields", Json(), nullable=False),
        sa.Column("clusters", Json(), nullable=False),
        sa.Column("deal_types", Json(), nullable=False),
        sa.Column("budget_min_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_max_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_visibility", _coded("budgetvisibility", "secret", "shown"), nullable=False),
        sa.Column("stage_min", sa.Integer(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("public_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("matched_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", _coded("needoutcome", "contracted", "solved_otherwise", "given_up"), nullable=True),
        sa.Column("taken_down_by", _coded("takendownby", "platform", "not_verified"), nullable=True),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("mended", sa.Boolean(), nullable=False),
        sa.Column("ask_on", sa.Date(), nullable=True),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "budget_min_fen IS NULL OR budget_max_fen IS NULL OR budget_min_fen <= budget_max_fen",
            name=op.f("ck_need_budget_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index("ix_need_organisation", "need", ["organisation_id", "created_at", "id"])
    op.create_index("ix_need_status", "need", ["status", "id"])
    op.create_index("ix_need_ask_on", "need", ["ask_on"])
    op.create_index(
        "uq_need_reference",
        "need",
        ["organisation_id", "reference"],
        unique=True,
        postgresql_where=sa.text("reference IS NOT NULL"),
        sqlite_where=sa.text("reference IS NOT NULL"),
    )
    op.create_table(
        "need_shown",
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("named_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("notified_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_shown_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_shown_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("need_id", "organisation_id", name=op.f("pk_need_shown")),
    )
    op.create_index("ix_need_shown_organisation", "need_shown", ["organisation_id", "need_id"])


def downgrade() -> None:
    op.drop_table("need_shown")
    op.drop_table("need")
