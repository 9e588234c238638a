"""What work beside the requests may need of the process that does it."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

from backend.core.domain import Registry
from backend.core.jobs.queue import Runtime
from backend.core.processes.worker_processes import WorkerProcesses
from backend.core.storage.blobs import Blobs
from search.engine import SearchEngine


class OwnIndex(Protocol):
    """A search index that this process has to itself."""

    async def rebuild_for(self, job_id: str) -> None:
        """Rebuild it as the job asks, with its progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The parts of a process that works. What is opened after the work has begun is asked for when it is needed."""

    registry: Registry
    blobs: Blobs
    worker_processes: WorkerProcesses | None = None
    """Where long work is done, if a process was set aside for it."""
    reader: Callable[[Any], Generator[Any, None, None]] | None = None
    """Reads files in a process of its own."""
    engine: Callable[[], SearchEngine | None] = lambda: None
    own_index: Callable[[], OwnIndex | None] = lambda: None
    is_stopping: Callable[[], bool] = lambda: False


WorkRuntime = Runtime[Platform]
