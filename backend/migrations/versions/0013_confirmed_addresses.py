"""Addresses of accounts that were confirmed by e-mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import UtcDateTime

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("account_user", sa.Column("email_confirmed_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("account_user", "email_confirmed_at")
