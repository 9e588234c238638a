"""Introductions, the messages in them, and the figures of matchmaking."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, Json, UtcDateTime

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "introduction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("match_id", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Enum("need", "listing", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("requester_organisation_id", sa.String(), nullable=False),
        sa.Column("answerer_organisation_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "overdue",
                "accepted",
                "declined",
                "ended",
                name="introductionstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("requester_user_id", sa.String(), nullable=False),
        sa.Column("requester_shares", Json(), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answerer_user_id", sa.String(), nullable=True),
        sa.Column("answerer_shares", Json(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "too_early",
                "already_committed",
                "price",
                "field_not_available",
                "benefit_unclear",
                "route_unclear",
                "description_unclear",
                "capacity",
                "conflict",
                "other",
                name="declinereason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decline_note", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_because",
            sa.Enum(
                "withdrawn", "need_gone", "listing_gone", "by_a_side", name="endreason", native_enum=False, length=40
            ),
            nullable=True,
        ),
        sa.Column("ended_by", sa.Enum("need", "listing", name="side", native_enum=False, length=40), nullable=True),
        sa.Column("licence_id", sa.String(), nullable=True),
        sa.Column("contracted_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "requester_organisation_id <> answerer_organisation_id", name=op.f("ck_introduction_between_two")
        ),
        sa.ForeignKeyConstraint(
            ["answerer_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_introduction_answerer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["requester_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_introduction_requester_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_introduction_listing_id_listing")),
        sa.ForeignKeyConstraint(["match_id"], ["need_match.id"], name=op.f("fk_introduction_match_id_need_match")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_introduction_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("licence_id", name=op.f("uq_introduction_licence_id")),
    )
    op.create_index("ix_introduction_answerer", "introduction", ["answerer_organisation_id", "asked_at", "id"])
    op.create_index("ix_introduction_asked", "introduction", ["asked_at", "id"])
    op.create_index("ix_introduction_requester", "introduction", ["requester_organisation_id", "asked_at", "id"])
    op.create_index(
        "ix_introduction_listing_waiting",
        "introduction",
        ["listing_id"],
        postgresql_where=sa.text("status IN ('asked', 'overdue')"),
        sqlite_where=sa.text("status IN ('asked', 'overdue')"),
    )
    op.create_index("ix_introduction_match", "introduction", ["match_id", "asked_at"])
    op.create_index("ix_introduction_need", "introduction", ["need_id"])
    op.create_index(
        "uq_introduction_living",
        "introduction",
        ["match_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'overdue', 'accepted')"),
        sqlite_where=sa.text("status IN ('asked', 'overdue', 'accepted')"),
    )
    op.create_table(
        "introduction_message",
        sa.Column("number", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("introduction_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_introduction_message_introduction_id_introduction")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_introduction_message_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_introduction_message")),
        sa.UniqueConstraint("id", name=op.f("uq_introduction_message_id")),
    )
    op.create_index("ix_introduction_message_thread", "introduction_message", ["introduction_id", "number"])
    op.create_table(
        "matchmaking_figures",
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column(
            "kind", sa.Enum("total", "cluster", "region", name="row", native_enum=False, length=40), nullable=False
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("counted_until", sa.Date(), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=True),
        sa.Column("introduced", sa.Integer(), nullable=True),
        sa.Column("contracted", sa.Integer(), nullable=True),
        sa.Column("days_to_introduction", Json(), nullable=False),
        sa.Column("days_to_contract", Json(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "kind", "code", name=op.f("pk_matchmaking_figures")),
    )


def downgrade() -> None:
    op.drop_table("matchmaking_figures")
    op.drop_table("introduction_message")
    op.drop_table("introduction")
