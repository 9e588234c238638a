"""Tables of webhooks and their deliveries, and of the inbox: how organisations and their members are told of events."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, json_column, moment
from backend.delivery.email.codes import EmailLanguage
from backend.delivery.webhooks.codes import DeliveryFailure, DeliveryStatus, DisabledBecause, WebhookStatus

WAITS: Final = sa.text("status = 'waiting'")
ASKED: Final = sa.text("verification_due_at IS NOT NULL")


class Webhook(SQLModel, table=True):
    """An address that an organisation's events are sent to."""

    __tablename__ = "webhook"
    __table_args__ = (sa.Index("ix_webhook_asked", "verification_due_at", postgresql_where=ASKED, sqlite_where=ASKED),)
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False, index=True))
    url: str
    types: list[str] = Field(sa_column=json_column(), description="Kinds of events or of things; empty: all.")
    description: str | None = None
    status: WebhookStatus = Field(sa_column=coded(WebhookStatus))
    disabled_because: DisabledBecause | None = Field(default=None, sa_column=coded(DisabledBecause, nullable=True))
    after: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False), description="Told of what comes behind it.")
    secret_number: int = Field(default=1, description="Which secret in turn signs.")
    secret_changed_at: datetime = Field(sa_column=moment())
    failing_since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    created_at: datetime = Field(sa_column=moment())
    verified_at: datetime | None = Field(
        default=None, sa_column=moment(nullable=True), description="When the present address answered with its token."
    )
    verification_number: int = Field(default=0, description="How often the webhook was asked for its token.")
    verification_due_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    verification_sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    verification_answered: int | None = Field(default=None, description="The status of the answer.")
    verification_failure: DeliveryFailure | None = Field(default=None, sa_column=coded(DeliveryFailure, nullable=True))
    version: int = 1


class Delivery(SQLModel, table=True):
    """One event for one webhook."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event_id"),
        sa.UniqueConstraint("webhook_id", "subject", "sequence"),
        sa.Index("ix_delivery_due", "webhook_id", "next_at", postgresql_where=WAITS, sqlite_where=WAITS),
        sa.Index("ix_delivery_of_webhook", "webhook_id", "number"),
    )
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    id: str = Field(unique=True)
    webhook_id: str = Field(sa_column=sa.Column(sa.ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False))
    event_id: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    type: str
    subject: str
    sequence: int = Field(description="Which event of its subject this is for the webhook: 1, 2, …")
    status: DeliveryStatus = Field(sa_column=coded(DeliveryStatus))
    attempts: int = 0
    next_at: datetime = Field(sa_column=moment(), description="When it is tried again, while it waits.")
    answered: int | None = Field(default=None, description="The status of the last answer.")
    failure: DeliveryFailure | None = Field(default=None, sa_column=coded(DeliveryFailure, nullable=True))
    created_at: datetime = Field(sa_column=moment())
    tried_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    delivered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


PATENT: Final = "patent"  # in a message's data: the names of the patent that it speaks of, as of then


class Message(SQLModel, table=True):
    """One event as the members of an organisation are told of it."""

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "event_id"),
        sa.Index("ix_message_inbox", "organisation_id", "number"),
        sa.Index("ix_message_at", "at"),
        {"sqlite_autoincrement": True},  # a number is never given again, or a new message would pass for read
    )
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    id: str = Field(unique=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    event_id: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    type: str
    category: str
    subject: str
    data: dict[str, Any] = Field(sa_column=json_column())
    actor: str | None = Field(default=None, description="The user who did it, who is not told of it.")
    user_id: str | None = Field(
        default=None, description="The one member who sees it; none: every member of the organisation."
    )
    at: datetime = Field(sa_column=moment())


class MessageMark(SQLModel, table=True):
    """That a member has read a message behind the place through which he has read all."""

    __tablename__ = "message_mark"
    number: int = Field(sa_column=sa.Column(BIG, sa.ForeignKey("message.number", ondelete="CASCADE"), primary_key=True))
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), primary_key=True))


class Inbox(SQLModel, table=True):
    """How far a member has read, and what he does not want to be told."""

    __tablename__ = "inbox"
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), primary_key=True))
    read_through: int = Field(default=0, sa_column=sa.Column(sa.BigInteger, nullable=False))
    off: list[str] = Field(default_factory=list, sa_column=json_column(), description="Categories switched off.")
    email: dict[str, str] = Field(
        default_factory=dict, sa_column=json_column(), description="By category how often e-mails tell, where chosen."
    )
    language: EmailLanguage = Field(default=EmailLanguage.ZH, sa_column=coded(EmailLanguage))
    version: int = 1
