"""E-mails, the addresses that they came back from, and how often each member is told by e-mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, Json, UtcDateTime

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = UtcDateTime(timezone=True)


def _coded(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=40)


LANGUAGES = _coded("language", "zh", "en")
KINDS = _coded("emailkind", "account", "legal", "notification", "digest")
STATUSES = _coded("emailstatus", "waiting", "sending", "sent", "failed", "unknown", "suppressed")
BOUNCES = _coded("bouncekind", "hard", "soft")
FAILURES = _coded(
    "emailfailure",
    "unreachable",
    "put_off",
    "refused",
    "expired",
    "interrupted",
    "address",
    "address_stopped",
    "not_a_member",
    "switched_off",
    "no_longer_due",
    "too_many",
)
INDEXES = (
    ("ix_email_due", ["priority", "next_at"], "status = 'waiting'"),
    ("ix_email_under_way", ["tried_at"], "status = 'sending'"),
    ("ix_email_ended", ["ended_at"], "address_hash IS NOT NULL"),
    ("ix_email_user_id", ["user_id"], None),
)


def _add_choices() -> None:
    op.add_column("inbox", sa.Column("email", Json(), nullable=True))
    op.add_column("inbox", sa.Column("language", LANGUAGES, nullable=True))
    op.execute("UPDATE inbox SET email = '{}', language = 'zh'")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.alter_column("email", existing_type=Json(), nullable=False)
        batch_op.alter_column("language", existing_type=LANGUAGES, nullable=False)


def upgrade() -> None:
    op.create_table(
        "email",
        sa.Column("number", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("status", STATUSES, nullable=False),
        sa.Column("failure", FAILURES, nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("address_hash", sa.String(), nullable=True),
        sa.Column("frequency", sa.String(), nullable=True),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("bounced_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_email")),
        sa.UniqueConstraint("id", name=op.f("uq_email_id")),
        sa.UniqueConstraint("key", name=op.f("uq_email_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_email_message_id")),
    )
    for name, columns, where in INDEXES:
        partly = {} if where is None else {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
        op.create_index(name, "email", columns, unique=False, **partly)
    op.create_table(
        "email_item",
        sa.Column("email_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["email_id"], ["email.id"], name=op.f("fk_email_item_email_id_email"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("email_id", "event_id", name=op.f("pk_email_item")),
        sa.UniqueConstraint("event_id", "recipient", name=op.f("uq_email_item_event_id_recipient")),
    )
    op.create_table(
        "email_address",
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("soft_since", MOMENT, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("reason", BOUNCES, nullable=True),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_email_address")),
    )
    _add_choices()
    op.execute("INSERT INTO stream_cursor (name, position) SELECT 'email', COALESCE(MAX(seq), 0) FROM event")


def downgrade() -> None:
    op.execute("DELETE FROM stream_cursor WHERE name = 'email'")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("language")
        batch_op.drop_column("email")
    op.drop_table("email_address")
    op.drop_table("email_item")
    op.drop_table("email")
