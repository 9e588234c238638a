"""Tables of the catalogue: what the register says, who holds it, and what can be had."""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, fen, json_column, moment
from backend.patents.codes import DealType, EventKind, HoldingState, LegalStatus, ListingStatus, PatentKind

ESTABLISHED: Final = ""  # in place of the organisation to which a row is private
__all__ = ["DealType", "EventKind", "HoldingState", "LegalStatus", "ListingStatus", "PatentKind"]  # read from here too


class Patent(SQLModel, table=True):
    """What the register says: one established row for everybody, or a row that only its author and offices see."""

    __tablename__ = "patent"
    __table_args__ = (
        sa.UniqueConstraint("office", "application_number", "private_to"),
        sa.UniqueConstraint("office", "publication_number", "private_to"),
        sa.UniqueConstraint("office", "grant_number", "private_to"),
        sa.Index("ix_patent_private_to", "private_to", "id", postgresql_where=sa.text("private_to <> ''"),
                 sqlite_where=sa.text("private_to <> ''")),
        sa.Index("ix_patent_next_check", "next_check", postgresql_where=sa.text("next_check IS NOT NULL"),
                 sqlite_where=sa.text("next_check IS NOT NULL")),
        sa.Index("ix_patent_merged_into", "merged_into", postgresql_where=sa.text("merged_into IS NOT NULL"),
                 sqlite_where=sa.text("merged_into IS NOT NULL")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    private_to: str = Field(
        default="",
        sa_column_kwargs={"server_default": ""},
        description="Empty where the row is established; else the organisation that entered it, which alone sees it.",
    )
    office: str = Field(default="CN", description="WIPO ST.3 code.")
    application_number: str | None = Field(default=None, description="Canonical, with the dot: 201710601862.3.")
    publication_number: str | None = Field(default=None, description="Canonical: CN107123456A.")
    grant_number: str | None = Field(default=None, description="Canonical: CN107123456B.")
    kind: PatentKind | None = Field(default=None, sa_column=coded(PatentKind, nullable=True))
    title: str
    title_en: str | None = None
    abstract: str | None = None
    abstract_en: str | None = None
    first_claim: str | None = None
    ipc: list[str] = Field(default_factory=list, sa_column=json_column(), description="Symbols such as H01M10/0525.")
    inventors: list[str] = Field(default_factory=list, sa_column=json_column())
    applicants: list[str] = Field(default_factory=list, sa_column=json_column(), description="Names on the register.")
    filing_date: date | None = None
    publication_date: date | None = None
    grant_date: date | None = None
    expiry_date: date | None = Field(default=None, description="Computed from kind and filing date, unless overridden.")
    expiry_override: date | None = None
    expiry_override_reason: str | None = None
    legal_status: LegalStatus = Field(default=LegalStatus.UNKNOWN, sa_column=coded(LegalStatus, index=True))
    status_since: date | None = None
    status_source: str | None = Field(default=None, description="Where the status was learnt.")
    status_checked_on: date | None = None
    annuity_paid_through: date | None = Field(
        default=None, description="Until this day (exclusive) the recorded annuities keep the right alive."
    )
    annuity_due_on: date | None = Field(default=None, index=True, description="When the next unpaid annuity falls due.")
    next_check: date | None = Field(default=None, description="The day on which time alone changes something.")
    facts_by: str | None = Field(default=None, description="The organisation that entered the register facts.")
    set_by: dict[str, str] | None = Field(
        default=None, sa_column=json_column(nullable=True), description="Who set a fact, where it matters: a SetBy."
    )
    merged_into: str | None = None
    created_at: datetime = Field(sa_column=moment())
    updated_at: datetime = Field(sa_column=moment())
    version: int = 1

    @property
    def is_established(self) -> bool:
        """Whether it is everybody's row, and not its author's alone."""
        return self.private_to == ESTABLISHED


class Holding(SQLModel, table=True):
    """That a party holds a patent: with what share, since when, how sure."""

    __tablename__ = "holding"
    __table_args__ = (
        sa.Index("uq_holding_living", "patent_id", "party_id", unique=True,
                 postgresql_where=sa.text("state <> 'ended'"), sqlite_where=sa.text("state <> 'ended'")),
        sa.Index("ix_holding_organisation", "organisation_id", "patent_id"),
        sa.Index("ix_holding_patent", "patent_id"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False))
    party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    organisation_id: str | None = Field(
        default=None, description="The party's organisation, where it is on the platform."
    )
    state: HoldingState = Field(sa_column=coded(HoldingState))
    share_numerator: int | None = None
    share_denominator: int | None = None
    evidence: str | None = None
    dispute_reason: str | None = None
    effective_on: date | None = None
    announced_on: date | None = None
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str | None = None
    ended_on: date | None = None
    ended_because: str | None = None
    end_recorded_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class LegalEvent(SQLModel, table=True):
    """One thing that the register announced; entered once, never changed."""

    __tablename__ = "legal_event"
    __table_args__ = (
        sa.UniqueConstraint("patent_id", "digest"),
        sa.Index("ix_legal_event_patent", "patent_id", "effective_on"),
    )
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False))
    kind: EventKind = Field(sa_column=coded(EventKind))
    effective_on: date
    announced_on: date | None = None
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str | None = Field(default=None, description="Organisation id.")
    source: str
    by_authority: bool = False
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    digest: bytes = Field(description="Hash of kind, day and details: an event seen twice counts once.")


