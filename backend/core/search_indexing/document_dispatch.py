"""Builds search documents: of all that belongs in an index, and of what changed, in a worker process where many."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

import structlog

from backend.core.database.sessions import Database
from backend.core.processes.worker_processes import DiedApart, Helper, NoneApart
from backend.core.search_indexing.index import BATCH, SearchIndex
from search.documents import Change, Document, Ready, Removed

MAKE: Final = "indexing.make"
MANY: Final = 300  # documents in one go that are worth a process
AT_ONCE: Final = 500

log = structlog.get_logger()


async def all_documents(index: SearchIndex, database: Database, after: str = "") -> AsyncIterator[Sequence[Document]]:
    """Yield all documents whose ids come after, in batches, each read at its own moment."""
    while True:
        async with database.read() as session:
            ids = (await session.execute(index.ids_after, {"after": after})).scalars().all()
            batch = await index.documents(session, ids) if ids else {}
        if not ids:
            return
        yield list(batch.values())
        after = ids[-1]


class Maker:
    """Makes the documents of what changed; `helper` is the process beside the server, where there is one."""

    def __init__(self, index: SearchIndex, database: Database, helper: Helper | None = None) -> None:
        self._index = index
        self._database = database
        self._helper = helper

    async def changes(self, ids: Sequence[str]) -> AsyncIterator[list[Change]]:
        """Yield what became of each of the ids, some at a time."""
        helper = self._helper if len(ids) >= MANY else None
        step = BATCH if helper is None else AT_ONCE
        for start in range(0, len(ids), step):
            asked = ids[start : start + step]
            yield await self._here(asked) if helper is None else await self._by_helper(helper, asked)

    async def _by_helper(self, helper: Helper, asked: Sequence[str]) -> list[Change]:
        try:
            found: list[Change] = await helper.ask(asked)
        except (DiedApart, NoneApart):
            log.warning("helper_died", work=MAKE)
            return await self._here(asked)
        return found

    async def _here(self, asked: Sequence[str]) -> list[Change]:
        return await _documents(self._index, self._database, asked)


async def _documents(index: SearchIndex, database: Database, asked: Sequence[str]) -> list[Change]:
    async with database.read() as session:
        found = await index.documents(session, asked)
    return [found.get(one) or Removed(one) for one in asked]


async def make_ready(
    index: SearchIndex, database: Database, asked: Sequence[str], made_ready: Callable[[Document], Ready]
) -> list[Change]:
    """Return what became of each of the ids, in the engine's own form."""
    changes = await _documents(index, database, asked)
    return [change if isinstance(change, Removed | Ready) else made_ready(change) for change in changes]
