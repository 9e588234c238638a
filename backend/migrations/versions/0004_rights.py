"""The ledger of rights, and consents."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import backend.core.database.columns

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "licence", "open_licence", "pledge", "option", "receivable", "co_owner_agreement", "suspension", "seizure",
    "obstacle",
)  # fmt: skip
ACTS = (
    "declare_open_licence", "keep_open_licence", "grant_ordinary", "grant_sole", "grant_exclusive", "sub_license",
    "assign", "pledge", "abandon", "withdraw_open_licence",
)  # fmt: skip
MOMENT = backend.core.database.columns.UtcDateTime(timezone=True)
JSON = backend.core.database.columns.Json()
APART = """
    ALTER TABLE right_claim ADD CONSTRAINT ex_right_claim_apart EXCLUDE USING gist (
        patent_id WITH =, slots WITH &&, period WITH &&, territory WITH &&, fields WITH &&, working WITH &&
    )
"""


def _range(name: str, kind: type) -> sa.Column:
    return sa.Column(name, sa.Text().with_variant(kind(), "postgresql"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "right_entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="rightkind", native_enum=False, length=40), nullable=False),
        sa.Column("origin", sa.Enum("here", "outside", name="origin", native_enum=False, length=40), nullable=False),
        sa.Column(
            "licence_type",
            sa.Enum("exclusive", "sole", "ordinary", "open", name="licencetype", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("party_id", sa.String(), nullable=True),
        sa.Column("grantors", JSON, nullable=False),
        sa.Column("territory", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("working", JSON, nullable=False),
        sa.Column("sub_licensing", sa.Boolean(), nullable=False),
        sa.Column("own_working", sa.Boolean(), nullable=False),
        sa.Column("carves_out", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("details", JSON, nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=True),
        sa.Column("granted_for", sa.String(), nullable=True),
        sa.Column("conflicts", JSON, nullable=False),
        sa.Column("confirmed", JSON, nullable=False),
        sa.Column("signed_by", JSON, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("end_recorded_at", MOMENT, nullable=True),
        sa.Column("end_recorded_by", sa.String(), nullable=True),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.Column("corrected_by", sa.String(), nullable=True),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_right_entry_patent_id_patent")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_right_entry_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_entry")),
    )
    with op.batch_alter_table("right_entry", schema=None) as batch_op:
        batch_op.create_index("ix_right_entry_patent", ["patent_id", "recorded_at", "id"], unique=False)
        batch_op.create_index("ix_right_entry_party", ["party_id"], unique=False)

    op.create_table(
        "right_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("right_id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        _range("slots", postgresql.INT8MULTIRANGE),
        _range("period", postgresql.DATERANGE),
        _range("territory", postgresql.INT4MULTIRANGE),
        _range("fields", postgresql.INT4MULTIRANGE),
        _range("working", postgresql.INT4MULTIRANGE),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_right_claim_patent_id_patent")),
        sa.ForeignKeyConstraint(["right_id"], ["right_entry.id"], name=op.f("fk_right_claim_right_id_right_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_claim")),
        sa.UniqueConstraint("right_id", name=op.f("uq_right_claim_right_id")),
    )
    with op.batch_alter_table("right_claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_right_claim_patent_id"), ["patent_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(APART)

    op.create_table(
        "consent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("act", sa.Enum(*ACTS, name="act", native_enum=False, length=40), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("asked", "given", "refused", "used", "revoked", name="consentstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("on_evidence", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("used_by", sa.String(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_consent_patent_id_patent")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_consent_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_patent", ["patent_id", "id"], unique=False)
        batch_op.create_index("ix_consent_party", ["party_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_consent_asker", ["asked_by", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_consent_asked", ["asked_at", "id"], unique=False)

    op.create_table(
        "standing_offer",
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("open_licence", JSON, nullable=True),
        sa.Column("barred", JSON, nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_standing_offer_patent_id_patent")),
        sa.PrimaryKeyConstraint("patent_id", name=op.f("pk_standing_offer")),
    )
    with op.batch_alter_table("standing_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_offer_checked_on"), ["checked_on"], unique=False)


def downgrade() -> None:
    for table in ("standing_offer", "consent", "right_claim", "right_entry"):
        op.drop_table(table)
