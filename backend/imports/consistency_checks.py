"""Imports: what they count is what they recorded; and the files that they are read from."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.consistency import BATCH, Line, Site, pages
from backend.core.database.columns import table_of
from backend.core.storage.blobs import DRAFT, Kept
from backend.files.consistency_checks import named_by, read_whole
from backend.files.models import StoredFile
from backend.imports.models import Import, ImportRow
from backend.imports.rules import Status

IMPORT: Final = table_of(Import)
ROW: Final = table_of(ImportRow)
FILE: Final = table_of(StoredFile)
FORGOTTEN: Final = timedelta(days=1)  # a file is kept before the import that names it
COUNTED: Final = sa.select(*(IMPORT.c[n] for n in ("id", "status", "done", "total", "counts", "with_errors")))
RECORDED: Final = (
    sa.select(ROW.c.import_id, ROW.c.outcome, ROW.c.has_errors, sa.func.count().label("rows"))
    .where(ROW.c.import_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(ROW.c.import_id, ROW.c.outcome, ROW.c.has_errors)
)
ENDED_WELL: Final = frozenset({Status.CHECKED, Status.DONE})
Recorded = Mapping[str, Sequence[sa.Row[Any]]]


async def counts(site: Site, line: Line) -> None:
    """Every import counts the rows that it recorded, and one that has ended has dealt with all of its file."""
    async for rows, recorded in pages(site.database, COUNTED, IMPORT.c.id, _recorded):
        line.looked_at += len(rows)
        for row in rows:
            right = _right(recorded[row.id])
            wrong = [f"{name} is {getattr(row, name)}, not {value}" for name, value in right.items()
                     if getattr(row, name) != value]  # fmt: skip
            if wrong:
                line.differs(f"{row.id}: {'; '.join(wrong)}", repaired=site.repair)
                if site.repair:
                    await _recount(site, row.id)
            if row.status in ENDED_WELL and right["done"] != row.total:
                line.differs(f"{row.id}: {right['done']} of {row.total} rows are recorded, and it has ended")


async def _recorded(session: AsyncSession, imports: Sequence[Any]) -> Recorded:
    """Return how many rows of each outcome are recorded for each of the imports."""
    found: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in await session.execute(RECORDED, {"ids": [one.id for one in imports]}):
        found[row.import_id].append(row)
    return found


def _right(recorded: Sequence[sa.Row[Any]]) -> dict[str, Any]:
    outcomes: dict[str, int] = defaultdict(int)
    for row in recorded:
        outcomes[row.outcome.value] += row.rows
    with_errors = sum(row.rows for row in recorded if row.has_errors)
    return {"done": sum(outcomes.values()), "counts": dict(outcomes), "with_errors": with_errors}


async def _recount(site: Site, import_id: str) -> None:
    async with site.database.write() as session:
        found = await session.get_one(Import, import_id, with_for_update=True)
        recorded = await _recorded(session, [found])
        for name, value in _right(recorded[import_id]).items():
            setattr(found, name, value)
        found.version += 1


NAMED: Final = named_by(IMPORT, IMPORT.c.digest)


async def files(site: Site, line: Line) -> None:
    """Every import's file is there, byte by byte as it came."""
    await read_whole(site, line, NAMED, IMPORT.c.digest)


async def orphans(site: Site, line: Line) -> None:
    """Nothing is kept that neither an import nor a file has named for a day."""
    before = site.database.clock.real() - FORGOTTEN
    every = site.blobs.every()
    while some := await asyncio.to_thread(lambda: list(islice(every, BATCH))):
        line.looked_at += len(some)
        for kept in await _unnamed(site, [kept for kept in some if kept.put_at < before]):
            gone = site.repair and await asyncio.to_thread(site.blobs.remove, kept.name, before)
            what = "was never finished" if kept.name.startswith(DRAFT) else "is named by no import and no file"
            line.differs(f"the file {kept.name} of {_day(kept.put_at)} {what}", repaired=gone)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


async def _unnamed(site: Site, old: Sequence[Kept]) -> list[Kept]:
    async with site.database.read() as session:
        names = [kept.name for kept in old]
        imported = sa.select(IMPORT.c.digest).where(IMPORT.c.digest.in_(names))
        uploaded = sa.select(FILE.c.sha256).where(FILE.c.sha256.in_(names))
        named = set((await session.execute(sa.union(imported, uploaded))).scalars())
    return [kept for kept in old if kept.name not in named]
