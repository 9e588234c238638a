"""Which of the processes that work this one is, and whose work it takes up when that one is gone.

Each holds a lease of its own name. DBOS knows by that name who began what; it recovers the work of a name at the start
of its next holder only, so whoever works also looks for names that nobody holds.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import structlog
from dbos import DBOS, DBOSClient
from sqlalchemy.exc import SQLAlchemyError

from backend.core.background_tasks import beside, stopped
from backend.core.database.sessions import Database
from backend.core.jobs.lease import BEAT, Taken, lease
from backend.core.jobs.queue import PENDING, VERSION
from backend.core.settings import Settings

ALONE: Final = "1"
LOOK: Final = 5.0  # seconds between two looks for work that nobody does
GONE: Final = 10.0  # for so long a name must be free: its holder may only have lost its connection
GIVE_UP: Final = 30.0  # for so long a holder that lost its name tries to get it back
AGAIN: Final = 1.0

log = structlog.get_logger()


@contextlib.asynccontextmanager
async def executor(database: Database, settings: Settings) -> AsyncIterator[str]:
    """Yield the name under which this process works, its own until the end; on SQLite there is one process.

    A process that loses its name for good, and so may be taken for dead, ends itself.
    """
    if database.is_sqlite:
        yield ALONE
        return
    named: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    holding = asyncio.create_task(_hold(database, settings, named))
    holding.add_done_callback(lambda ended: _tell(ended, named))
    try:
        yield await named
    finally:
        await stopped(holding)


def _tell(ended: asyncio.Task[None], named: asyncio.Future[str]) -> None:
    if ended.cancelled() or (error := ended.exception()) is None:
        return
    if not named.done():
        named.set_exception(error)
    else:
        log.error("name_not_held", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def _hold(database: Database, settings: Settings, named: asyncio.Future[str]) -> None:
    """Hold the first name that is free, and get it back when it is lost."""
    number = 1
    try:
        while not await _until_lost(database, settings, str(number), named):
            number += 1
    except (SQLAlchemyError, OSError):
        if not named.done():
            raise
    lost = time.monotonic()
    while time.monotonic() - lost < GIVE_UP:
        try:
            if await _until_lost(database, settings, str(number), named):
                lost = time.monotonic()
        except (SQLAlchemyError, OSError):  # while the database is away nobody can take the name
            lost = time.monotonic()
        await asyncio.sleep(AGAIN)
    log.error("name_lost", name=number)
    signal.raise_signal(signal.SIGTERM)


async def _until_lost(database: Database, settings: Settings, name: str, named: asyncio.Future[str]) -> bool:
    """Hold the name as long as that goes; give whether this process had it at all."""
    had = False
    with contextlib.suppress(Taken):
        async with lease(database, settings, _lease_of(name)) as held:
            had = True
            if not named.done():
                named.set_result(name)
            while True:
                await asyncio.sleep(BEAT)
                await held()
    return had


def _lease_of(name: str) -> str:
    return f"executor {name}"


@contextlib.asynccontextmanager
async def taking_up(database: Database, settings: Settings, client: DBOSClient, name: str) -> AsyncIterator[None]:
    """Until the end, take up what those had begun that are gone; `name` is this process's own."""
    if database.is_sqlite:
        yield
        return
    async with beside(_look(database, settings, client, name)):
        yield


async def _look(database: Database, settings: Settings, client: DBOSClient, name: str) -> None:
    free_since: dict[str, float] = {}
    while True:
        await asyncio.sleep(LOOK)
        try:
            now = time.monotonic()
            begun = await asyncio.to_thread(_begun_by, client) - {name}
            free = [one for one in sorted(begun) if await _with(database, settings, one, _nothing)]
            free_since = {one: free_since.get(one, now) for one in free}
            for one, since in free_since.items():
                if now - since >= GONE and await _with(database, settings, one, _take_up):
                    log.warning("work_taken_up", of=one, by=name)
        except (SQLAlchemyError, OSError) as away:
            log.warning("not_looked", reason=type(away).__name__)


def _begun_by(client: DBOSClient) -> set[str]:
    begun = client.list_workflows(status=PENDING, app_version=VERSION, load_input=False, load_output=False)
    return {work.executor_id for work in begun if work.executor_id}


async def _with(database: Database, settings: Settings, name: str, then: Callable[[str], None]) -> bool:
    """Do something while nobody works under the name; give False where somebody does."""
    try:
        async with lease(database, settings, _lease_of(name)):
            await asyncio.to_thread(then, name)
    except Taken:
        return False
    return True


def _nothing(_name: str) -> None:
    """To learn whether the name is free is all."""


def _take_up(name: str) -> None:
    """Put what the name had begun back into its queues, where the next free process finds it."""
    DBOS._recover_pending_workflows([name])  # noqa: SLF001 - the public way forgets how often it was tried
