"""Unanswered searches: what was sought and not found, never by whom."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CAUSE = sa.Enum("words", "filters", native_enum=False, length=40)
LANGUAGE = sa.Enum("zh", "en", "other", native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "unanswered_search",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("cause", CAUSE, nullable=False),
        sa.Column("language", LANGUAGE, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("callers", sa.Integer(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("callers BETWEEN 0 AND 5", name=op.f("ck_unanswered_search_callers")),
        sa.CheckConstraint("(marks IS NULL) = (salt IS NULL)", name=op.f("ck_unanswered_search_marks")),
        sa.CheckConstraint("(marks IS NULL) = (callers IN (0, 5))", name=op.f("ck_unanswered_search_forgotten")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_search")),
    )
    op.create_index("ix_unanswered_search_rarest", "unanswered_search", ["callers", "last_on", "id"])
    op.create_table(
        "unanswered_search_day",
        sa.Column("search_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["unanswered_search.id"], name=op.f("fk_unanswered_search_day_search_id_unanswered_search")
        ),
        sa.PrimaryKeyConstraint("search_id", "day", name=op.f("pk_unanswered_search_day")),
    )
    op.create_index(op.f("ix_unanswered_search_day_day"), "unanswered_search_day", ["day"])


def downgrade() -> None:
    op.drop_table("unanswered_search_day")
    op.drop_table("unanswered_search")
