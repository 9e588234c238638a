"""Tables of open licences: declarations with their steps and duties, and the notices given under them."""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, fen, json_column, moment
from backend.open_licences.states import NoticeStatus, OpenStatus

LIVING: Final = "status IN ('submitted', 'filed', 'announced', 'withdrawal_filed')"


def _patent() -> Any:
    return sa.Column(sa.ForeignKey("patent.id"), nullable=False, index=True)


class OpenLicence(SQLModel, table=True):
    """A holder's declaration that anybody may work the patent on announced terms (Patent Law, art. 50)."""

    __tablename__ = "open_licence"
    __table_args__ = (
        sa.Index("uq_open_licence_living", "patent_id", unique=True, postgresql_where=sa.text(LIVING),
                 sqlite_where=sa.text(LIVING)),
        sa.Index("ix_open_licence_organisation", "organisation_id", "created_at", "id"),
        sa.Index("ix_open_licence_created", "created_at", "id"),
        sa.Index("ix_open_licence_available", "created_at", "id", postgresql_where=sa.text("available"),
                 sqlite_where=sa.text("available")),
        sa.Index("ix_open_licence_status", "status", "checked_on"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=_patent())
    organisation_id: str = Field(description="The holder that leads it.")
    status: OpenStatus = Field(sa_column=coded(OpenStatus))
    holders: list[str] = Field(default_factory=list, sa_column=json_column(), description="Party ids, once submitted.")
    fee: dict[str, Any] = Field(sa_column=json_column())
    fee_explanation: str | None = None
    ceiling_override_reason: str | None = None
    ends_on: date | None = Field(default=None, description="The last day of the licence term.")
    contact: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    undertaking: bool = False
    other: str | None = None
    confirmed: list[str] = Field(default_factory=list, sa_column=json_column())
    terms: dict[str, Any] = Field(sa_column=json_column(), description="What is hashed.")
    terms_version: int = 1
    terms_hash: str
    example: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    replaces: str | None = None
    declaration_number: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    filed_on: date | None = None
    announced_on: date | None = None
    withdrawn_on: date | None = Field(default=None, description="When the withdrawal was announced, or what ended it.")
    ended_reason: str | None = None
    withdrawal: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    right_id: str | None = None
    available: bool = Field(default=False, description="Whether it can be taken here now.")
    unavailable: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    checked_on: date | None = Field(default=None, description="When time alone was last asked.")
    created_at: datetime = Field(sa_column=moment())
    version: int = 1


class OpenLicenceStep(SQLModel, table=True):
    """One step of a declaration: on which day it happened, when it was recorded, by whom; kept for good."""

    __tablename__ = "open_licence_step"
    id: int | None = Field(default=None, primary_key=True)
    open_licence_id: str = Field(sa_column=sa.Column(sa.ForeignKey("open_licence.id"), nullable=False, index=True))
    step: str
    status: OpenStatus = Field(sa_column=coded(OpenStatus), description="Which it led to.")
    happened_on: date
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str
    by_authority: bool = False
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class Duty(SQLModel, table=True):
    """What a declarant has to do because a bar arose: withdraw, and tell the licensees (Guidelines V-11, 2(2))."""

    __tablename__ = "open_licence_duty"
    __table_args__ = (
        sa.Index("ix_open_licence_duty_open", "due_on", postgresql_where=sa.text("ended_at IS NULL"),
                 sqlite_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    open_licence_id: str = Field(sa_column=sa.Column(sa.ForeignKey("open_licence.id"), nullable=False, index=True))
    kind: str = Field(description="withdraw | notify_licensees")
    because: list[str] = Field(sa_column=json_column(), description="Codes of the rules.")
    opened_at: datetime = Field(sa_column=moment())
    due_on: date
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    outcome: str | None = Field(default=None, description="done | lifted")
    overdue_told: bool = False


class Notice(SQLModel, table=True):
    """A licensee's written notice: it freezes the terms and the quote (Patent Law, art. 51(1))."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index("ix_notice_licensee", "licensee_organisation_id", "given_at", "id"),
        sa.Index("ix_notice_licensor", "licensor_organisation_id", "given_at", "id"),
        sa.Index("ix_notice_given", "given_at", "id"),
        sa.Index("ix_notice_waiting", "pay_by", postgresql_where=sa.text("status = 'given'"),
                 sqlite_where=sa.text("status = 'given'")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    open_licence_id: str = Field(sa_column=sa.Column(sa.ForeignKey("open_licence.id"), nullable=False, index=True))
    patent_id: str = Field(sa_column=_patent())
    licensor_organisation_id: str
    licensee_organisation_id: str
    licensee_party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    status: NoticeStatus = Field(sa_column=coded(NoticeStatus))
    status_reason: str | None = None
    terms_version: int
    terms_hash: str
    quote: dict[str, Any] = Field(sa_column=json_column())
    use: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    starts_on: date
    ends_on: date
    given_on: date
    given_at: datetime = Field(sa_column=moment())
    given_by: str
    message: str | None = None
    export_registration: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    due_at_start_fen: int = Field(sa_column=fen(nullable=False))
    paid_fen: int = Field(default=0, sa_column=fen(nullable=False))
    pay_by: date | None = None
    ended_on: date | None = None
    licence_id: str | None = None
    version: int = 1
