"""`patentmart fsck`: compares what the platform keeps, by the server where one runs, else here."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backend.core import demo_clock
from backend.core.clock import Clock
from backend.core.consistency import Line, Report, Site, restored
from backend.core.database.sessions import Database
from backend.core.domain import Registry
from backend.core.jobs.queue import Jobs
from backend.core.jobs.records import Job, WorkStatus
from backend.core.search_indexing.engines import FedElsewhere, feeding
from backend.core.settings import Settings
from backend.core.storage.blobs import make_blobs
from backend.fsck.jobs import ask_for_checks
from backend.fsck.run import Checks, checks_of, run_checks
from backend.fsck.run import Progress as Reported

POLL: Final = 0.3
PATIENCE: Final = 60.0  # seconds in which a running server begins


class NotChecked(Exception):
    """The checks could not be done; the message says why, for a person to read."""


async def fsck(settings: Settings, registry: Registry, *, repair: bool) -> Report:
    """Return what came of every check, with its progress shown; raise NotChecked."""
    database, connected = Database(settings, Clock(), registry.handlers), Jobs(settings)
    checks = checks_of(registry)
    columns = (TextColumn("Checking {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with AsyncExitStack() as stack:
        stack.callback(connected.engine.dispose)
        stack.push_async_callback(database.close)
        await demo_clock.load_offset(database)
        progress = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
        task = progress.add_task("", total=len(checks))

        async def report_progress(name: str, over: int) -> None:
            progress.update(task, completed=over, description=name)

        try:
            engines = {
                index.name: await stack.enter_async_context(feeding(settings, database, index))
                for index in registry.search_indexes
            }
        except FedElsewhere:
            return await _by_server(database, connected, checks, report_progress, repair=repair)
        blobs = make_blobs(settings, connected.engine)
        return await run_checks(checks, Site(database, engines, blobs, repair=repair, follows=False), report_progress)


async def _by_server(
    database: Database, connected: Jobs, checks: Checks, report_progress: Reported, *, repair: bool
) -> Report:
    connected.connect()
    database.jobs = connected
    async with database.write() as session:
        asked = await ask_for_checks(session, len(checks), database.clock.now(), repair=repair)
    waited = 0.0
    while True:
        await asyncio.sleep(POLL)
        async with database.read() as session:
            job = await session.get_one(Job, asked.id)
        if job.status is WorkStatus.DONE:
            return restored(job.summary or {})
        if job.status is WorkStatus.FAILED:
            raise NotChecked(f"The server could not check itself ({(job.summary or {}).get('failure')}): see its log.")
        waited += POLL if job.status is WorkStatus.WAITING else 0
        if waited > PATIENCE:
            raise NotChecked("Another process has the index and is no server: try again once it has ended.")
        await report_progress(checks[min(job.done, len(checks) - 1)][0], job.done)


def print_report(report: Report, console: Console) -> None:
    """Show the report as a table and a sentence."""
    table = Table("check", "looked at", "differences", "repaired", "first examples")
    for line in report.lines:
        figures = (f"{n:,}" for n in (line.looked_at, line.differences, line.repaired))
        table.add_row(line.check, *figures, "\n".join(line.examples))
    console.print(table, markup=False)
    console.print(_sentence(report.lines), highlight=False)


def _sentence(lines: Sequence[Line]) -> str:
    found, repaired = sum(line.differences for line in lines), sum(line.repaired for line in lines)
    if not found:
        return "Nothing differs."
    if repaired == found:
        return f"{found:,} differences, all repaired."
    if repaired:
        return f"{found:,} differences, {repaired:,} of them repaired; the others are left to a person."
    return f"{found:,} differences. `patentmart fsck --repair` puts right what is derived."
