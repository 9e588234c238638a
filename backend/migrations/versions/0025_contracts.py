"""Contracts: their sides, versions, papers and signatures; signing certificates; the timeline of what was done."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import BIG, Json, UtcDateTime

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "contract_document",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_contract_document"),
    )
    op.create_table(
        "timeline_entry",
        sa.Column("number", BIG, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("old", Json(), nullable=True),
        sa.Column("new", Json(), nullable=True),
        sa.Column("files", Json(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_timeline_entry"),
    )
    op.create_index("ix_timeline_entry_subject", "timeline_entry", ["subject", "number"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("template_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "drafted",
                "signing",
                "change_asked",
                "effective",
                "refused",
                "expired",
                "terminated",
                name="contractstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("present_version_id", sa.String(), nullable=False),
        sa.Column("terms_version_id", sa.String(), nullable=True),
        sa.Column("drafted_by_organisation_id", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("effective_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("change_request", Json(), nullable=True),
        sa.Column("refusal", Json(), nullable=True),
        sa.Column("termination_note", sa.String(), nullable=True),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drafted_by_organisation_id"],
            ["organisation.id"],
            name="fk_contract_drafted_by_organisation_id_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
    )
    op.create_index("ix_contract_created", "contract", ["created_at", "id"], unique=False)
    op.create_index("ix_contract_subject", "contract", ["subject", "id"], unique=False)
    op.create_table(
        "organisation_certificate",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("intermediates", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("serial_number", sa.String(), nullable=False),
        sa.Column(
            "matched_by",
            sa.Enum("credit_code", "name", name="subjectmatch", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("not_before", UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_after", UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_organisation_certificate_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation_certificate"),
    )
    op.create_table(
        "contract_side",
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("credit_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_side_contract_id_contract"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_contract_side_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_contract_side_party_id_party"),
        sa.PrimaryKeyConstraint("contract_id", "number", name="pk_contract_side"),
        sa.UniqueConstraint(
            "contract_id", "code", "organisation_id", name="uq_contract_side_contract_id_code_organisation_id"
        ),
    )
    op.create_index("ix_contract_side_organisation", "contract_side", ["organisation_id", "contract_id"], unique=False)
    op.create_table(
        "contract_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("contract", "amendment", "termination", name="versionkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open", "signed", "lapsed", "refused", "expired", name="versionstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("template_name", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("document_hash", sa.String(), nullable=False),
        sa.Column("bound", sa.LargeBinary(), nullable=False),
        sa.Column("bound_hash", sa.String(), nullable=False),
        sa.Column("signed_document_hash", sa.String(), nullable=True),
        sa.Column("amends_version_id", sa.String(), nullable=True),
        sa.Column("proposed_by_organisation_id", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("refusal", Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["amends_version_id"],
            ["contract_version.id"],
            name="fk_contract_version_amends_version_id_contract_version",
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_version_contract_id_contract"),
        sa.ForeignKeyConstraint(
            ["document_hash"], ["contract_document.sha256"], name="fk_contract_version_document_hash_contract_document"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_organisation_id"],
            ["organisation.id"],
            name="fk_contract_version_proposed_by_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["signed_document_hash"],
            ["contract_document.sha256"],
            name="fk_contract_version_signed_document_hash_contract_document",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contract_version"),
        sa.UniqueConstraint("bound_hash", name="uq_contract_version_bound_hash"),
        sa.UniqueConstraint("contract_id", "number", name="uq_contract_version_contract_id_number"),
    )
    op.create_index(
        "ix_contract_version_expires",
        "contract_version",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_contract_version_open",
        "contract_version",
        ["contract_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "contract_signature",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("side_number", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("signatory_name", sa.String(), nullable=False),
        sa.Column(
            "means",
            sa.Enum("second_factor", "signing_key", name="signingmeans", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("bound_hash", sa.String(), nullable=False),
        sa.Column("certificate", Json(), nullable=True),
        sa.Column("cms_hash", sa.String(), nullable=True),
        sa.Column("signed_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cms_hash"], ["contract_document.sha256"], name="fk_contract_signature_cms_hash_contract_document"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "side_number"],
            ["contract_side.contract_id", "contract_side.number"],
            name="fk_contract_signature_contract_id_side_number_contract_side",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_contract_signature_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["contract_version.id"], name="fk_contract_signature_version_id_contract_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contract_signature"),
        sa.UniqueConstraint("version_id", "side_number", name="uq_contract_signature_version_id_side_number"),
    )
    op.create_index("ix_contract_signature_contract", "contract_signature", ["contract_id"], unique=False)
    op.create_table(
        "signature_preparation",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("side_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate_sha256", sa.String(), nullable=False),
        sa.Column("base_document_hash", sa.String(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("region_start", sa.Integer(), nullable=False),
        sa.Column("region_end", sa.Integer(), nullable=False),
        sa.Column("signed_attributes", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["contract_version.id"], name="fk_signature_preparation_version_id_contract_version"
        ),
        sa.PrimaryKeyConstraint("version_id", "side_number", name="pk_signature_preparation"),
    )
    op.create_index("ix_signature_preparation_expires_at", "signature_preparation", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_signature_preparation_expires_at", table_name="signature_preparation")
    op.drop_table("signature_preparation")
    op.drop_index("ix_contract_signature_contract", table_name="contract_signature")
    op.drop_table("contract_signature")
    op.drop_index(
        "uq_contract_version_open",
        table_name="contract_version",
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )
    op.drop_index(
        "ix_contract_version_expires",
        table_name="contract_version",
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )
    op.drop_table("contract_version")
    op.drop_index("ix_contract_side_organisation", table_name="contract_side")
    op.drop_table("contract_side")
    op.drop_table("organisation_certificate")
    op.drop_index("ix_contract_subject", table_name="contract")
    op.drop_index("ix_contract_created", table_name="contract")
    op.drop_table("contract")
    op.drop_index("ix_timeline_entry_subject", table_name="timeline_entry")
    op.drop_table("timeline_entry")
    op.drop_table("contract_document")
