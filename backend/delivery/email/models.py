"""Tables of e-mails: what was to be sent to whom and what came of it, and the addresses that are sent nothing."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, moment
from backend.delivery.email.codes import BounceKind, EmailFailure, EmailKind, EmailStatus

WAITS: Final = sa.text("status = 'waiting'")
UNDER_WAY: Final = sa.text("status = 'sending'")
HAS_ADDRESS: Final = sa.text("address_hash IS NOT NULL")


class Email(SQLModel, table=True):
    """One e-mail to one address. What it says is written from its events when it is sent, and never kept."""

    __tablename__ = "email"
    __table_args__ = (
        sa.Index("ix_email_due", "priority", "next_at", postgresql_where=WAITS, sqlite_where=WAITS),
        sa.Index("ix_email_under_way", "tried_at", postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
        sa.Index("ix_email_ended", "ended_at", postgresql_where=HAS_ADDRESS, sqlite_where=HAS_ADDRESS),
        sa.Index("ix_email_user_id", "user_id"),
    )
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    id: str = Field(unique=True)
    key: str = Field(unique=True, description="Of which events for whom it tells: the same again is the same e-mail.")
    message_id: str = Field(unique=True, description="RFC 5322's, made from the key: the same in each attempt.")
    kind: EmailKind = Field(sa_column=coded(EmailKind))
    priority: int = Field(sa_column=sa.Column(sa.SmallInteger, nullable=False))
    status: EmailStatus = Field(sa_column=coded(EmailStatus))
    failure: EmailFailure | None = Field(default=None, sa_column=coded(EmailFailure, nullable=True))
    reply: str | None = Field(default=None, description="Code and status of the last reply, without its text.")
    organisation_id: str | None = None
    user_id: str | None = None
    address_hash: str | None = Field(default=None, description="A keyed hash of the address; forgotten after a time.")
    frequency: str | None = Field(default=None, description="Of a digest: which.")
    more: int = Field(default=0, description="Events that it counts and does not list.")
    attempts: int = 0
    created_at: datetime = Field(sa_column=moment())
    next_at: datetime = Field(sa_column=moment(), description="When it is tried, while it waits.")
    due_at: datetime = Field(sa_column=moment(), description="When it was to go first.")
    tried_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    bounced_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class EmailItem(SQLModel, table=True):
    """One event that an e-mail tells its addressee of; nobody is told of an event by two e-mails."""

    __tablename__ = "email_item"
    __table_args__ = (sa.UniqueConstraint("event_id", "recipient"),)
    email_id: str = Field(
        sa_column=sa.Column(sa.ForeignKey("email.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    event_id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    recipient: str = Field(description="The member, as organisation/user, or the hash of an address.")
    category: str | None = Field(default=None, description="None: it cannot be switched off.")


class EmailAddress(SQLModel, table=True):
    """An address that e-mails came back from; `stopped_at`: nothing is sent there until it is confirmed again."""

    __tablename__ = "email_address"
    address_hash: str = Field(primary_key=True)
    soft_bounces: int = 0
    soft_since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    stopped_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    reason: BounceKind | None = Field(default=None, sa_column=coded(BounceKind, nullable=True))
