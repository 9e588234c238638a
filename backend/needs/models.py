"""The tables of needs, and of the organisations that a confidential one is shown to."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, fen, json_column, moment
from backend.needs.codes import BudgetVisibility, Language, NeedOutcome, NeedStatus, TakenDownBy
from backend.patents.codes import DealType


class Need(SQLModel, table=True):
    """What an organisation looks for, in plain words."""

    __tablename__ = "need"
    __table_args__ = (
        sa.Index("uq_need_reference", "organisation_id", "reference", unique=True,
                 postgresql_where=sa.text("reference IS NOT NULL"), sqlite_where=sa.text("reference IS NOT NULL")),
        sa.Index("ix_need_organisation", "organisation_id", "created_at", "id"),
        sa.Index("ix_need_status", "status", "id"),
        sa.Index("ix_need_ask_on", "ask_on"),
        sa.CheckConstraint("budget_min_fen IS NULL OR budget_max_fen IS NULL OR budget_min_fen <= budget_max_fen",
                           name="budget_in_order"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    organisation_id: str = Field(
        sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False), description="The asker."
    )
    created_by: str | None = Field(default=None, description="The user's id.")
    reference: str | None = Field(default=None, description="The asker's own number of it.")
    status: NeedStatus = Field(sa_column=coded(NeedStatus))
    title: str
    problem: str
    language: Language | None = Field(default=None, sa_column=coded(Language, nullable=True))
    abstract: str | None = Field(default=None, description="All that the public is shown of a confidential need.")
    tried: str | None = None
    ipc: list[str] = Field(default_factory=list, sa_column=json_column())
    technology_fields: list[int] = Field(default_factory=list, sa_column=json_column())
    clusters: list[str] = Field(default_factory=list, sa_column=json_column())
    deal_types: list[DealType] = Field(default_factory=list, sa_column=json_column())
    budget_min_fen: int | None = Field(default=None, sa_column=fen())
    budget_max_fen: int | None = Field(default=None, sa_column=fen())
    budget_visibility: BudgetVisibility = Field(sa_column=coded(BudgetVisibility))
    stage_min: int | None = None
    region: str | None = Field(default=None, description="GB/T 2260 code.")
    wanted_by: date | None = None
    confidential: bool
    created_at: datetime = Field(sa_column=moment())
    published_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    public_at: datetime | None = Field(
        default=None, sa_column=moment(nullable=True),
        description="Since when the public has been shown the need or its abstract; none: it is shown nothing.",
    )  # fmt: skip
    matched_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    erased_at: datetime | None = Field(
        default=None, sa_column=moment(nullable=True),
        description="Since when nothing of what it said is kept; its words are empty then.",
    )  # fmt: skip
    outcome: NeedOutcome | None = Field(default=None, sa_column=coded(NeedOutcome, nullable=True))
    taken_down_by: TakenDownBy | None = Field(default=None, sa_column=coded(TakenDownBy, nullable=True))
    status_reason: str | None = Field(default=None, description="Why the platform took it down.")
    mended: bool = Field(default=True, description="Whether it was changed since the platform took it down.")
    ask_on: date | None = Field(default=None, description="When the asker is next asked what became of it.")
    times_asked: int = Field(default=0, description="How often in a row, without an answer.")
    version: int = 1


class NeedShown(SQLModel, table=True):
    """That the asker named an organisation which sees a confidential need; it stays, ended, once it does no more."""

    __tablename__ = "need_shown"
    __table_args__ = (sa.Index("ix_need_shown_organisation", "organisation_id", "need_id"),)
    need_id: str = Field(sa_column=sa.Column(sa.ForeignKey("need.id"), primary_key=True))
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    named_at: datetime = Field(sa_column=moment())
    notified_at: datetime | None = Field(
        default=None, sa_column=moment(nullable=True), description="When it was first told of the need."
    )
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
