"""An index that a process keeps for itself: rebuilt once at a time, and whenever a job has another process's rebuilt.

Which job it was last rebuilt for is kept beside it, so that a process that was away, or was killed half-way, knows.
"""

import asyncio
from pathlib import Path
from typing import Final

from backend.core.database.sessions import Database
from backend.core.jobs.lease import Taken, lease
from backend.core.search_indexing.index import SearchIndex
from backend.core.search_indexing.reindex import Report, last_done, note_done, rebuild, rebuild_for
from backend.core.settings import Settings
from search.embedded.engine import EmbeddedEngine

RENEWING: Final = "renewing an index"  # the lease of the process whose turn it is
KEPT: Final = "renewed-for"


class OwnIndex:
    """The rebuilds of one process's index."""

    def __init__(self, index: SearchIndex, database: Database, settings: Settings, engine: EmbeddedEngine) -> None:
        self._index = index
        self._database, self._settings, self._engine = database, settings, engine
        self._one = asyncio.Lock()
        self._kept: Path = engine.path / KEPT

    async def fill(self) -> None:
        """Fill it where it is missing, damaged or of another form."""
        async with self._one:
            if self._engine.needs_rebuild:
                await self._renew(await last_done(self._index, self._database))

    async def rebuild_for(self, job_id: str) -> None:
        """Do the job."""
        async with self._one:
            await rebuild_for(self._index, self._database, self._engine, job_id)
            self._note(job_id)

    async def rebuild_alone(self, report: Report) -> int:
        """Return the number of documents in the fresh index; where there are other processes, they follow."""
        async with self._one:
            count = await rebuild(self._index, self._database, self._engine, report)
            if not self._settings.is_sqlite:
                self._note(await note_done(self._index, self._database, count))
            return count

    async def follow(self) -> int:
        """Rebuild it where a job had another process's rebuilt since, one process after the other; give 0."""
        done = await last_done(self._index, self._database)
        if done is None or done == self._noted():
            return 0
        try:
            async with self._one, lease(self._database, self._settings, RENEWING + self._index.suffix):
                if done != self._noted():
                    await self._renew(done)
        except Taken:  # it is another one's turn
            pass
        return 0

    async def _renew(self, job_id: str | None) -> None:
        await rebuild(self._index, self._database, self._engine)
        self._note(job_id or "")

    def _noted(self) -> str:
        return self._kept.read_text("utf-8") if self._kept.exists() else ""

    def _note(self, job_id: str) -> None:
        self._kept.write_text(job_id, "utf-8")
