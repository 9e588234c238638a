"""The table of what was done: append only, for contracts and for what domains above add about their own things."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, json_column, moment


class TimelineEntry(SQLModel, table=True):
    """One thing that was done: by whom, when, what it changed, and which files it left."""

    __tablename__ = "timeline_entry"
    __table_args__ = (sa.Index("ix_timeline_entry_subject", "subject", "number"),)
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    subject: str = Field(description="The thing's id.")
    kind: str = Field(description="What was done, as the event of it is called.")
    organisation_id: str | None = None
    user_id: str | None = None
    key_id: str | None = None
    old: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    new: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    at: datetime = Field(sa_column=moment())
