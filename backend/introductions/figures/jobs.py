"""The scheduled sweep: counts each month anew what became of the needs of every quarter that is over."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.introductions.figures import queries
from backend.introductions.figures.codes import Grouping, Row
from backend.introductions.figures.queries import FIGURES
from backend.introductions.figures.rules import (
    Case,
    counted_in_cells,
    counted_in_total,
    counted_until,
    counts,
    quarter_of,
    quarters,
)


async def sweep(database: Database, now: datetime) -> None:
    """Count the quarters that are not counted until the end of the last month, each in a transaction of its own."""
    until = counted_until(china_day(now))
    async with database.read() as session:
        first = await queries.first_published_on(session)
        counted = await queries.counted_quarters(session, until)
    if first is None:
        return
    for quarter in quarters(quarter_of(first), until):
        if quarter not in counted:
            async with database.write() as session:
                await _count(session, quarter, until)


async def _count(session: AsyncSession, quarter: date, until: date) -> None:
    """Write the figures of a quarter in place of those before; the row of their sum is held first."""
    cases = await queries.cases(session, quarter, until)
    total = _row(quarter, until, Row.TOTAL, "", counted_in_total(cases))
    put = insert_into(session, FIGURES).values(total)
    changed = {name: put.excluded[name] for name in total}
    await session.execute(put.on_conflict_do_update(index_elements=["quarter", "kind", "code"], set_=changed))
    await session.execute(sa.delete(FIGURES).where(FIGURES.c.quarter == quarter, FIGURES.c.kind != Row.TOTAL))
    cells = [
        _row(quarter, until, Row(grouping.value), code, those)
        for grouping in Grouping
        for code, those in counted_in_cells(cases, grouping).items()
    ]
    if cells:
        await session.execute(sa.insert(FIGURES), cells)


def _row(quarter: date, until: date, kind: Row, code: str, cases: list[Case]) -> dict[str, Any]:
    found = asdict(counts(cases))
    if not cases:
        found |= {"needs": None, "introduced": None, "contracted": None}
    return {"quarter": quarter, "kind": kind, "code": code, "counted_until": until, **found}
