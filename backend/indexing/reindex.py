"""Fills a fresh index with all that is listed, while the old one goes on answering."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.models import Listing
from backend.core import jobs, stream
from backend.core.db import Database
from backend.core.work import Job, WorkStatus, begin_job, finish_job
from backend.indexing.documents import LISTED, listed_documents
from search.documents import PatentDocument
from search.engine import SearchEngine, SearchUnavailable
from search.meilisearch import MeilisearchEngine

KIND: Final = "indexing.reindex"
Report = Callable[[int], Awaitable[None]]


async def count_listed(session: AsyncSession) -> int:
    """Give how many patents are listed."""
    return (await session.execute(sa.select(sa.func.count()).select_from(Listing).where(LISTED))).scalar_one()


class NotFedHere(SearchUnavailable):
    """Another process feeds the search server, and what it puts would be missing from an index filled here."""


async def rebuild(database: Database, engine: SearchEngine, report: Report | None = None) -> int:
    """Give the number of documents in the fresh index; `report` is told how many have been read so far."""
    position = await stream.head(database)
    return await engine.rebuild(_told(listed_documents(database), report), position)


async def _told(
    batches: AsyncIterator[Sequence[PatentDocument]], report: Report | None
) -> AsyncIterator[Sequence[PatentDocument]]:
    done = 0
    async for batch in batches:
        yield batch
        done += len(batch)
        if report is not None:
            await report(done)


async def ask_for_reindex(session: AsyncSession, owner: str, now: datetime) -> Job:
    """Give the job that rebuilds the index in the process that owns it; `owner` is an organisation's id."""
    job = await begin_job(session, kind=KIND, owner=owner, asked={}, total=await count_listed(session), now=now)
    await jobs.enqueue(session, KIND, job.id)
    return job


@jobs.work(KIND)
def run(runtime: jobs.Runtime, job_id: str) -> None:
    """Rebuild the index; after a crash it begins anew, and the old index has gone on answering."""
    try:
        runtime.run(_rebuild_for(runtime, job_id))
    except Exception:
        runtime.run(_end(runtime.database, job_id, WorkStatus.FAILED, {}))
        raise


async def _rebuild_for(runtime: jobs.Runtime, job_id: str) -> None:
    database = runtime.database

    async def report(done: int) -> None:
        async with database.write() as session:
            job = await session.get_one(Job, job_id, with_for_update=True)
            job.status, job.done, job.version = WorkStatus.RUNNING, done, job.version + 1
            job.started_at = job.started_at or database.clock.now()

    engine = runtime.state.search
    if isinstance(engine, MeilisearchEngine) and not engine.is_fed_here:
        raise NotFedHere(engine.uid)
    count = await rebuild(database, engine, report)
    await _end(database, job_id, WorkStatus.DONE, {"documents": count})


async def _end(database: Database, job_id: str, status: WorkStatus, summary: dict[str, int]) -> None:
    async with database.write() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        finish_job(job, status, summary, database.clock.now())
