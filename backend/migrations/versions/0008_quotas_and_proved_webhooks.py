"""Quotas, begun with the files that organisations keep; and whether a webhook's address is proved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FAILURE = sa.Enum(
    "status", "timeout", "connection", "certificate", "address", "disabled", "token",
    name="deliveryfailure", native_enum=False, length=40,
)  # fmt: skip
PROOF = (
    "verified_at",
    "verification_number",
    "verification_due_at",
    "verification_sent_at",
    "verification_answered",
    "verification_failure",
)


def upgrade() -> None:
    op.create_table(
        "quota_use",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "since", name=op.f("pk_quota_use")),
    )
    with op.batch_alter_table("quota_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_use_since"), ["since"], unique=False)
    for kind, counted in (("files", "count(*)"), ("file_bytes", "sum(size)")):
        op.execute(
            "INSERT INTO quota_use (subject, kind, since, used)"  # noqa: S608 - of constants alone
            f" SELECT organisation_id, '{kind}', {_all_time()}, {counted} FROM file GROUP BY organisation_id"
        )

    proof = (
        sa.Column("verified_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verification_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("verification_due_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verification_sent_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verification_answered", sa.Integer(), nullable=True),
        sa.Column("verification_failure", FAILURE, nullable=True),
    )
    for column in proof:  # one by one: SQLite would make the table anew for several, and its deliveries go with it
        op.add_column("webhook", column)
    op.create_index(
        "ix_webhook_asked",
        "webhook",
        ["verification_due_at"],
        unique=False,
        postgresql_where=sa.text("verification_due_at IS NOT NULL"),
        sqlite_where=sa.text("verification_due_at IS NOT NULL"),
    )
    op.execute("UPDATE webhook SET verified_at = created_at")  # what was told of events before stays so


def _all_time() -> str:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    return "'1970-01-01 00:00:00.000000'" if is_sqlite else "TIMESTAMPTZ '1970-01-01 00:00:00+00'"


def downgrade() -> None:
    op.execute("UPDATE webhook SET status = 'disabled', disabled_because = 'by_member' WHERE status = 'unproven'")
    op.drop_index("ix_webhook_asked", "webhook")
    for name in PROOF:
        op.drop_column("webhook", name)
    with op.batch_alter_table("quota_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_use_since"))

    op.drop_table("quota_use")
