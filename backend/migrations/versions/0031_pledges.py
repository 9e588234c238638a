"""Pledges: of which patents, by whom, changed, realised, watched, and what came in meanwhile."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, Json, UtcDateTime

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "pledge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "filed",
                "correction_asked",
                "registered",
                "refused",
                "release_filed",
                "released",
                "defaulted",
                "disposed",
                "revoked",
                name="pledgestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("ordinary", "maximum_amount", name="pledgekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("debtor_organisation_id", sa.String(), nullable=False),
        sa.Column("pledgee_organisation_id", sa.String(), nullable=False),
        sa.Column("pledgee_party_id", sa.String(), nullable=False),
        sa.Column("secured_fen", BIG, nullable=False),
        sa.Column("debt_from", sa.Date(), nullable=False),
        sa.Column("debt_until", sa.Date(), nullable=False),
        sa.Column("terms", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("confirmations", Json(), nullable=False),
        sa.Column("claims", Json(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filing_number", sa.String(), nullable=True),
        sa.Column("correction", Json(), nullable=True),
        sa.Column(
            "refusal_ground",
            sa.Enum(
                "not_the_registered_owner",
                "terminated_or_invalid",
                "not_granted",
                "annuity_unpaid",
                "suspended",
                "debt_outlasts_patent",
                "contract_incomplete",
                "co_owners_missing",
                "already_pledged",
                "same_day_application",
                "invalidation_pending",
                "other",
                name="ground",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("refusal_note", sa.String(), nullable=True),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("registered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("registered_by", sa.String(), nullable=True),
        sa.Column(
            "release_reason",
            sa.Enum(
                "debt_paid",
                "waived",
                "realised",
                "replaced",
                "right_ended",
                name="releasereason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("release_filed_on", sa.Date(), nullable=True),
        sa.Column("release_due_on", sa.Date(), nullable=True),
        sa.Column("release_overdue_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("defaulted_on", sa.Date(), nullable=True),
        sa.Column("default_note", sa.String(), nullable=True),
        sa.Column("cured_on", sa.Date(), nullable=True),
        sa.Column("disposed_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revocation_note", sa.String(), nullable=True),
        sa.Column("appraised_on", sa.Date(), nullable=True),
        sa.Column("reappraisal_due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["debtor_organisation_id"], ["organisation.id"], name=op.f("fk_pledge_debtor_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["financing_offer.id"], name=op.f("fk_pledge_offer_id_financing_offer")),
        sa.ForeignKeyConstraint(
            ["pledgee_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_pledge_pledgee_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["pledgee_party_id"], ["party.id"], name=op.f("fk_pledge_pledgee_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_pledge_contract_id")),
    )
    op.create_index("ix_pledge_debtor", "pledge", ["debtor_organisation_id", "created_at", "id"], unique=False)
    op.create_index("ix_pledge_pledgee", "pledge", ["pledgee_organisation_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_pledge_release_due",
        "pledge",
        ["release_due_on"],
        unique=False,
        postgresql_where=sa.text("release_due_on IS NOT NULL"),
        sqlite_where=sa.text("release_due_on IS NOT NULL"),
    )
    op.create_index(
        "uq_pledge_of_offer",
        "pledge",
        ["offer_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'revoked'"),
        sqlite_where=sa.text("status <> 'revoked'"),
    )
    op.create_table(
        "pledge_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "secured_amount", "debt_term", "party_name", "other", name="changekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("filed", "registered", "refused", name="changestatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("agreed_by", Json(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_change_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_change")),
    )
    op.create_index(op.f("ix_pledge_change_pledge_id"), "pledge_change", ["pledge_id"], unique=False)
    op.create_table(
        "pledge_disposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "agreement",
                "licence_income",
                "assignment",
                "auction",
                name="disposalmethod",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("patent_ids", Json(), nullable=False),
        sa.Column("buyer_party_id", sa.String(), nullable=True),
        sa.Column("disposed_on", sa.Date(), nullable=False),
        sa.Column("proceeds_fen", BIG, nullable=False),
        sa.Column("costs_fen", BIG, nullable=False),
        sa.Column("distribution", Json(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["buyer_party_id"], ["party.id"], name=op.f("fk_pledge_disposal_buyer_party_id_party")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_disposal_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_disposal")),
    )
    op.create_index(op.f("ix_pledge_disposal_pledge_id"), "pledge_disposal", ["pledge_id"], unique=False)
    op.create_table(
        "pledge_proceeds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("licence_id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("amount_fen", BIG, nullable=False),
        sa.Column("received_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "use",
            sa.Enum("early_repayment", "deposit", "left_to_pledgor", name="proceedsuse", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("struck_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_proceeds_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_proceeds")),
        sa.UniqueConstraint("pledge_id", "payment_id", name=op.f("uq_pledge_proceeds_pledge_id_payment_id")),
    )
    op.create_index(op.f("ix_pledge_proceeds_pledge_id"), "pledge_proceeds", ["pledge_id"], unique=False)
    op.create_table(
        "pledge_watch",
        sa.Column("number", BIG, autoincrement=True, nullable=False),
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "annuity_due",
                "annuity_missed",
                "invalidation_requested",
                "invalidated",
                "suspended",
                "right_ended",
                "holder_changed",
                "licence_ended",
                "licence_without_consent",
                "insolvency",
                "reappraisal_due",
                "release_overdue",
                name="watchkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("noticed_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_watch_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pledge_watch")),
        sa.UniqueConstraint(
            "pledge_id", "patent_id", "kind", "about", name=op.f("uq_pledge_watch_pledge_id_patent_id_kind_about")
        ),
    )
    op.create_index(op.f("ix_pledge_watch_pledge_id"), "pledge_watch", ["pledge_id"], unique=False)
    op.create_table(
        "pledged_patent",
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("right_id", sa.String(), nullable=True),
        sa.Column("release_filed_on", sa.Date(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column(
            "release_reason",
            sa.Enum(
                "debt_paid",
                "waived",
                "realised",
                "replaced",
                "right_ended",
                name="releasereason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("disposed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_pledged_patent_patent_id_patent")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledged_patent_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("pledge_id", "patent_id", name=op.f("pk_pledged_patent")),
        sa.UniqueConstraint("right_id", name=op.f("uq_pledged_patent_right_id")),
    )
    op.create_index("ix_pledged_patent_patent", "pledged_patent", ["patent_id"], unique=False)
    op.create_table(
        "pledgor",
        sa.Column("pledge_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pledgor_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_pledgor_party_id_party")),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_pledgor_patent_id_patent")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledgor_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("pledge_id", "patent_id", "party_id", name=op.f("pk_pledgor")),
    )
    op.create_index(op.f("ix_pledgor_organisation_id"), "pledgor", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("pledgor")
    op.drop_table("pledged_patent")
    op.drop_table("pledge_watch")
    op.drop_table("pledge_proceeds")
    op.drop_table("pledge_disposal")
    op.drop_table("pledge_change")
    op.drop_table("pledge")
