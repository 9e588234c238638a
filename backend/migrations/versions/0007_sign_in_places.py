"""Places where accounts sign in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "sign_in_place",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["account_user.id"], name=op.f("fk_sign_in_place_user_id_account_user")),
        sa.PrimaryKeyConstraint("user_id", "place", name=op.f("pk_sign_in_place")),
    )
    with op.batch_alter_table("sign_in_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_place_last_at"), ["last_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sign_in_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_place_last_at"))

    op.drop_table("sign_in_place")
