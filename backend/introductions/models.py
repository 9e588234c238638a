"""The tables of introductions, of the messages in them, and of the figures made from them."""

from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, json_column, moment
from backend.introductions.codes import ContactDetail, DeclineReason, EndReason, IntroductionStatus, MatchSide

LIVES: Final = "status IN ('asked', 'overdue', 'accepted')"
WAITS: Final = "status IN ('asked', 'overdue')"


class Introduction(SQLModel, table=True):
    """That one side of a match asked the other to meet, and what came of it."""

    __tablename__ = "introduction"
    __table_args__ = (
        sa.Index("uq_introduction_living", "match_id", unique=True,
                 postgresql_where=sa.text(LIVES), sqlite_where=sa.text(LIVES)),
        sa.Index("ix_introduction_match", "match_id", "asked_at"),
        sa.Index("ix_introduction_requester", "requester_organisation_id", "asked_at", "id"),
        sa.Index("ix_introduction_answerer", "answerer_organisation_id", "asked_at", "id"),
        sa.Index("ix_introduction_asked", "asked_at", "id"),
        sa.Index("ix_introduction_need", "need_id"),
        sa.Index("ix_introduction_listing_waiting", "listing_id",
                 postgresql_where=sa.text(WAITS), sqlite_where=sa.text(WAITS)),
        sa.CheckConstraint("requester_organisation_id <> answerer_organisation_id", name="between_two"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    match_id: str = Field(sa_column=sa.Column(sa.ForeignKey("need_match.id"), nullable=False))
    need_id: str = Field(sa_column=sa.Column(sa.ForeignKey("need.id"), nullable=False))
    listing_id: str = Field(sa_column=sa.Column(sa.ForeignKey("listing.id"), nullable=False))
    asked_by: MatchSide = Field(sa_column=coded(MatchSide))
    requester_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    answerer_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    status: IntroductionStatus = Field(sa_column=coded(IntroductionStatus))
    by_abstract: bool = Field(
        default=False, description="Whether the holder knew the need by its abstract alone when it was asked about."
    )
    message: str
    asked_at: datetime = Field(sa_column=moment())
    requester_user_id: str
    requester_shares: list[ContactDetail] = Field(default_factory=list, sa_column=json_column())
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    answerer_user_id: str | None = None
    answerer_shares: list[ContactDetail] = Field(default_factory=list, sa_column=json_column())
    accepted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decline_reason: DeclineReason | None = Field(default=None, sa_column=coded(DeclineReason, nullable=True))
    decline_note: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_because: EndReason | None = Field(default=None, sa_column=coded(EndReason, nullable=True))
    ended_by: MatchSide | None = Field(default=None, sa_column=coded(MatchSide, nullable=True))
    licence_id: str | None = Field(
        default=None, unique=True, description="The licence that took effect between the two sides afterwards."
    )
    contracted_on: date | None = None
    version: int = 1

    @property
    def is_anonymous(self) -> bool:
        """Whether it was asked of an organisation that the requester does not know."""
        return self.by_abstract and self.asked_by is MatchSide.LISTING

    @property
    def need_organisation_id(self) -> str:
        """The organisation whose need it is."""
        return self.requester_organisation_id if self.asked_by is MatchSide.NEED else self.answerer_organisation_id

    @property
    def holder_organisation_id(self) -> str:
        """The organisation whose listing it is."""
        return self.answerer_organisation_id if self.asked_by is MatchSide.NEED else self.requester_organisation_id


class IntroductionMessage(SQLModel, table=True):
    """What one side wrote to the other once the introduction was accepted."""

    __tablename__ = "introduction_message"
    __table_args__ = (sa.Index("ix_introduction_message_thread", "introduction_id", "number"),)
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    id: str = Field(unique=True)
    introduction_id: str = Field(sa_column=sa.Column(sa.ForeignKey("introduction.id"), nullable=False))
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    user_id: str
    text: str
    sent_at: datetime = Field(sa_column=moment())
