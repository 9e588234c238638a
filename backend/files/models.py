"""Tables of files: what was uploaded, what it is attached to, and who read it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, moment


class StoredFile(SQLModel, table=True):
    """A file as an organisation uploaded it; never changed."""

    __tablename__ = "file"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "sha256"),
        sa.Index("ix_file_organisation", "organisation_id", "uploaded_at", "id"),
        sa.Index("ix_file_sha256", "sha256"),
    )
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    sha256: str = Field(description="Of its bytes, in hexadecimal digits: the blob's name.")
    size: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    media_type: str
    filename: str
    description: str | None = None
    uploaded_by: str = Field(description="The user's id.")
    uploaded_at: datetime = Field(sa_column=moment())


class FileAttachment(SQLModel, table=True):
    """That a file belongs to a thing of another domain, whose readers may read it."""

    __tablename__ = "file_attachment"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject", "file_id"),
        sa.Index("ix_file_attachment_file", "file_id"),
    )
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    file_id: str = Field(sa_column=sa.Column(sa.ForeignKey("file.id"), nullable=False))
    kind: str = Field(description="holding | assessment | … : which domain's rule says who may read it.")
    subject: str = Field(description="The thing's id.")
    attached_at: datetime = Field(sa_column=moment())
    attached_by: str = Field(description="The user's id.")


class FileAccess(SQLModel, table=True):
    """That somebody was given a file's content."""

    __tablename__ = "file_access"
    __table_args__ = (sa.Index("ix_file_access_file", "file_id", "number"),)
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    file_id: str = Field(sa_column=sa.Column(sa.ForeignKey("file.id"), nullable=False))
    user_id: str
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    key_id: str | None = Field(default=None, description="The API key, where a program read it.")
    at: datetime = Field(sa_column=moment())
