"""The tables of contracts: their sides, the versions that are signed with their papers, and the signatures."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.contracts.codes import ContractStatus, SigningMeans, VersionKind, VersionStatus
from backend.core.database.columns import coded, json_column, moment

OPEN: Final = "status = 'open'"
CONTRACT_ID: Final = "contract.id"
ORGANISATION_ID: Final = "organisation.id"


class Contract(SQLModel, table=True):
    """An agreement between named sides, and where it stands."""

    __tablename__ = "contract"
    __table_args__ = (
        sa.Index("ix_contract_subject", "subject", "id"),
        sa.Index("ix_contract_created", "created_at", "id"),
    )
    id: str = Field(primary_key=True)
    template_name: str
    subject: str = Field(description="The id of the thing of another domain that it is about.")
    status: ContractStatus = Field(sa_column=coded(ContractStatus))
    present_version_id: str = Field(description="The version of the contract itself that is or was to be signed last.")
    terms_version_id: str | None = Field(default=None, description="The version whose terms are in force.")
    drafted_by_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey(ORGANISATION_ID), nullable=False))
    drafted_by: str = Field(description="The user's id.")
    created_at: datetime = Field(sa_column=moment())
    effective_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    change_request: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    refusal: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    termination_note: str | None = None
    versions: int = Field(default=0, description="How many versions and amendments there are.")
    version: int = 1


class ContractSide(SQLModel, table=True):
    """An organisation that signs the contract, as the contract names it."""

    __tablename__ = "contract_side"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "code", "organisation_id"),
        sa.Index("ix_contract_side_organisation", "organisation_id", "contract_id"),
    )
    contract_id: str = Field(sa_column=sa.Column(sa.ForeignKey(CONTRACT_ID), primary_key=True))
    number: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    code: str
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey(ORGANISATION_ID), nullable=False))
    party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    name: str
    name_en: str | None = None
    credit_code: str | None = None


class ContractDocument(SQLModel, table=True):
    """Bytes that were signed, or are a signature, by their SHA-256: written with what they belong to, never again."""

    __tablename__ = "contract_document"
    sha256: str = Field(primary_key=True)
    size: int
    content: bytes


class ContractVersion(SQLModel, table=True):
    """What the sides sign as one: the contract's terms, an amendment of them, or the contract's end."""

    __tablename__ = "contract_version"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "number"),
        sa.Index("uq_contract_version_open", "contract_id", unique=True,
                 postgresql_where=sa.text(OPEN), sqlite_where=sa.text(OPEN)),
        sa.Index("ix_contract_version_expires", "expires_at",
                 postgresql_where=sa.text(OPEN), sqlite_where=sa.text(OPEN)),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    contract_id: str = Field(sa_column=sa.Column(sa.ForeignKey(CONTRACT_ID), nullable=False))
    number: int
    kind: VersionKind = Field(sa_column=coded(VersionKind))
    status: VersionStatus = Field(sa_column=coded(VersionStatus))
    template_name: str
    template_version: str
    terms: bytes = Field(description="Canonical JSON (RFC 8785).")
    terms_hash: str
    document_hash: str = Field(sa_column=sa.Column(sa.ForeignKey("contract_document.sha256"), nullable=False))
    bound: bytes = Field(description="Canonical JSON of all that a signature binds.")
    bound_hash: str = Field(unique=True)
    signed_document_hash: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("contract_document.sha256"), nullable=True)
    )
    amends_version_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("contract_version.id"), nullable=True)
    )
    proposed_by_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey(ORGANISATION_ID), nullable=False))
    proposed_by: str = Field(description="The user's id.")
    note: str | None = None
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    refusal: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class ContractSignature(SQLModel, table=True):
    """That a side has signed a version: who, when, with what, and which bytes."""

    __tablename__ = "contract_signature"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "side_number"),
        sa.Index("ix_contract_signature_contract", "contract_id"),
        sa.ForeignKeyConstraint(["contract_id", "side_number"], ["contract_side.contract_id", "contract_side.number"]),
    )
    id: str = Field(primary_key=True)
    version_id: str = Field(sa_column=sa.Column(sa.ForeignKey("contract_version.id"), nullable=False))
    contract_id: str
    side_number: int
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey(ORGANISATION_ID), nullable=False))
    user_id: str
    signatory_name: str
    means: SigningMeans = Field(sa_column=coded(SigningMeans))
    key_id: str | None = None
    bound_hash: str
    certificate: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    cms_hash: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("contract_document.sha256"), nullable=True)
    )
    signed_at: datetime = Field(sa_column=moment())
