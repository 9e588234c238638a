"""Tables of rights: what burdens a patent, what holds conflicting grants apart, and consents."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DATERANGE, INT4MULTIRANGE, INT8MULTIRANGE
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, json_column, moment
from backend.rights.codes import Act, ConsentState, LicenceType, Origin, RightKind


class RightEntry(SQLModel, table=True):
    """One entry of the ledger; never overwritten: it ends, or another one corrects it."""

    __tablename__ = "right_entry"
    __table_args__ = (
        sa.Index("ix_right_entry_patent", "patent_id", "recorded_at", "id"),
        sa.Index("ix_right_entry_party", "party_id"),
    )
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False))
    kind: RightKind = Field(sa_column=coded(RightKind))
    origin: Origin = Field(sa_column=coded(Origin))
    licence_type: LicenceType | None = Field(default=None, sa_column=coded(LicenceType, nullable=True))
    party_id: str | None = Field(default=None, sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=True))
    grantors: list[str] = Field(default_factory=list, sa_column=json_column(), description="Party ids.")
    territory: list[str] = Field(default_factory=list, sa_column=json_column(), description="GB/T 2260; empty: all.")
    fields: list[int] = Field(default_factory=list, sa_column=json_column(), description="WIPO fields; empty: all.")
    working: list[str] = Field(default_factory=list, sa_column=json_column(), description="Empty: every way.")
    sub_licensing: bool = False
    own_working: bool = Field(default=False, description="In place of a sole licensor's own working.")
    carves_out: list[str] = Field(default_factory=list, sa_column=json_column(), description="Entries left standing.")
    starts_on: date
    ends_on: date | None = Field(default=None, description="The last day; none: not limited in time.")
    effective_on: date
    announced_on: date | None = None
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str = Field(description="The organisation's id.")
    source: str
    number: str | None = Field(default=None, description="Under which the office has it.")
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    terms_hash: str | None = None
    granted_for: str | None = Field(default=None, description="The thing of another domain that it belongs to.")
    conflicts: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=json_column(), description="What stood against it when it was recorded."
    )
    confirmed: list[str] = Field(
        default_factory=list, sa_column=json_column(), description="What the grantor confirmed."
    )
    signed_by: list[str] = Field(default_factory=list, sa_column=json_column(), description="Of an agreement: parties.")
    ended_on: date | None = Field(default=None, description="The first day on which it held no more.")
    ended_because: str | None = None
    end_recorded_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    end_recorded_by: str | None = None
    corrects: str | None = None
    corrected_by: str | None = None
    corrected_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class RightClaim(SQLModel, table=True):
    """What a grant made here takes of its patent, so that the database itself holds conflicting grants apart.

    PostgreSQL only. Slots: an exclusive licence takes all of them, a sole one all but the first, which is for the one
    ordinary licence in place of own working; every other takes one of its own. What is carved out is left free.
    """

    __tablename__ = "right_claim"
    id: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    right_id: str = Field(sa_column=sa.Column(sa.ForeignKey("right_entry.id"), nullable=False, unique=True))
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False, index=True))
    slots: Any = Field(sa_column=sa.Column(sa.Text().with_variant(INT8MULTIRANGE(), "postgresql"), nullable=False))
    period: Any = Field(sa_column=sa.Column(sa.Text().with_variant(DATERANGE(), "postgresql"), nullable=False))
    territory: Any = Field(sa_column=sa.Column(sa.Text().with_variant(INT4MULTIRANGE(), "postgresql"), nullable=False))
    fields: Any = Field(sa_column=sa.Column(sa.Text().with_variant(INT4MULTIRANGE(), "postgresql"), nullable=False))
    working: Any = Field(sa_column=sa.Column(sa.Text().with_variant(INT4MULTIRANGE(), "postgresql"), nullable=False))


class Consent(SQLModel, table=True):
    """That a party is asked to consent to an act on exact terms, and what it answered."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.Index("ix_consent_patent", "patent_id", "id"),
        sa.Index("ix_consent_party", "party_id", "asked_at", "id"),
        sa.Index("ix_consent_asker", "asked_by", "asked_at", "id"),
        sa.Index("ix_consent_asked", "asked_at", "id"),
    )
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False))
    act: Act = Field(sa_column=coded(Act))
    party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    asked_by: str = Field(description="The organisation's id.")
    terms: dict[str, Any] = Field(sa_column=json_column())
    terms_hash: str
    note: str | None = None
    state: ConsentState = Field(sa_column=coded(ConsentState))
    asked_at: datetime = Field(sa_column=moment())
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    answered_by: str | None = Field(default=None, description="The organisation that answered, or recorded the answer.")
    on_evidence: bool = Field(default=False, description="Recorded for a party off the platform.")
    reason: str | None = None
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    used_by: str | None = Field(default=None, description="The thing that rests on it.")
    revoked_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1
