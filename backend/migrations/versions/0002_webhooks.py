"""Webhooks and their deliveries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("types", backend.core.database.columns.Json(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column(
            "status", sa.Enum("active", "disabled", name="webhookstatus", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "disabled_because",
            sa.Enum("by_member", "failing", "gone", name="disabledbecause", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("secret_number", sa.Integer(), nullable=False),
        sa.Column("secret_changed_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("failing_since", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("waiting", "delivered", "given_up", name="deliverystatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column(
            "failure",
            sa.Enum(
                "status",
                "timeout",
                "connection",
                "certificate",
                "address",
                "disabled",
                name="failure",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("created_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tried_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_delivery_webhook_id_webhook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_id")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f("uq_delivery_webhook_id_event_id")),
        sa.UniqueConstraint("webhook_id", "subject", "sequence", name=op.f("uq_delivery_webhook_id_subject_sequence")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["webhook_id", "next_at"],
            unique=False,
            postgresql_where=sa.text("status = 'waiting'"),
            sqlite_where=sa.text("status = 'waiting'"),
        )
        batch_op.create_index("ix_delivery_of_webhook", ["webhook_id", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_of_webhook")
        batch_op.drop_index(
            "ix_delivery_due",
            postgresql_where=sa.text("status = 'waiting'"),
            sqlite_where=sa.text("status = 'waiting'"),
        )

    op.drop_table("delivery")
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_organisation_id"))

    op.drop_table("webhook")
