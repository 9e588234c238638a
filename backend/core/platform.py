"""What work beside the requests may need of the process that does it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.core.domain import Registry
from backend.core.jobs.queue import Runtime, Sweep
from backend.core.processes.worker_processes import WorkerProcesses
from backend.core.search_indexing.local_index import OwnIndex
from backend.core.storage.blobs import Blobs
from search.engine import SearchEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The parts of a process that works. What is opened after the work has begun is asked for when it is needed."""

    registry: Registry
    blobs: Blobs
    worker_processes: WorkerProcesses | None = None
    """Where long work is done, if a process was set aside for it."""
    reader: Callable[[Any], Generator[Any, None, None]] | None = None
    """Reads files in a process of its own."""
    engines: Callable[[], Mapping[str, SearchEngine]] = dict
    """By name the indexes that answer in this process."""
    own_indexes: Callable[[], Mapping[str, OwnIndex]] = dict
    """Those of them that it has to itself."""
    services: Callable[[], Mapping[str, Any]] = dict
    """By name the services of the domains."""
    is_stopping: Callable[[], bool] = lambda: False

    @property
    def sweeps(self) -> Sequence[Sweep]:
        """Return what time alone changes."""
        return self.registry.sweeps


WorkRuntime = Runtime[Platform]
