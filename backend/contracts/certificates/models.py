"""The tables of signing certificates, and of what was prepared to be signed with them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.contracts.codes import SubjectMatch
from backend.core.database.columns import coded, moment


class OrganisationCertificate(SQLModel, table=True):
    """The certificate with which an organisation signs; its private key is never here."""

    __tablename__ = "organisation_certificate"
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    certificate: bytes = Field(description="DER.")
    intermediates: bytes = Field(description="PEM of those between it and the root.")
    sha256: str
    subject: str
    issuer: str
    serial_number: str = Field(description="Hexadecimal.")
    matched_by: SubjectMatch = Field(sa_column=coded(SubjectMatch))
    not_before: datetime = Field(sa_column=moment())
    not_after: datetime = Field(sa_column=moment())
    entered_by: str = Field(description="The user's id.")
    entered_at: datetime = Field(sa_column=moment())
    version: int = 1


class SignaturePreparation(SQLModel, table=True):
    """A paper with room for a signature by certificate, until that comes: at most one for each side of a version."""

    __tablename__ = "signature_preparation"
    version_id: str = Field(sa_column=sa.Column(sa.ForeignKey("contract_version.id"), primary_key=True))
    side_number: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    certificate_sha256: str
    base_document_hash: str = Field(description="The paper that it adds to.")
    paper: bytes = Field(description="The paper with the room for the signature.")
    document_digest: bytes
    region_start: int
    region_end: int
    signed_attributes: bytes = Field(description="DER of the CMS attributes, which are signed.")
    expires_at: datetime = Field(sa_column=moment(index=True))
