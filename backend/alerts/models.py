"""Tables of alerts: what their owners want to know, what their results hold, and what was found."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.alerts.codes import AlertFrequency, AlertKind, HitChange
from backend.core.database.columns import BIG, coded, fen, json_column, moment

UNNOTIFIED = sa.text("notified_at IS NULL")


class Alert(SQLModel, table=True):
    """A saved search, or a watch on a patent, a holder or a class; one member's own."""

    __tablename__ = "alert"
    __table_args__ = (
        sa.Index("ix_alert_owner", "user_id", "organisation_id", "created_at", "id"),
        sa.Index("ix_alert_organisation", "organisation_id"),
        sa.Index("ix_alert_patent", "patent_id", postgresql_where=sa.text("patent_id IS NOT NULL"),
                 sqlite_where=sa.text("patent_id IS NOT NULL")),
        sa.Index("ix_alert_holder", "holder_id", postgresql_where=sa.text("holder_id IS NOT NULL"),
                 sqlite_where=sa.text("holder_id IS NOT NULL")),
        sa.Index("ix_alert_due", "notify_at", postgresql_where=sa.text("notify_at IS NOT NULL"),
                 sqlite_where=sa.text("notify_at IS NOT NULL")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), nullable=False))
    kind: AlertKind = Field(sa_column=coded(AlertKind))
    name: str
    query: dict[str, Any] = Field(sa_column=json_column(), description="What is sought, as its owner gave it.")
    query_hash: bytes = Field(description="Equal for alerts that seek the same in the same index.")
    patent_id: str | None = Field(default=None, sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=True))
    holder_id: str | None = Field(default=None, description="The organisation or party whose patents are watched.")
    frequency: AlertFrequency = Field(sa_column=coded(AlertFrequency))
    paused: bool = False
    run: int = Field(default=1, description="Rises whenever it begins again: at its creation, and after a pause.")
    started_at_event: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True),
        description="The place in the stream from which it looks at changes; none: not begun.",
    )  # fmt: skip
    known_from: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True),
        description="From this place on all that it finds is kept; none: it finds more than is kept.",
    )  # fmt: skip
    waiting_since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    notify_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    more_hits: int = Field(default=0, description="Hits of the next digest that are counted and not kept.")
    created_at: datetime = Field(sa_column=moment())
    version: int = 1


class AlertMatch(SQLModel, table=True):
    """Something that the search of an alert finds, as it was when it was last looked at."""

    __tablename__ = "alert_match"
    __table_args__ = (sa.Index("ix_alert_match_subject", "subject"),)
    alert_id: str = Field(sa_column=sa.Column(sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True))
    subject: str = Field(primary_key=True, description="The id of a patent or a need.")
    price_fen: int | None = Field(default=None, sa_column=fen())
    open_licence: bool = False


class AlertHit(SQLModel, table=True):
    """Something new that an alert found: what, why, and when its owner was notified."""

    __tablename__ = "alert_hit"
    __table_args__ = (
        sa.UniqueConstraint("alert_id", "subject", "change", "event_id"),
        sa.Index("uq_alert_hit_unnotified", "alert_id", "subject", "change", unique=True,
                 postgresql_where=UNNOTIFIED, sqlite_where=UNNOTIFIED),
        sa.Index("ix_alert_hit_alert", "alert_id", "number"),
        sa.Index("ix_alert_hit_found_at", "found_at"),
    )  # fmt: skip
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    alert_id: str = Field(sa_column=sa.Column(sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False))
    subject: str = Field(description="The id of a patent or a need.")
    change: HitChange = Field(sa_column=coded(HitChange))
    event_id: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False), description="What brought it about.")
    source_organisation_id: str | None = Field(default=None, description="Whose import the digest waits for.")
    found_at: datetime = Field(sa_column=moment())
    notified_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
