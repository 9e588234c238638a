"""The tables of matches: pairs of a need and a listing that somebody was shown or told, and what was said of them."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, json_column, moment
from backend.matching.codes import FeedbackReason, MatchVerdict, StandingSide

PENDING: Final = sa.text("pending_since IS NOT NULL")


class Match(SQLModel, table=True):
    """A need and a listing that may meet: its id is kept from the first time that either side was shown the pair."""

    __tablename__ = "need_match"
    __table_args__ = (
        sa.UniqueConstraint("need_id", "listing_id"),
        sa.Index("ix_need_match_listing", "listing_id"),
    )
    id: str = Field(primary_key=True)
    need_id: str = Field(sa_column=sa.Column(sa.ForeignKey("need.id"), nullable=False))
    listing_id: str = Field(sa_column=sa.Column(sa.ForeignKey("listing.id"), nullable=False))
    created_at: datetime = Field(sa_column=moment())


class MatchFeedback(SQLModel, table=True):
    """What one side says of a match; a later word takes the place of an earlier one."""

    __tablename__ = "match_feedback"
    match_id: str = Field(sa_column=sa.Column(sa.ForeignKey("need_match.id"), primary_key=True))
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    given_by: str | None = Field(default=None, description="The user's id.")
    verdict: MatchVerdict = Field(sa_column=coded(MatchVerdict))
    reasons: list[FeedbackReason] = Field(default_factory=list, sa_column=json_column())
    note: str | None = None
    given_at: datetime = Field(sa_column=moment())


class MatchingSetting(SQLModel, table=True):
    """How a person wants to be shown matches; who never said so has no row."""

    __tablename__ = "matching_setting"
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), primary_key=True))
    order_by_feedback: bool
    version: int = 1


class StandingPair(SQLModel, table=True):
    """A pair as it stood when it was last evaluated by itself, for one side, and when that side was last told of it."""

    __tablename__ = "standing_pair"
    __table_args__ = (
        sa.Index("ix_standing_pair_listing", "listing_id"),
        sa.Index("ix_standing_pair_pending", "pending_since", "need_id", postgresql_where=PENDING,
                 sqlite_where=PENDING),
    )  # fmt: skip
    need_id: str = Field(sa_column=sa.Column(sa.ForeignKey("need.id"), primary_key=True))
    listing_id: str = Field(sa_column=sa.Column(sa.ForeignKey("listing.id"), primary_key=True))
    side: StandingSide = Field(sa_column=coded(StandingSide, primary_key=True))
    by_abstract: bool = Field(description="Whether the holder may know a confidential need by no more than that.")
    points: int = Field(description="Hundredths of a point of the whole score, as that side may know it.")
    barriers: list[str] = Field(default_factory=list, sa_column=json_column(), description="What stood in its way.")
    barriers_since_told: list[str] = Field(
        default_factory=list, sa_column=json_column(), description="What did so at any time since that side was told."
    )
    is_present: bool = Field(description="Whether it was a match when it was last evaluated.")
    pending_since: datetime | None = Field(
        default=None,
        sa_column=moment(nullable=True),
        description="From when on it waits to be told; none: it does not.",
    )
    told_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    told_points: int | None = None
