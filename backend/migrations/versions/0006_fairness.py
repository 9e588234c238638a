"""Quotas: what an organisation has used, begun with the files that it keeps."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.columns

revision: str = "0006_fairness"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "quota_use",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", backend.core.columns.UtcDateTime(timezone=True), nullable=False),
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


def _all_time() -> str:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    return "'1970-01-01 00:00:00.000000'" if is_sqlite else "TIMESTAMPTZ '1970-01-01 00:00:00+00'"


def downgrade() -> None:
    with op.batch_alter_table("quota_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_use_since"))

    op.drop_table("quota_use")