class Listing(SQLModel, table=True):
    """Its holder's statement that a patent can be had, and on what footing."""

    __tablename__ = "listing"
    __table_args__ = (
        sa.Index("uq_listing_living", "patent_id", unique=True,
                 postgresql_where=sa.text("status NOT IN ('delisted', 'refused')"),
                 sqlite_where=sa.text("status NOT IN ('delisted', 'refused')")),
        sa.Index("ix_listing_organisation", "organisation_id", "status"),
        sa.Index("ix_listing_status", "status", "listed_at"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False, index=True))
    organisation_id: str = Field(description="The holder that leads it.")
    status: ListingStatus = Field(sa_column=coded(ListingStatus))
    status_reason: str | None = None
    suspended_by: str | None = Field(default=None, description="holder | platform | legal_status: who may resume it.")
    deal_types: list[str] = Field(default_factory=list, sa_column=json_column())
    price_fen: int | None = Field(default=None, sa_column=fen())
    price_note: str | None = None
    stage: int | None = Field(default=None, description="Technology readiness level, 1 to 9.")
    clusters: list[str] = Field(default_factory=list, sa_column=json_column())
    keywords: list[str] = Field(default_factory=list, sa_column=json_column())
    summary: str | None = None
    summary_en: str | None = None
    created_at: datetime = Field(sa_column=moment())
    submitted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    listed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class PatentAvailability(SQLModel, table=True):
    """What is shown beside a patent of what can be had of it; written by the domains that know."""

    __tablename__ = "standing_offer"
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), primary_key=True))
    open_licence: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    barred: dict[str, list[str]] = Field(
        default_factory=dict, sa_column=json_column(), description="Footing → codes of the rules that refuse it."
    )
    checked_on: date | None = Field(default=None, index=True, description="When something barred was last asked after.")


class Assessment(SQLModel, table=True):
    """A stock-taking grade: who graded, when, by what method."""

    __tablename__ = "assessment"
    __table_args__ = (sa.Index("ix_assessment_patent", "patent_id", "assessed_on"),)
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False))
    organisation_id: str = Field(index=True)
    grade: str
    method: str
    assessor: str = Field(description="The person or body that graded.")
    assessed_on: date
    note: str | None = None
    recorded_at: datetime = Field(sa_column=moment())


class BulkTarget(SQLModel, table=True):
    """One of the patents or listings that a piece of bulk work is about, in the order of the work."""

    __tablename__ = "bulk_target"
    job_id: str = Field(sa_column=sa.Column(sa.ForeignKey("job.id"), primary_key=True))
    number: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    subject: str
