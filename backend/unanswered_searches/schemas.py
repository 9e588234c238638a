"""What the platform sees of unanswered searches."""

from datetime import date
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Out
from backend.unanswered_searches.codes import Cause, WordsLanguage
from backend.unanswered_searches.rules import KEPT_DAYS, LEAST_CALLERS


class UnansweredFileQuery(Body):
    """Of which time, and which words."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: Day | None = Field(None, alias="from", description=f"None: of the last {KEPT_DAYS} days.")
    to: Day | None = Field(None, description="Including that day; none: today.")
    cause: Cause | None = Field(None, description="`filters`: the search had filters, its words alone may find some.")
    language: WordsLanguage | None = Field(None, description="`zh` where any Chinese is among the words.")

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("`from` lies behind `to`")
        return self


class UnansweredQuery(UnansweredFileQuery, PageQuery):
    """The same, page by page."""


class UnansweredSearchOut(Out):
    """Words that found nothing listed."""

    text: str = Field(description="In its normal form: small letters, simplified Chinese.")
    cause: Cause
    language: WordsLanguage
    searches: int = Field(description=f"One caller once a day; shown from {LEAST_CALLERS} callers on.")
    last_on: date = Field(description="The last day of those asked for on which it was sought.")


class UnansweredSearchesPage(Out):
    """One page of what is sought and not found, the most frequent first."""

    items: list[UnansweredSearchOut]
    next_cursor: str | None
