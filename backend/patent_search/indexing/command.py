"""`patentmart reindex`: a fresh index, made by the server where one runs, else here."""

import asyncio
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backend.core import demo_clock
from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.jobs.queue import Jobs
from backend.core.jobs.records import Job, WorkStatus
from backend.core.settings import Settings
from backend.patent_search.indexing.engines import FedElsewhere, feeding
from backend.patent_search.indexing.local_index import OwnIndex
from backend.patent_search.indexing.reindex import OWNER, Report, ask_for_reindex, count_listed, rebuild
from search.embedded.engine import EmbeddedEngine

POLL: Final = 0.3


class NotRebuilt(Exception):
    """The index could not be rebuilt, and the old one answers on; the message says why."""


async def reindex(settings: Settings) -> int:
    """Return the number of documents in the fresh index; the old one answers until it is swapped in.

    Raises NotRebuilt where a running server could not do it.
    """
    database = Database(settings, Clock())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        await demo_clock.load_offset(database)
        async with database.read() as session:
            total = await count_listed(session)
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("Building the search index", total=total)

            async def report(done: int) -> None:
                progress.update(task, completed=done)

            try:
                async with feeding(settings, database) as engine:
                    if isinstance(engine, EmbeddedEngine):
                        return await OwnIndex(database, settings, engine).rebuild_alone(report)
                    return await rebuild(database, engine, report)
            except FedElsewhere:
                return await _by_server(database, settings, report)
    finally:
        await database.close()


async def _by_server(database: Database, settings: Settings, report: Report) -> int:
    jobs = Jobs(settings)
    jobs.connect()
    database.jobs = jobs
    try:
        async with database.write() as session:
            asked = await ask_for_reindex(session, settings, OWNER, database.clock.now())
    finally:
        jobs.close()
    while True:
        await asyncio.sleep(POLL)
        async with database.read() as session:
            job = await session.get_one(Job, asked.id)
        await report(job.done)
        if job.status is WorkStatus.DONE:
            return int((job.summary or {}).get("documents", 0))
        if job.status is WorkStatus.FAILED:
            raise NotRebuilt(str((job.summary or {}).get("failure")))
