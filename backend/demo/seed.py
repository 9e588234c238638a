"""Loads the demonstration on the first start, with its progress shown, and says who can sign in to it."""

import asyncio
import contextlib
import sys
from multiprocessing import get_context, parent_process
from time import perf_counter
from typing import Final

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from sqlmodel import col

from backend.core import demo_clock
from backend.core.clock import Clock
from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.jobs.records import Job, WorkStatus
from backend.core.search_indexing.engines import feeding
from backend.core.search_indexing.reindex import rebuild
from backend.core.settings import Settings
from backend.demo.load import KIND, load
from backend.demo.organisations import SHOWN_TO_ALL, organisations
from backend.demo.register import COUNT
from backend.patent_search.search_index import INDEX
from search.engine import SearchUnavailable

PASSWORD: Final = SHOWN_TO_ALL
DEMONSTRATION_SIZE: Final = COUNT
FIRST_SIGN_IN: Final = organisations()[0].sign_ins[0].email


def sign_in_lines() -> list[str]:
    """Return a line for each kind of organisation with its sign-ins, and the password that they share."""
    lines = [f"Sign-ins, all with the password {PASSWORD}:"]
    first = {o.kind: o for o in reversed(organisations())}
    for kind in dict.fromkeys(o.kind for o in organisations()):
        people = ", ".join(f"{s.email} ({s.role})" for s in first[kind].sign_ins)
        lines.append(f"  {kind.replace('_', ' '):<20} {people}")
    return lines


def is_loaded(settings: Settings) -> bool:
    """Whether the demonstration is loaded to its last patent."""
    engine = make_job_engine(settings)
    try:
        with engine.connect() as connection:
            found = connection.execute(sa.select(col(Job.status)).where(col(Job.kind) == KIND))
            return found.scalar_one_or_none() is WorkStatus.DONE
    finally:
        engine.dispose()


def seed_with_progress(settings: Settings, patents: int) -> None:
    """Load the demonstration with `patents` made-up patents and fill the index; nothing where it is loaded already.

    A process of its own does it, since the server would keep the 130 MB that it takes. Raises SystemExit with a plain
    sentence where it did not end well.
    """
    if is_loaded(settings):
        return
    loading = get_context("spawn").Process(target=_run, args=(settings, patents))
    loading.start()
    loading.join()
    if loading.exitcode:
        sys.exit("The demonstration is not loaded; the next start goes on where this one stopped.")


def _go_on() -> None:
    """End where the process that asked for the load was killed: the next one shall find the index free."""
    asker = parent_process()
    if asker is not None and not asker.is_alive():
        sys.exit(1)


def _run(settings: Settings, patents: int) -> None:
    asyncio.run(_seed(settings, patents))


async def _seed(settings: Settings, patents: int) -> None:
    began = perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    database = Database(settings, Clock())
    try:
        await demo_clock.load_offset(database)
        with Progress(*columns, console=Console(stderr=True)) as progress:
            loading = progress.add_task("Loading the demonstration register", total=patents)

            def report(count: int) -> None:
                _go_on()
                progress.update(loading, completed=count)

            done = await load(database, patents, report)
            async with database.read() as session:
                listed = await INDEX.due(session)
            await _fill_index(
                settings, database, progress, progress.add_task("Building the search index", total=listed)
            )
            progress.console.print(
                f"Demonstration loaded in {perf_counter() - began:.0f} s: {done:,} made-up patents, all assessed, "
                f"{listed:,} of them listed, of {len(organisations())} made-up organisations.",
                highlight=False,
            )
    finally:
        await database.close()


async def _fill_index(settings: Settings, database: Database, progress: Progress, task: TaskID) -> None:
    """Fill the index at one go; where a running server has it open, that one follows the stream by itself."""

    async def report(done: int) -> None:
        _go_on()
        progress.update(task, completed=done)

    while not database.is_sqlite and await stream.sequence(database):
        pass
    with contextlib.suppress(SearchUnavailable):
        async with feeding(settings, database, INDEX) as engine:
            await rebuild(INDEX, database, engine, report)
