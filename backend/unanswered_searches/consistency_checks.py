"""What `patentmart fsck` compares of unanswered searches: nothing is kept that may not be."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.unanswered_searches.models import UnansweredSearch, UnansweredSearchDay
from backend.unanswered_searches.rules import LEAST_CALLERS, counted_text, forgotten_day, id_of, language_of

SEARCH: Final = table_of(UnansweredSearch)
DAY: Final = table_of(UnansweredSearchDay)


async def searches(site: Site, line: Line) -> None:
    """What is kept of searches is in its normal form, tells of nobody, and is thirty days old at most."""
    statement: sa.Select[Any] = (
        sa.select(
            SEARCH, sa.func.min(DAY.c.day).label("first_day"), sa.func.max(DAY.c.day).label("last_day"),
            sa.func.min(DAY.c.searches).label("least"),
        )
        .join(DAY, DAY.c.search_id == SEARCH.c.id, isouter=True)
        .group_by(*SEARCH.c)
    )  # fmt: skip
    oldest = forgotten_day(site.database.clock.today() - timedelta(days=1))  # a sweep has a day to come
    async for rows, _ in pages(site.database, statement, SEARCH.c.id):
        for row in rows:
            line.looked_at += 1
            for sentence in _faults(row, oldest):
                line.differs(f"{row.id}: {sentence}")


def _faults(row: sa.Row[Any], oldest: date) -> Iterator[str]:
    if counted_text(row.text) != row.text or row.id != id_of(row.text, row.cause):
        yield "its text is none that may be kept"
    if row.language != language_of(row.text):
        yield "its language is not that of its text"
    if row.marks is not None and (len(row.marks) != row.callers or len(set(row.marks)) >= LEAST_CALLERS):
        yield "its callers are not as many as are told apart"
    if row.first_day is None or row.last_day != row.last_on or row.least < 1:
        yield "its days are not those on which it was sought"
    elif min(row.first_day, row.since) <= oldest:
        yield "it is older than thirty days"


CONSISTENCY_CHECKS: Final = (("unanswered searches", searches),)
