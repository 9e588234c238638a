"""What a bank sees on its watch list."""

from datetime import date
from typing import Annotated

from pydantic import Field

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import EachOnce, Moment, Out
from backend.financing_figures.codes import WatchItemKind
from backend.pledges.codes import WatchKind


class WatchQuery(PageQuery):
    """What of the list."""

    kind: Annotated[list[WatchItemKind], EachOnce] = Field([], max_length=len(WatchItemKind))


class WatchItemOut(Out):
    """Something that the bank should look at."""

    kind: WatchItemKind
    loan_id: str | None = Field(description="Of a loan that is overdue or in default.")
    pledge_id: str | None
    patent_id: str | None = Field(description="To which something happened.")
    on: date | None = Field(description="Since when it is overdue, or by when something is due.")
    is_late: bool | None = Field(description="Whether that day is over; null where nothing is due.")
    event: WatchKind | None = Field(description="What happened to the patent.")
    noticed_at: Moment | None
    advice: str | None = Field(description="What the bank may do about it.")


class WatchPage(Out):
    """One page of the list: overdue loans, releases, values to be looked at, events; the newest first of each."""

    items: list[WatchItemOut]
    next_cursor: str | None
