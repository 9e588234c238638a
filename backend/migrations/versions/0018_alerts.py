"""Alerts: saved searches and watches, what they find, and messages that are one member's alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, Json, UtcDateTime

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("search", "need_search", "patent", "holder", "class")
FREQUENCIES = ("at_once", "daily", "weekly")
CHANGES = (
    "listed", "published", "newly_matches", "price_fell", "open_licence_announced", "delisted", "status_changed",
    "offer_changed", "listing_changed", "licence_changed", "holder_changed", "facts_changed",
)  # fmt: skip


def _coded(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=40)


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    clause = sa.text(where)
    op.create_index(name, table, columns, unique=unique, postgresql_where=clause, sqlite_where=clause)


def upgrade() -> None:
    op.add_column("message", sa.Column("user_id", sa.String(), nullable=True))
    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("kind", _coded("alertkind", KINDS), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", Json(), nullable=False),
        sa.Column("query_hash", sa.LargeBinary(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=True),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("frequency", _coded("alertfrequency", FREQUENCIES), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("started_at_event", sa.BigInteger(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=True),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("notify_at", UtcDateTime(), nullable=True),
        sa.Column("more_hits", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_alert_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account_user.id"], name=op.f("fk_alert_user_id_account_user")),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_alert_patent_id_patent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index("ix_alert_owner", "alert", ["user_id", "organisation_id", "created_at", "id"])
    op.create_index("ix_alert_organisation", "alert", ["organisation_id"])
    _partial("ix_alert_patent", "alert", ["patent_id"], "patent_id IS NOT NULL")
    _partial("ix_alert_holder", "alert", ["holder_id"], "holder_id IS NOT NULL")
    _partial("ix_alert_due", "alert", ["notify_at"], "notify_at IS NOT NULL")
    op.create_table(
        "alert_match",
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=True),
        sa.Column("open_licence", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_match_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", "subject", name=op.f("pk_alert_match")),
    )
    op.create_index("ix_alert_match_subject", "alert_match", ["subject"])
    op.create_table(
        "alert_hit",
        sa.Column("number", BIG, nullable=False, autoincrement=True),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("change", _coded("hitchange", CHANGES), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("source_organisation_id", sa.String(), nullable=True),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("notified_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_hit_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_alert_hit")),
        sa.UniqueConstraint(
            "alert_id", "subject", "change", "event_id", name=op.f("uq_alert_hit_alert_id_subject_change_event_id")
        ),
    )
    op.create_index("ix_alert_hit_alert", "alert_hit", ["alert_id", "number"])
    op.create_index("ix_alert_hit_found_at", "alert_hit", ["found_at"])
    _partial(
        "uq_alert_hit_unnotified", "alert_hit", ["alert_id", "subject", "change"], "notified_at IS NULL", unique=True
    )
    op.execute("INSERT INTO stream_cursor (name, position) SELECT 'alerts', coalesce(max(seq), 0) FROM event")


def downgrade() -> None:
    op.execute("DELETE FROM stream_cursor WHERE name = 'alerts'")
    op.drop_table("alert_hit")
    op.drop_table("alert_match")
    op.drop_table("alert")
    op.execute("DELETE FROM message_mark WHERE number IN (SELECT number FROM message WHERE user_id IS NOT NULL)")
    op.execute("DELETE FROM message WHERE user_id IS NOT NULL")
    op.drop_column("message", "user_id")
