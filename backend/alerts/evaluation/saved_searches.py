"""The searches of all alerts on one index, held in memory, and what they find among what has changed."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.alerts.queries import ALERT
from backend.alerts.saved_queries import query_of
from backend.core.search_indexing.index import SearchIndex
from search.documents import Document
from search.engine import Query, SearchEngine, SearchTimeout
from search.percolator import Percolator

AT_ONCE: Final = 5  # documents compared with all searches before others get their turn
TRIES: Final = 3  # of a search that takes too long
LOADED: Final = 500
Found = Mapping[bytes, AbstractSet[str]]

log = structlog.get_logger()


class SavedSearches:
    """The different searches of one index, by their hashes; alerts that look for the same share one."""

    def __init__(self, index: SearchIndex, engine: SearchEngine) -> None:
        self.index, self.engine = index, engine
        self._percolator: Percolator[bytes] = Percolator(index.spec)
        self._queries: dict[bytes, Query] = {}

    async def refresh(self, session: AsyncSession, wanted: Collection[bytes]) -> None:
        """Hold these searches and no others."""
        for gone in [key for key in self._queries if key not in wanted]:
            del self._queries[gone]
            self._percolator.remove(gone)
        fresh = iter([key for key in wanted if key not in self._queries])
        while some := list(islice(fresh, LOADED)):
            statement = sa.select(ALERT.c.query_hash, ALERT.c.kind, ALERT.c.query)
            for row in await session.execute(statement.where(ALERT.c.query_hash.in_(some))):
                self._put(row)
            await asyncio.sleep(0)

    def _put(self, row: Any) -> None:
        if row.query_hash in self._queries:
            return
        try:
            query = query_of(row.kind, row.query)
        except ValidationError:
            log.warning("alert_not_understood", query_hash=row.query_hash.hex())
            return
        self._queries[row.query_hash] = query
        self._percolator.put(row.query_hash, query)

    async def find(self, documents: Sequence[Document]) -> Found:
        """Return by the searches which of the documents each finds."""
        found: dict[bytes, set[str]] = defaultdict(set)
        asked: dict[bytes, list[str]] = defaultdict(list)
        for start in range(0, len(documents), AT_ONCE):
            some = documents[start : start + AT_ONCE]
            for key, candidates in self._percolator.candidates(some).items():
                if candidates.has_text:
                    asked[key] += candidates.ids
                else:
                    found[key].update(candidates.ids)
            await asyncio.sleep(0)
        for key, ids in asked.items():
            if confirmed := await self._confirmed(self._queries[key], ids):
                found[key] |= confirmed
            await asyncio.sleep(0)
        return found

    async def _confirmed(self, query: Query, ids: Sequence[str]) -> set[str]:
        """Return which of the documents the engine finds; one search that takes too long keeps no other waiting."""
        question = replace(query, among=tuple(ids), limit=len(ids), sort=f"-{self.index.spec.newest.sort}")
        for _ in range(TRIES):
            try:
                answer = await self.engine.search(question)
            except SearchTimeout:
                continue
            return {hit.id for hit in answer.hits}
        log.warning("alert_search_timed_out", text=len(query.text))
        return set()

    async def first_results(self, key: bytes, most: int) -> list[str] | None:
        """Return what a search finds now, or None where that is more than is kept."""
        query = self._queries.get(key)
        if query is None:
            return []
        answer = await self.engine.search(replace(query, limit=most))
        return None if answer.total > most else [hit.id for hit in answer.hits]
