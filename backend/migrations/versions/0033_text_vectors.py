"""Vectors of texts, by the hash of the text and the model."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, UtcDateTime

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "text_vector",
        sa.Column("number", BIG, autoincrement=True, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("stage", sa.Enum("title", "full", name="vectorstage", native_enum=False, length=40), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("unneeded_since", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_text_vector")),
        sa.UniqueConstraint("model", "text_hash", name=op.f("uq_text_vector_model_text_hash")),
    )
    op.create_index(op.f("ix_text_vector_unneeded_since"), "text_vector", ["unneeded_since"], unique=False)


def downgrade() -> None:
    op.drop_table("text_vector")
