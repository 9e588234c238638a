"""How counted searches are written down, and how they are forgotten."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.unanswered_searches.models import UnansweredSearch, UnansweredSearchDay
from backend.unanswered_searches.rules import (
    LEAST_CALLERS,
    MOST_TEXTS,
    SALT_BYTES,
    forgotten_day,
    language_of,
    marked,
)
from backend.unanswered_searches.tally import Counted

SEARCH: Final = table_of(UnansweredSearch)
DAY: Final = table_of(UnansweredSearchDay)
CHANGE: Final = (
    sa.update(SEARCH)
    .where(SEARCH.c.id == sa.bindparam("which"))
    .values({name: sa.bindparam(name) for name in ("since", "last_on", "callers", "marks", "salt")})
)


async def keep(session: AsyncSession, counted: Sequence[Counted], day: date, key: bytes) -> None:
    """Add to what is kept; `counted` stands in the order of the ids, in which every process locks them."""
    fresh = [
        {"id": one.id, "text": one.text, "cause": one.cause, "language": language_of(one.text), "since": day,
         "last_on": day, "callers": 0, "marks": None, "salt": None}
        for one in counted
    ]  # fmt: skip
    await session.execute(insert_into(session, SEARCH).on_conflict_do_nothing(), fresh)
    wanted = sa.select(SEARCH).where(SEARCH.c.id.in_([one.id for one in counted]))
    rows = {row.id: row for row in await session.execute(wanted.order_by(SEARCH.c.id).with_for_update())}
    connection = await session.connection()
    await connection.execute(CHANGE, [_changed(rows[one.id], one, day, key) for one in counted])
    put = insert_into(session, DAY)
    added = put.on_conflict_do_update(
        index_elements=["search_id", "day"], set_={"searches": DAY.c.searches + put.excluded.searches}
    )
    days = [{"search_id": one.id, "day": day, "searches": len(one.networks)} for one in counted]
    await session.execute(added, days)


def _changed(row: sa.Row[Any], counted: Counted, day: date, key: bytes) -> dict[str, Any]:
    found = {"which": row.id, "since": row.since, "last_on": max(row.last_on, day), "callers": row.callers,
             "marks": row.marks, "salt": row.salt}  # fmt: skip
    if row.callers == LEAST_CALLERS:
        return found
    salt = row.salt or secrets.token_bytes(SALT_BYTES)
    marks = marked(row.marks or b"", counted.networks, key, salt)
    is_enough = len(marks) == LEAST_CALLERS
    kept = {"marks": None, "salt": None} if is_enough else {"marks": marks, "salt": salt}
    return found | kept | {"callers": len(marks), "since": row.since if row.callers else day}


async def forget(session: AsyncSession, today: date, most: int = MOST_TEXTS) -> None:
    """Delete what is thirty days old, begin again with callers told apart for so long, and what is too much."""
    last = forgotten_day(today)
    await session.execute(sa.delete(DAY).where(DAY.c.day <= last))
    await session.execute(sa.delete(SEARCH).where(SEARCH.c.last_on <= last))
    again = sa.update(SEARCH).where(SEARCH.c.since <= last, SEARCH.c.callers > 0)
    await session.execute(again.values(callers=0, marks=None, salt=None))
    kept = (await session.execute(sa.select(sa.func.count()).select_from(SEARCH))).scalar_one()
    if kept > most:
        rarest = sa.select(SEARCH.c.id).order_by(SEARCH.c.callers, SEARCH.c.last_on, SEARCH.c.id)
        ids = rarest.limit(kept - most).scalar_subquery()
        await session.execute(sa.delete(DAY).where(DAY.c.search_id.in_(ids)))
        await session.execute(sa.delete(SEARCH).where(SEARCH.c.id.in_(ids)))
