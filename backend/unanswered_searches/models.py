"""The tables of unanswered searches: what was sought, never by whom."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded
from backend.unanswered_searches.codes import Cause, WordsLanguage
from backend.unanswered_searches.rules import LEAST_CALLERS


class UnansweredSearch(SQLModel, table=True):
    """Words that found nothing; what tells its callers apart is thrown away with the fifth, and within thirty days."""

    __tablename__ = "unanswered_search"
    __table_args__ = (
        sa.CheckConstraint(f"callers BETWEEN 0 AND {LEAST_CALLERS}", name="callers"),
        sa.CheckConstraint("(marks IS NULL) = (salt IS NULL)", name="marks"),
        sa.CheckConstraint(f"(marks IS NULL) = (callers IN (0, {LEAST_CALLERS}))", name="forgotten"),
        sa.Index("ix_unanswered_search_rarest", "callers", "last_on", "id"),
    )
    id: str = Field(primary_key=True, description="Of the text and the cause.")
    text: str
    cause: Cause = Field(sa_column=coded(Cause))
    language: WordsLanguage = Field(sa_column=coded(WordsLanguage))
    since: date = Field(description="The day from which callers are told apart.")
    last_on: date
    callers: int = Field(0, description="Told apart since then; five stands for five and more.")
    marks: bytes | None = Field(None, sa_column=sa.Column(sa.LargeBinary), description="A byte of each, below five.")
    salt: bytes | None = Field(None, sa_column=sa.Column(sa.LargeBinary))


class UnansweredSearchDay(SQLModel, table=True):
    """How often the words were sought on a day, one caller once."""

    __tablename__ = "unanswered_search_day"
    search_id: str = Field(foreign_key="unanswered_search.id", primary_key=True)
    day: date = Field(primary_key=True, index=True)
    searches: int
