"""Fills a fresh index with all that belongs in it, while the old one goes on answering.

The job `indexing.reindex` is among those of a domain by `core/domain.py`. `run` does it where the index lies in the
data folder; where a search server has it, `running.py` looks for the job. `patentmart reindex` asks for it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.jobs import queue
from backend.core.jobs.lease import Held, Taken
from backend.core.jobs.records import Job, WorkStatus, begin_job, finish_job
from backend.core.search_indexing.document_dispatch import Maker, all_documents
from backend.core.search_indexing.index import SearchIndex
from backend.core.settings import Settings
from search.documents import Change, Document
from search.engine import Begun, SearchEngine, SearchUnavailable

KIND: Final = "indexing.reindex"
OWNER: Final = "command line"  # no organisation's id: nobody else sees the job
Report = Callable[[int], Awaitable[None]]


def kind_of(index: SearchIndex) -> str:
    """Return the name of the job that rebuilds the index."""
    return KIND + index.suffix


async def rebuild(index: SearchIndex, database: Database, engine: SearchEngine, report: Report | None = None) -> int:
    """Return the number of documents in the fresh index; `report` is told how many have been read so far.

    Goes on with one that was interrupted, where the engine can: first with what has changed since.
    """
    left = await engine.unfinished()
    position = await stream.head(database)
    begun = None if left is None else Begun(left, _changed_since(index, database, left.position))
    batches = all_documents(index, database, left.filled_to if left else "")
    return await engine.rebuild(_reporting(batches, report, left.documents if left else 0), position, begun)


async def _changed_since(index: SearchIndex, database: Database, position: int) -> AsyncIterator[Sequence[Change]]:
    """Yield what became of everything that changed behind the position."""
    maker = Maker(index, database)
    while True:
        events, behind = await stream.events_after(database, position, without=index.passed_over)
        if behind == position:
            return
        async for changes in maker.changes(await index.affected(database, events)):
            yield changes
        position = behind


async def _reporting(
    batches: AsyncIterator[Sequence[Document]], report: Report | None, done: int
) -> AsyncIterator[Sequence[Document]]:
    async for batch in batches:
        yield batch
        done += len(batch)
        if report is not None:
            await report(done)


async def ask_for_reindex(
    index: SearchIndex, session: AsyncSession, settings: Settings, owner: str, now: datetime
) -> Job:
    """Return the job that rebuilds the index; `owner` is an organisation's id.

    A search server's is rebuilt by whoever feeds it, which looks for such a job. Where each process has an index of its
    own, one of them does the job with its own, and the others follow when it is done.
    """
    kind, total = kind_of(index), await index.due(session)
    job = await begin_job(session, kind=kind, owner=owner, asked={}, total=total, now=now)
    if not settings.meili_url:
        await queue.enqueue(session, kind, job.id)
    return job


async def open_rebuild(index: SearchIndex, database: Database) -> str | None:
    """Return the id of a job that rebuilds the index and is not done, or None."""
    mine = col(Job.kind) == kind_of(index)
    open_ = sa.select(col(Job.id)).where(mine, col(Job.finished_at).is_(None)).order_by(col(Job.id))
    async with database.read() as session:
        return (await session.execute(open_.limit(1))).scalar_one_or_none()


async def last_done(index: SearchIndex, database: Database) -> str | None:
    """Return the id of the job that rebuilt one of these indexes and was asked for last, or None."""
    mine = col(Job.kind) == kind_of(index)
    done = sa.select(sa.func.max(col(Job.id))).where(mine, col(Job.status) == WorkStatus.DONE)
    async with database.read() as session:
        return (await session.execute(done)).scalar_one()


async def note_done(index: SearchIndex, database: Database, documents: int) -> str:
    """Return the id of a job that says that an index was rebuilt, as it was by whoever calls this."""
    async with database.write() as session:
        now = database.clock.now()
        job = await begin_job(session, kind=kind_of(index), owner=OWNER, asked={}, total=documents, now=now)
        finish_job(job, WorkStatus.DONE, {"documents": documents}, now)
        return job.id


def run(index: SearchIndex, runtime: queue.Runtime[Any], job_id: str) -> None:
    """Rebuild the index; after a crash it begins anew, and the old index has gone on answering."""
    own = runtime.platform.own_indexes().get(index.name)
    if own is None:
        values = {"failure": "another process has the index"}
        runtime.run(_end(runtime.database, job_id, WorkStatus.FAILED, values))
        return
    try:
        runtime.run(own.rebuild_for(job_id))
    except SearchUnavailable as error:
        if runtime.platform.is_stopping():  # the engine goes before the work does
            raise queue.HandedBack from error
        runtime.run(_end(runtime.database, job_id, WorkStatus.FAILED, {"failure": str(error)}))
        raise


async def rebuild_for(
    index: SearchIndex, database: Database, engine: SearchEngine, job_id: str, held: Held | None = None
) -> None:
    """Rebuild the index as the job asks, with its progress; where that fails the job has failed.

    It has not where the engine is away (SearchUnavailable): it can be gone on with. `held` is asked before each step.
    """

    async def report(done: int) -> None:
        if held is not None:
            await held()
        await _progress(database, job_id, done)

    try:
        count = await rebuild(index, database, engine, report)
    except Exception as error:
        if isinstance(error, Taken | SearchUnavailable):
            raise
        await _end(database, job_id, WorkStatus.FAILED, {"failure": str(error) or type(error).__name__})
        raise
    await _end(database, job_id, WorkStatus.DONE, {"documents": count})


async def _progress(database: Database, job_id: str, done: int) -> None:
    async with database.write() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        job.status, job.done, job.version = WorkStatus.RUNNING, done, job.version + 1
        job.started_at = job.started_at or database.clock.now()


async def _end(database: Database, job_id: str, status: WorkStatus, summary: dict[str, Any]) -> None:
    async with database.write() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        finish_job(job, status, summary, database.clock.now())
