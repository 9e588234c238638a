"""Which vectors are needed no more, and when they go."""

from array import array
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.jobs import queue
from backend.core.jobs.records import Job, WorkStatus, begin_job, finish_job
from backend.core.platform import WorkRuntime
from backend.text_vectors import queries
from backend.text_vectors.queries import VECTOR

KIND: Final = "text_vectors.sweep"
OWNER: Final = "platform"  # no organisation's id: nobody sees the job
EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 2_000  # rows looked at, marked or deleted in one transaction
PREFIX_BYTES: Final = 8  # of a hash: two texts that share them at worst keep a vector longer
JOB: Final = table_of(Job)
LAST: Final = sa.select(sa.func.max(JOB.c.created_at)).where(JOB.c.kind == KIND)
NEXT: Final = (
    sa.select(VECTOR.c.number, VECTOR.c.text_hash, VECTOR.c.model, VECTOR.c.unneeded_since)
    .where(VECTOR.c.number > sa.bindparam("after"))
    .order_by(VECTOR.c.number)
    .limit(AT_ONCE)
)
NEWEST_MODEL: Final = sa.select(VECTOR.c.model).order_by(VECTOR.c.number.desc()).limit(1)


async def sweep(database: Database, now: datetime) -> None:
    """Ask once a day for a look at all vectors."""
    async with database.read() as session:
        last = (await session.execute(LAST)).scalar_one()
        if last is not None and now - last < EVERY:
            return
        if (await session.execute(NEWEST_MODEL)).scalar_one_or_none() is None:
            return
    async with database.write() as session:
        await session.execute(sa.delete(JOB).where(JOB.c.kind == KIND, JOB.c.finished_at.is_not(None)))
        job = await begin_job(session, kind=KIND, owner=OWNER, asked={}, total=0, now=now)
        await queue.enqueue(session, KIND, job.id, queue=queue.LOW)


def run(runtime: WorkRuntime, job_id: str) -> None:
    """Mark what no listed patent needs and unmark what one needs again, then delete what was marked long ago."""
    runtime.run(_run(runtime.database, job_id))


async def _run(database: Database, job_id: str) -> None:
    now = database.clock.now()
    deleted = await delete_unneeded(database, now)
    async with database.write() as session:
        job = await session.get(Job, job_id)
        if job is not None and job.finished_at is None:
            finish_job(job, WorkStatus.DONE, {"deleted": deleted}, now)


async def delete_unneeded(database: Database, now: datetime) -> int:
    """Return how many vectors were deleted that no listed patent has needed for as long as they are kept."""
    needed, after = await needed_hashes(database), 0
    async with database.read() as session:
        model = (await session.execute(NEWEST_MODEL)).scalar_one_or_none()
    while True:
        async with database.read() as session:
            rows = (await session.execute(NEXT, {"after": after})).all()
        if not rows:
            break
        await _mark(database, rows, [row.model == model and is_needed(row, needed) for row in rows], now)
        after = rows[-1].number
    return await _delete(database, now - timedelta(days=database.settings.text_vectors_kept_days))


async def needed_hashes(database: Database) -> Any:
    """Return in order the beginnings of the hashes of all texts that listed patents have."""
    found = array("Q")
    async for texts in queries.all_listed_texts(database):
        found.extend(_prefix(text.hash) for one in texts for text in one)
    return np.unique(np.frombuffer(found, dtype=np.uint64)) if found else np.empty(0, dtype=np.uint64)


def is_needed(row: Any, needed: Any) -> bool:
    """Whether a listed patent has the text of a vector."""
    place = int(np.searchsorted(needed, np.uint64(_prefix(row.text_hash))))
    return place < len(needed) and int(needed[place]) == _prefix(row.text_hash)


def _prefix(text_hash: bytes) -> int:
    return int.from_bytes(text_hash[:PREFIX_BYTES], "big")


async def _mark(database: Database, rows: Sequence[Any], needed: Sequence[bool], now: datetime) -> None:
    pairs = list(zip(rows, needed, strict=True))
    fresh = [row.number for row, is_one in pairs if not is_one and row.unneeded_since is None]
    again = [row.number for row, is_one in pairs if is_one and row.unneeded_since is not None]
    if not fresh and not again:
        return
    async with database.write() as session:
        for numbers, since in ((fresh, now), (again, None)):
            if numbers:
                marked = sa.update(VECTOR).where(VECTOR.c.number.in_(numbers)).values(unneeded_since=since)
                await session.execute(marked)


async def _delete(database: Database, before: datetime) -> int:
    old = sa.select(VECTOR.c.number).where(VECTOR.c.unneeded_since < before).limit(AT_ONCE)
    deleted = 0
    while True:
        async with database.read() as session:
            numbers = (await session.scalars(old)).all()
        if not numbers:
            return deleted
        async with database.write() as session:
            await session.execute(sa.delete(VECTOR).where(VECTOR.c.number.in_(numbers)))
        deleted += len(numbers)
