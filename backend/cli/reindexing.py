"""`patentmart reindex`: fresh indexes, made by the server where one runs, else here."""

import asyncio
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backend.core import demo_clock
from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.jobs.queue import Jobs
from backend.core.jobs.records import Job, WorkStatus
from backend.core.search_indexing.engines import FedElsewhere, feeding
from backend.core.search_indexing.index import SearchIndex
from backend.core.search_indexing.local_index import OwnIndex
from backend.core.search_indexing.reindex import OWNER, Report, ask_for_reindex, rebuild
from backend.core.settings import Settings
from search.embedded.engine import EmbeddedEngine

POLL: Final = 0.3


class NotRebuilt(Exception):
    """The index could not be rebuilt, and the old one answers on; the message says why."""


async def reindex(settings: Settings, index: SearchIndex) -> int:
    """Return the number of documents in the fresh index; the old one answers until it is swapped in.

    Raises NotRebuilt where a running server could not do it.
    """
    database = Database(settings, Clock())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        await demo_clock.load_offset(database)
        async with database.read() as session:
            total = await index.due(session)
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(f"Building the {index.title}", total=total)

            async def report(done: int) -> None:
                progress.update(task, completed=done)

            try:
                async with feeding(settings, database, index) as engine:
                    if isinstance(engine, EmbeddedEngine):
                        return await OwnIndex(index, database, settings, engine).rebuild_alone(report)
                    return await rebuild(index, database, engine, report)
            except FedElsewhere:
                return await _by_server(index, database, settings, report)
    finally:
        await database.close()


async def _by_server(index: SearchIndex, database: Database, settings: Settings, report: Report) -> int:
    jobs = Jobs(settings)
    jobs.connect()
    database.jobs = jobs
    try:
        async with database.write() as session:
            asked = await ask_for_reindex(index, session, settings, OWNER, database.clock.now())
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
