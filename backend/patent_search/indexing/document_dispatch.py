"""Builds search documents for changed patents: in this process, or many at once in a worker process."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

import structlog

from backend.core.database.sessions import Database
from backend.core.processes.worker_processes import DiedApart, Helper, NoneApart
from backend.patent_search.indexing.document_builder import BATCH, documents_of
from search.documents import Change, PatentDocument, Ready, Removed

MAKE: Final = "indexing.make"
MANY: Final = 300  # patents in one go that are worth a process
AT_ONCE: Final = 500

log = structlog.get_logger()


class Maker:
    """Makes the documents of patents that changed; `helper` is the process beside the server, where there is one."""

    def __init__(self, database: Database, helper: Helper | None = None) -> None:
        self._database = database
        self._helper = helper

    async def changes(self, patent_ids: Sequence[str]) -> AsyncIterator[list[Change]]:
        """Yield what became of each of the patents, some at a time."""
        helper = self._helper if len(patent_ids) >= MANY else None
        step = BATCH if helper is None else AT_ONCE
        for start in range(0, len(patent_ids), step):
            asked = patent_ids[start : start + step]
            yield await _documents(self._database, asked) if helper is None else await self._asked(helper, asked)

    async def _asked(self, helper: Helper, asked: Sequence[str]) -> list[Change]:
        try:
            found: list[Change] = await helper.ask(asked)
        except (DiedApart, NoneApart):
            log.warning("helper_died", work=MAKE)
            return await _documents(self._database, asked)
        return found


async def _documents(database: Database, asked: Sequence[str]) -> list[Change]:
    async with database.read() as session:
        found = await documents_of(session, asked)
    return [found.get(patent_id) or Removed(patent_id) for patent_id in asked]


async def make_ready(
    database: Database, asked: Sequence[str], made_ready: Callable[[PatentDocument], Ready]
) -> list[Change]:
    """Return what became of each of the patents, in the index's own form."""
    changes = await _documents(database, asked)
    return [made_ready(change) if isinstance(change, PatentDocument) else change for change in changes]
