"""How unanswered searches are read: words of five callers at least, and no older than thirty days."""

from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from backend.core.database.columns import table_of
from backend.unanswered_searches.models import UnansweredSearch, UnansweredSearchDay
from backend.unanswered_searches.rules import LEAST_CALLERS, MOST_TEXTS, forgotten_day
from backend.unanswered_searches.schemas import UnansweredFileQuery

SEARCH: Final = table_of(UnansweredSearch)
DAY: Final = table_of(UnansweredSearchDay)


def shown(query: UnansweredFileQuery, today: date) -> tuple[sa.Select[Any], list[sa.ColumnElement[Any]]]:
    """Return what may be shown of the days asked for, and by what it is ordered, in descending order."""
    last = forgotten_day(today)
    counted = (
        sa.select(
            SEARCH.c.id, SEARCH.c.text, SEARCH.c.cause, SEARCH.c.language,
            sa.func.sum(DAY.c.searches).cast(sa.Integer).label("searches"), sa.func.max(DAY.c.day).label("last_on"),
        )
        .join(DAY, DAY.c.search_id == SEARCH.c.id)
        .where(SEARCH.c.callers == LEAST_CALLERS, SEARCH.c.since > last, DAY.c.day > last)
        .group_by(SEARCH.c.id, SEARCH.c.text, SEARCH.c.cause, SEARCH.c.language)
    )  # fmt: skip
    if query.from_ is not None:
        counted = counted.where(DAY.c.day >= query.from_)
    if query.to is not None:
        counted = counted.where(DAY.c.day <= query.to)
    if query.cause is not None:
        counted = counted.where(SEARCH.c.cause == query.cause)
    if query.language is not None:
        counted = counted.where(SEARCH.c.language == query.language)
    found = counted.subquery()
    return sa.select(found), [found.c.searches, found.c.id]


def must_forget(today: date) -> sa.ColumnElement[bool]:
    """Return whether anything is thirty days old, or more is kept than may be."""
    last = forgotten_day(today)
    many = sa.select(sa.func.count()).select_from(SEARCH).scalar_subquery()
    old = sa.select(SEARCH.c.id).where(sa.or_(SEARCH.c.last_on <= last, SEARCH.c.since <= last)).exists()
    return sa.or_(sa.select(DAY.c.day).where(DAY.c.day <= last).exists(), old, many > MOST_TEXTS)
