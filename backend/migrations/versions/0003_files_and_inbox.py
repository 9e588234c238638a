"""Files of evidence, and the members' inbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_file_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("organisation_id", "sha256", name=op.f("uq_file_organisation_id_sha256")),
    )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.create_index("ix_file_organisation", ["organisation_id", "uploaded_at", "id"], unique=False)
        batch_op.create_index("ix_file_sha256", ["sha256"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("read_through", sa.BigInteger(), nullable=False),
        sa.Column("off", backend.core.database.columns.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_inbox_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account_user.id"], name=op.f("fk_inbox_user_id_account_user")),
        sa.PrimaryKeyConstraint("organisation_id", "user_id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "message",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data", backend.core.database.columns.Json(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_message_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_message")),
        sa.UniqueConstraint("id", name=op.f("uq_message_id")),
        sa.UniqueConstraint("organisation_id", "event_id", name=op.f("uq_message_organisation_id_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_at", ["at"], unique=False)
        batch_op.create_index("ix_message_inbox", ["organisation_id", "number"], unique=False)

    op.create_table(
        "file_access",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_file_access_file_id_file")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_file_access_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_file_access")),
    )
    with op.batch_alter_table("file_access", schema=None) as batch_op:
        batch_op.create_index("ix_file_access_file", ["file_id", "number"], unique=False)

    op.create_table(
        "file_attachment",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("attached_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attached_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_file_attachment_file_id_file")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_file_attachment")),
        sa.UniqueConstraint("kind", "subject", "file_id", name=op.f("uq_file_attachment_kind_subject_file_id")),
    )
    with op.batch_alter_table("file_attachment", schema=None) as batch_op:
        batch_op.create_index("ix_file_attachment_file", ["file_id"], unique=False)

    op.create_table(
        "message_mark",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["message.number"], name=op.f("fk_message_mark_number_message"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account_user.id"], name=op.f("fk_message_mark_user_id_account_user")),
        sa.PrimaryKeyConstraint("number", "user_id", name=op.f("pk_message_mark")),
    )
    op.execute("INSERT INTO stream_cursor (name, position) VALUES ('inbox', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM stream_cursor WHERE name = 'inbox'")
    op.drop_table("message_mark")
    with op.batch_alter_table("file_attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_file_attachment_file")

    op.drop_table("file_attachment")
    with op.batch_alter_table("file_access", schema=None) as batch_op:
        batch_op.drop_index("ix_file_access_file")

    op.drop_table("file_access")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_inbox")
        batch_op.drop_index("ix_message_at")

    op.drop_table("message")
    op.drop_table("inbox")
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_index("ix_file_sha256")
        batch_op.drop_index("ix_file_organisation")

    op.drop_table("file")
