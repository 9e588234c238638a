"""A server checks itself when the command line asks: it has the index, and nobody else may open that meanwhile."""

from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.consistency import Site
from backend.core.database.sessions import Database
from backend.core.jobs import queue
from backend.core.jobs.records import Job, WorkStatus, begin_job, finish_job
from backend.core.platform import WorkRuntime
from backend.fsck.run import checks_of, run_checks
from search.engine import SearchUnavailable

KIND: Final = "fsck.run"
OWNER: Final = "command line"  # no organisation's id: nobody else sees the job
log = structlog.get_logger()


async def ask_for_checks(session: AsyncSession, total: int, now: datetime, *, repair: bool) -> Job:
    """Return the job that checks the platform in the process that has the index."""
    parameters = {"repair": repair}
    job = await begin_job(session, kind=KIND, owner=OWNER, asked=parameters, total=total, now=now)
    await queue.enqueue(session, KIND, job.id)
    return job


def run(runtime: WorkRuntime, job_id: str) -> None:
    """Run every check, with the job's progress, and keep the report as its summary."""
    try:
        runtime.run(_check(runtime, job_id))
    except Exception as error:
        log.exception("fsck_failed", job_id=job_id)
        runtime.run(_end(runtime.database, job_id, WorkStatus.FAILED, {"failure": type(error).__name__}))
        raise


async def _check(runtime: WorkRuntime, job_id: str) -> None:
    database, platform = runtime.database, runtime.platform
    engines = platform.engines()
    if any(index.name not in engines for index in platform.registry.search_indexes):
        raise SearchUnavailable("another process has the index")
    async with database.read() as session:
        job = await session.get_one(Job, job_id)
    if job.status in (WorkStatus.DONE, WorkStatus.FAILED):
        return
    site = Site(database, engines, platform.blobs, repair=job.asked["repair"], follows=True)

    async def report_progress(_name: str, over: int) -> None:
        async with database.write() as session:
            job = await session.get_one(Job, job_id, with_for_update=True)
            job.status, job.done, job.version = WorkStatus.RUNNING, over, job.version + 1
            job.started_at = job.started_at or database.clock.now()

    report = await run_checks(checks_of(platform.registry), site, report_progress)
    await _end(database, job_id, WorkStatus.DONE, report.stored())


async def _end(database: Database, job_id: str, status: WorkStatus, summary: dict[str, Any]) -> None:
    async with database.write() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        finish_job(job, status, summary, database.clock.now())
