"""Sums of objections: of whole blocks of askers, of whom each is in one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.matching.objections.models import ObjectionSum, SummedObjection
from backend.matching.objections.rules import BLOCK

SUM: Final = table_of(ObjectionSum)
SUMMED: Final = table_of(SummedObjection)
SUMS: Final = sa.select(SUM.c.listing_id, SUM.c.askers, SUM.c.reasons)
SIZE: Final = sa.func.count().label("size")


async def objection_sums(site: Site, line: Line) -> None:
    """A sum is of as many askers as its blocks have, five in each, and no reason is named more often."""
    async for rows, sizes in pages(site.database, SUMS, SUM.c.listing_id, _sizes_of_blocks):
        line.looked_at += len(rows)
        for row in rows:
            wrong = _wrong(row, sizes.get(row.listing_id, Counter()))
            if wrong:
                line.differs(f"{row.listing_id}: {' '.join(wrong)}", repaired=False)


async def _sizes_of_blocks(session: AsyncSession, rows: Sequence[sa.Row[Any]]) -> dict[str, Counter[int]]:
    statement = (
        sa.select(SUMMED.c.listing_id, SUMMED.c.block, SIZE)
        .where(SUMMED.c.listing_id.in_([row.listing_id for row in rows]))
        .group_by(SUMMED.c.listing_id, SUMMED.c.block)
    )
    found: dict[str, Counter[int]] = {}
    for listing_id, block, size in await session.execute(statement):
        found.setdefault(listing_id, Counter())[block] = size
    return found


def _wrong(row: sa.Row[Any], sizes: Counter[int]) -> list[str]:
    found = {
        "Its sum is of more or fewer askers than are in it.": row.askers != sizes.total(),
        "A block is of more or fewer than five askers.": any(size != BLOCK for size in sizes.values()),
        "Its blocks are not numbered one after the other.": sorted(sizes) != list(range(1, len(sizes) + 1)),
        "A reason is named by no asker, or by more than there are.": any(
            not 0 < count <= row.askers for count in row.reasons.values()
        ),
    }
    return [flaw for flaw, is_so in found.items() if is_so]
