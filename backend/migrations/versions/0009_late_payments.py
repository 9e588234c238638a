"""Payments that are told late, repeated or withdrawn: whether each counts, and from which it follows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = ("recorded", "to_be_confirmed", "confirmed", "struck", "withdrawn")
UNCONFIRMED = "status = 'to_be_confirmed'"
WHAT_COUNTS = """
UPDATE payment SET
    status = CASE WHEN contest_outcome = 'upheld' THEN 'struck' ELSE 'recorded' END,
    at_start = (licence_id IS NULL OR EXISTS (
        SELECT 1 FROM licence WHERE licence.id = payment.licence_id AND payment.recorded_at <= licence.created_at
    )),
    is_another_payment = FALSE,
    overdue_told = FALSE
"""
# The version before knows no payment that is told late or withdrawn: it counts all that no contest has struck.
COUNTED_BEFORE = """
UPDATE payment SET contest_outcome = 'upheld', contested_at = COALESCE(contested_at, recorded_at)
WHERE status IN ('to_be_confirmed', 'withdrawn')
"""
STOOD_BEFORE = """
UPDATE notice SET status = CASE
    WHEN status_reason IS NULL THEN 'given' WHEN status_reason = 'not_paid_in_time' THEN 'lapsed' ELSE 'ended' END
WHERE status = 'payment_to_be_confirmed'
"""


def upgrade() -> None:
    status = sa.Enum(*STATUSES, name="paymentstatus", native_enum=False, length=40)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", status, nullable=True))
        batch_op.add_column(sa.Column("at_start", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("is_another_payment", sa.Boolean(), nullable=True))
        batch_op.add_column(
            sa.Column("confirmed_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("confirmed_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("overdue_told", sa.Boolean(), nullable=True))
    op.execute(WHAT_COUNTS)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.alter_column("status", existing_type=status, nullable=False)
        for name in ("at_start", "is_another_payment", "overdue_told"):
            batch_op.alter_column(name, existing_type=sa.Boolean(), nullable=False)
        batch_op.create_index("ix_payment_payer", ["recorded_by", "value_date"], unique=False)
        batch_op.create_index(
            "ix_payment_unconfirmed",
            ["contestable_until"],
            unique=False,
            postgresql_where=sa.text(UNCONFIRMED),
            sqlite_where=sa.text(UNCONFIRMED),
        )


def downgrade() -> None:
    op.execute(COUNTED_BEFORE)
    op.execute(STOOD_BEFORE)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_unconfirmed")
        batch_op.drop_index("ix_payment_payer")
        for name in ("overdue_told", "confirmed_by", "confirmed_at", "is_another_payment", "at_start", "status"):
            batch_op.drop_column(name)
