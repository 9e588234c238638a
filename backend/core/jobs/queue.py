"""Long and later work on DBOS: enqueued in the caller's transaction, run in threads, recovered after a crash.

The body of a piece of work may run again after a crash, so whatever it changes it changes in transactions that also
move its own progress.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos._error import DBOSQueueDeduplicatedError  # which has no public place
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.settings import Settings

QUEUE: Final = "work"
LONG: Final = "long work"  # what may take minutes, so that it keeps nobody's small piece of work waiting
LOW: Final = "low priority"  # what nobody waits for, however long it takes
AT_ONCE: Final = {QUEUE: 8, LONG: 2, LOW: 1}
VERSION: Final = "1"  # by hand: a changed source must still recover what an older one began
EVERY_MINUTE: Final = "* * * * *"
WAITING: Final = "ENQUEUED"  # what DBOS calls work that waits …
PENDING: Final = "PENDING"  # … and work that somebody has begun
PATIENCE: Final = 5  # seconds that work under way gets to be handed back in order
T = TypeVar("T")
Sweep = Callable[[Database, datetime], Coroutine[Any, Any, None]]
log = structlog.get_logger()


class Parts(Protocol):
    """The parts of a process, of which this module knows what it does every minute."""

    @property
    def sweeps(self) -> Sequence[Sweep]:
        """What time alone changes."""


P_co = TypeVar("P_co", bound=Parts, covariant=True)


class AlreadyDue(Exception):
    """The same work waits or is under way already."""


class HandedBack(BaseException):
    """The process stops: whoever comes next goes on with the work. No Exception, which would be the work's own end."""


@dataclass(frozen=True, slots=True)
class Runtime(Generic[P_co]):
    """What a piece of work gets: the database, the parts of the process that does it, and its event loop."""

    database: Database
    platform: P_co
    loop: asyncio.AbstractEventLoop
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the app's event loop, and wait for what it gives."""
        return self.start(work).result()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin a coroutine in the app's event loop; whoever asks waits for its result before it ends.

        Raises HandedBack once the process stops.
        """
        if self.stopping.is_set():
            work.close()
            raise HandedBack
        return asyncio.run_coroutine_threadsafe(work, self.loop)


class _Launched:
    runtime: Runtime[Parts] | None = None  # DBOS calls plain functions, so the running app is found here


class _UnderWay:
    """Counts the work of this process, so that one that has none stops at once: DBOS waits for it by whole seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count, self._ended = 0, float("-inf")

    def __enter__(self) -> None:
        with self._lock:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count, self._ended = self._count - 1, time.monotonic()

    def patience(self) -> int:
        """Return how many seconds DBOS may take to see work end, and to write down that it did."""
        with self._lock:
            return PATIENCE if self._count or time.monotonic() - self._ended < 1 else 0


_under_way: Final = _UnderWay()

JobHandler = Callable[..., None]
_registered: Final[set[str]] = set()


def register(jobs: Mapping[str, JobHandler]) -> None:
    """Register functions `(runtime, *arguments)` as long work under stable names; arguments are JSON values.

    DBOS keeps one list for the process, so a name that is known already is left as it is.
    """
    for name, function in jobs.items():
        if name not in _registered:
            _registered.add(name)
            _register(name, function)


def _register(name: str, function: JobHandler) -> None:
    @DBOS.workflow(name=name)
    def run(*arguments: Any) -> None:
        if _Launched.runtime is None:
            raise RuntimeError("no app runs here")
        with _under_way:
            function(_Launched.runtime, *arguments)


@DBOS.workflow(name="core.sweep")
def _sweep(_scheduled: datetime, _context: Any) -> None:
    runtime = _Launched.runtime
    if runtime is None:
        return
    with _under_way:
        for sweep in runtime.platform.sweeps:
            try:
                runtime.run(sweep(runtime.database, runtime.database.clock.now()))
            except Exception:  # one that fails must not keep the others from their work; it is tried again in a minute
                log.exception("sweep_failed", sweep=f"{sweep.__module__}.{sweep.__name__}")


class Jobs:
    """DBOS on the app's own database, from launch to close."""

    def __init__(self, settings: Settings) -> None:
        self.engine = make_job_engine(settings)
        self._client: DBOSClient | None = None

    def launch(self, runtime: Runtime[Parts], executor: str) -> None:
        """Start DBOS in this thread (not the event loop's), and recover what an earlier process of this name left."""
        _Launched.runtime = runtime
        config: DBOSConfig = {
            "name": "patentmart",
            "run_admin_server": False,
            "log_level": "ERROR",
            "use_listen_notify": False,  # nothing here waits for a message of a workflow
            "notification_listener_polling_interval_sec": 0.1,  # stopping waits for the next look
            "application_version": VERSION,
            "executor_id": executor,
            "system_database_engine": self.engine,
        }  # type: ignore[typeddict-unknown-key]  # DBOS reads this key and does not declare it
        DBOS(config=config)
        DBOS.launch()
        for queue, at_once in AT_ONCE.items():
            DBOS.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=0.25)
        DBOS.apply_schedules(
            [{"schedule_name": "sweep", "workflow_fn": _sweep, "schedule": EVERY_MINUTE, "context": None}]
        )
        self.connect()

    def connect(self) -> None:
        """Be able to enqueue without running anything, as a command beside the server is."""
        self._client = DBOSClient(system_database_engine=self.engine)

    @property
    def client(self) -> DBOSClient:
        """What can be asked of DBOS by whoever runs nothing."""
        if self._client is None:
            raise RuntimeError("the jobs are not launched")
        return self._client

    async def enqueue(self, session: AsyncSession, name: str, *arguments: Any, queue: str = QUEUE) -> None:
        """Have the work done once the session's transaction is committed; a rolled back one leaves nothing."""
        client = self.client
        await session.flush()
        await session.run_sync(
            lambda s: client.enqueue_in_transaction(s, {"workflow_name": name, "queue_name": queue}, *arguments)
        )

    async def enqueue_once(self, database: Database, name: str, *arguments: Any, queue: str) -> None:
        """Have the work done, in a transaction of its own; raise AlreadyDue where it waits or is under way."""
        options: EnqueueOptions = {"workflow_name": name, "queue_name": queue, "deduplication_id": name}
        try:
            async with database.write() as session:
                await session.run_sync(lambda s: self.client.enqueue_in_transaction(s, options, *arguments))
        except DBOSQueueDeduplicatedError as known:
            raise AlreadyDue(name) from known

    async def is_due(self, name: str) -> bool:
        """Return whether the named work waits or is under way."""
        status = [WAITING, PENDING]
        look = partial(self.client.list_workflows, name=name, status=status, load_input=False, load_output=False)
        return bool(await asyncio.to_thread(look))

    def stop(self) -> None:
        """Stop taking work, and hand back what is under way: another process goes on with it, or the next start."""
        if _Launched.runtime is not None:
            _Launched.runtime.stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=_under_way.patience())
        _Launched.runtime = None

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()


async def enqueue(session: AsyncSession, name: str, *arguments: Any, queue: str = QUEUE) -> None:
    """Have the named work done once the session's transaction is committed."""
    jobs: Jobs = session.info["database"].jobs
    await jobs.enqueue(session, name, *arguments, queue=queue)
