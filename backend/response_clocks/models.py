"""The tables of clocks: one for each answer that somebody waits for, and how organisations answer."""

from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, moment
from backend.response_clocks.codes import StopReason

RUNS: Final = "stopped_at IS NULL"


class ResponseClock(SQLModel, table=True):
    """The clock of one answer: who waits for it, who owes it, until when, and what became of it."""

    __tablename__ = "response_clock"
    __table_args__ = (
        sa.Index("uq_response_clock_running", "kind", "about", "asker_organisation_id", "organisation_id", unique=True,
                 postgresql_where=sa.text(RUNS), sqlite_where=sa.text(RUNS)),
        sa.Index("ix_response_clock_organisation", "organisation_id", "asked_on"),
        sa.Index("ix_response_clock_next_check", "next_check", postgresql_where=sa.text("next_check IS NOT NULL"),
                 sqlite_where=sa.text("next_check IS NOT NULL")),
        sa.CheckConstraint("asker_organisation_id <> organisation_id", name="of_another"),
    )  # fmt: skip
    subject: str = Field(primary_key=True, description="The id of what was asked, such as an introduction's.")
    kind: str = Field(description="What kind of thing that is, as its domain calls it.")
    about: str = Field(description="The id of what it is asked about: there is one running clock of a pair about it.")
    asker_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    organisation_id: str = Field(
        sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False), description="Who owes the answer."
    )
    asked_at: datetime = Field(sa_column=moment())
    asked_on: date
    answer_days: int
    due_on: date
    provisional: bool = Field(description="Whether the calendar of the days until then was not yet known.")
    counts: bool = Field(description="Whether both sides were verified then.")
    reminded_on: date | None = None
    overdue_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    next_check: date | None = None
    stopped_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    stopped_because: StopReason | None = Field(default=None, sa_column=coded(StopReason, nullable=True))
    answered_on: date | None = None
    working_days: int | None = Field(default=None, description="How many the answer took.")
    paused_on: date | None = Field(default=None, description="Since when it stands, while the asker owes something.")
    paused_days: int = Field(default=0, description="Working days for which it stood, which do not count.")


class AnswerDays(SQLModel, table=True):
    """Within how many working days an organisation answers, by its own word."""

    __tablename__ = "answer_days"
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    days: int | None = Field(default=None, description="None: as the platform has it.")
    version: int = 1


class OrganisationResponsiveness(SQLModel, table=True):
    """How an organisation answered in the time before a day, as counted once for that day."""

    __tablename__ = "organisation_responsiveness"
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    as_of: date = Field(index=True, description="What was decided before this day counts.")
    questions: int
    in_time: int
    median_days: int | None = None
