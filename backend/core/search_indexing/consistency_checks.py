"""An index against the database: each document that belongs in it is there once, as it would be made now."""

from collections.abc import Mapping, Sequence
from typing import Final

from backend.core.consistency import BATCH, Line, Site
from backend.core.events import stream
from backend.core.search_indexing.consumer import follow_stream, wait_until_fed
from backend.core.search_indexing.document_dispatch import all_documents
from backend.core.search_indexing.index import SearchIndex
from backend.core.search_indexing.reindex import rebuild
from search.documents import Document, Removed
from search.engine import SearchEngine

PATIENCE: Final = 60.0  # seconds that an index may lie behind
TRIES: Final = 5
MOST_MENDED: Final = 5_000  # beyond it a fresh index takes less time


async def compare(index: SearchIndex, site: Site, line: Line) -> None:
    """The index holds every document that belongs in it, and no other."""
    await _Comparison(index, site, site.engines[index.name]).run(line)


class _Comparison:
    """One index of one platform, compared and, where that is wanted, put right."""

    def __init__(self, index: SearchIndex, site: Site, engine: SearchEngine) -> None:
        self._index, self._site, self._engine = index, site, engine
        self._database = site.database

    async def run(self, line: Line) -> None:
        if self._engine.needs_rebuild:
            line.differs("the index is missing, damaged or of an older form", repaired=await self._rebuilt())
            return
        if not await self._catches_up():
            behind = await stream.head(self._database) - await self._engine.position()
            line.differs(f"the index lies {behind} events behind the stream")
            return
        if await self._engine.position() > await stream.head(self._database):
            said = "the index has followed the stream further than it goes: it belongs to another database"
            line.differs(said, repaired=await self._rebuilt())
            return
        wrong, line.looked_at = await self._documents()
        if wrong or await self._engine.count() != line.looked_at:
            wrong += await self._strays()
        await self._mend(line, wrong)

    async def _rebuilt(self) -> bool:
        if self._site.repair:
            await rebuild(self._index, self._database, self._engine)
        return self._site.repair

    async def _catches_up(self) -> bool:
        """Whether the index reaches what is committed by now: by itself where a server follows, else here."""
        if self._site.follows:
            head = await stream.head(self._database)
            return await wait_until_fed(self._index, self._database, self._engine, head, PATIENCE)
        while await stream.sequence(self._database):
            pass
        while await follow_stream(self._index, self._database, self._engine):
            pass
        return True

    async def _documents(self) -> tuple[list[str], int]:
        """Return the ids whose document is not right, and how many documents belong in the index."""
        wrong, looked_at = [], 0
        async for documents in all_documents(self._index, self._database):
            looked_at += len(documents)
            suspects = await self._engine.differing(documents)
            wrong += await self._still_wrong(suspects) if suspects else []
        return wrong, looked_at

    async def _strays(self) -> list[str]:
        """Return the ids that are in the index and do not belong there."""
        wrong: list[str] = []
        some: list[str] = []
        async for one in self._engine.ids():
            some.append(one)
            if len(some) == BATCH:
                wrong += await self._not_due(some)
                some = []
        return wrong + await self._not_due(some)

    async def _not_due(self, ids: Sequence[str]) -> list[str]:
        async with self._database.read() as session:
            due = set((await session.execute(self._index.ids_among, {"among": ids})).scalars())
        suspects = [one for one in ids if one not in due]
        return await self._still_wrong(suspects) if suspects else []

    async def _compared(self, ids: Sequence[str]) -> tuple[list[str], Mapping[str, Document]]:
        """Return the ids whose indexed document differs from the database, with the document expected."""
        async with self._database.read() as session:
            right = await self._index.documents(session, ids)
        wrong = await self._engine.differing(list(right.values()))
        there = await self._engine.holds([one for one in ids if one not in right])
        return [*wrong, *there], right

    async def _still_wrong(self, suspects: list[str]) -> list[str]:
        """Return those that differ even once the index has followed: what differs by a change under way settles."""
        for _ in range(TRIES if self._site.follows else 1):
            if not suspects:
                break
            await self._catches_up()
            suspects, _ = await self._compared(suspects)
        return suspects

    async def _mend(self, line: Line, wrong: list[str]) -> None:
        """Put the documents right; what changed while one was put is put again, until nothing differs."""
        staying = set(wrong)
        if self._site.repair and len(wrong) > MOST_MENDED:
            await rebuild(self._index, self._database, self._engine)
            staying = set()
        elif self._site.repair:
            for start in range(0, len(wrong), BATCH):
                some = wrong[start : start + BATCH]
                for _ in range(TRIES):
                    left, right = await self._compared(some)
                    if not left:
                        staying -= set(some)
                        break
                    changes = [right.get(one) or Removed(one) for one in left]
                    await self._engine.apply(changes, await self._engine.position())
        for one in wrong:
            said = f"{one}: its document is not what the database gives"
            line.differs(said, repaired=self._site.repair and one not in staying)
