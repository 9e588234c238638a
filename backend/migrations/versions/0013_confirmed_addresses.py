"""Confirmed addresses, one account for each; what was asked for by e-mail; erased accounts; new places of sign-ins."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import UtcDateTime

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("account_user", sa.Column("email_confirmed_at", MOMENT, nullable=True))
    op.add_column("account_user", sa.Column("erased_at", MOMENT, nullable=True))
    confirmed = sa.text("email_confirmed_at IS NOT NULL")
    op.create_index(
        "uq_account_user_confirmed",
        "account_user",
        ["email"],
        unique=True,
        postgresql_where=confirmed,
        sqlite_where=confirmed,
    )
    erased = sa.text("erased_at IS NOT NULL")
    op.create_index(
        "ix_account_user_erased", "account_user", ["erased_at"], postgresql_where=erased, sqlite_where=erased
    )
    op.add_column("sign_in_session", sa.Column("network", sa.String(), nullable=True))
    op.create_table(
        "email_confirmation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account_user.id"], name=op.f("fk_email_confirmation_user_id_account_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_confirmation")),
    )
    op.create_index("ix_email_confirmation_user_id", "email_confirmation", ["user_id"])
    op.create_index("ix_email_confirmation_expires_at", "email_confirmation", ["expires_at"])
    op.create_table(
        "password_reset_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset_request")),
    )
    op.create_index("ix_password_reset_request_email", "password_reset_request", ["email"])
    op.create_index("ix_password_reset_request_expires_at", "password_reset_request", ["expires_at"])


def downgrade() -> None:
    op.drop_table("password_reset_request")
    op.drop_table("email_confirmation")
    op.drop_column("sign_in_session", "network")
    op.drop_index("ix_account_user_erased", "account_user")
    op.drop_index("uq_account_user_confirmed", "account_user")
    op.drop_column("account_user", "erased_at")
    op.drop_column("account_user", "email_confirmed_at")
