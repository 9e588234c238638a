"""The Meilisearch engine: a server of its own, searched over HTTP and fed by whoever has the key to write."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final, ParamSpec, TypeVar

from search.documents import Change, Document
from search.engine import Answer, Begun, FacetValue, IndexWrong, Query, SearchUnavailable, Unfinished
from search.highlight_fields import highlight_text
from search.index_spec import IndexSpec
from search.meilisearch.client import Caller
from search.meilisearch.index_rebuild import IndexRebuild, is_of_version
from search.meilisearch.index_writer import Feeder
from search.meilisearch.search import Searcher, State
from search.vocabulary import learn

_P = ParamSpec("_P")
_T = TypeVar("_T")

FRESH: Final = 0.25  # seconds for which what is known of the index is taken as it is …
STALE: Final = 2.0  # … and from which on a search waits until it is known again
LOOK: Final = 0.02  # seconds between two looks of somebody who waits for a position
PAGE: Final = 1_000
AT_ONCE: Final = 5_000  # documents put into a fresh index in one task
MOVES_UNKEPT: Final = 10_000  # events that change no document move the position in memory: read again by who comes next
CUTOFF: Final = 0.8  # of the time limit: the server answers by then with what it has


class MeilisearchEngine:
    """The search engine of one index on a Meilisearch server. Without a key to write it searches only."""

    def __init__(
        self,
        spec: IndexSpec,
        url: str,
        search_key: str,
        write_key: str = "",
        *,
        uid: str = "",
        time_limit: float = 1.0,
        at_once: int = AT_ONCE,
    ) -> None:
        learn()
        self._spec, self.uid, self._at_once = spec, uid or spec.name, at_once
        self._caller = Caller(url, search_key, time_limit)
        self._searcher = Searcher(self._caller, spec, self.uid)
        cutoff_ms = int(time_limit * CUTOFF * 1_000)
        self._feeder = Feeder(url, write_key, spec, self.uid, cutoff_ms=cutoff_ms)
        self._next = Feeder(url, write_key, spec, f"{self.uid}_next", cutoff_ms=cutoff_ms)
        self.may_write = bool(write_key)
        self._state = State()
        self._kept = 0  # the position that the server keeps …
        self._passed = ("", 0)  # … and the one that the index with a generation has come to since
        self._looking: asyncio.Task[None] | None = None
        self._rebuild: IndexRebuild | None = None
        self._needs_rebuild = False
        self._writer = ThreadPoolExecutor(1, "search-write")
        self._is_closed = False

    async def open(self) -> None:
        """Make the index where there is none, and see whether it has the settings that it should have."""
        is_right = await self._write(self._feeder.prepare)
        await self._look()
        self._needs_rebuild = not (is_right and is_of_version(self._spec, self._state.generation))

    @property
    def generation(self) -> str:
        """The name of the answering state of the index: pages of one query fit together while it stays the same."""
        return self._state.generation

    @property
    def set_aside(self) -> Mapping[str, str]:
        """The documents that the server refuses to take, by id, with the reason; all others can be found."""
        return self._state.aside

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index was missing or had other settings when it was opened, and has not been rebuilt."""
        return self._needs_rebuild

    async def search(self, query: Query) -> Answer:
        """The answer to a query; SearchTimeout past the engine's time limit."""
        return await self._searcher.answer(query, await self._known())

    async def facet_values(self, facet: str, q: str, query: Query, limit: int) -> list[FacetValue]:
        """Values of a facet that contain `q` anywhere, most frequent first, counted over what `query` finds."""
        return await self._searcher.facet_values(facet, q, query, limit, await self._known())

    async def apply(self, changes: Sequence[Change], position: int) -> None:
        """Put, replace and remove by id and move to the stream position; the same again is harmless.

        Where no document changes the server is given nothing: whoever is killed reads those events again, and any
        process may move its own view so, without the key to write.
        """
        reached = max(position, self._state.position)
        is_work = changes or self._rebuild is not None or (self.may_write and reached - self._kept >= MOVES_UNKEPT)
        if is_work and await self._write(self._put, changes, reached):
            await self._look()
        else:
            self._passed = (self._state.generation, reached)
            self._state = replace(self._state, position=max(reached, self._state.position))

    async def unfinished(self) -> Unfinished | None:
        """A rebuild that was interrupted and can be gone on with, or None."""
        if not await self._write(self._next.is_right):
            return None
        state = await Searcher(self._caller, self._spec, self._next.uid).state()
        if not (state.filled_to and is_of_version(self._spec, state.generation)):
            return None
        return Unfinished(state.position, state.filled_to, state.documents, state.aside)

    async def rebuild(
        self, batches: AsyncIterator[Sequence[Document]], position: int, begun: Begun | None = None
    ) -> int:
        """The number of documents in a fresh index, filled while this one answered and was fed, then swapped in.

        `position` is the stream position read before the first batch: the batches hold at least all that led up to it.
        Where it goes on with what was `begun`, they hold the documents behind `filled_to` in the order of their ids.
        SearchUnavailable while another rebuild is under way, IndexWrong where the fresh index
        does not hold what was put; interrupted, it can be gone on with.
        """
        self._check_open()
        if self._rebuild is not None:
            raise SearchUnavailable("a rebuild is under way already")
        there = [one async for one in self._ids_of(self._next, begun.index.documents)] if begun else []
        filling = IndexRebuild(self._spec, self._next, self._at_once, position, begun.index if begun else None, there)
        self._rebuild = filling
        try:
            if begun is None:
                await self._write(self._next.create)
            else:
                async for changes in begun.since:
                    await self._write(filling.catch_up, changes)
                await self._write(filling.caught_up, position)
            async for batch in batches:
                await self._write(filling.fill, batch)
            await self._write(self._adopt, filling)
        finally:
            self._rebuild = None
        await self._look()
        return self._state.documents

    async def position(self) -> int:
        """How far into the event stream the index has been fed; 0 when it is empty or needs a rebuild."""
        return (await self._known()).position

    async def wait_for(self, position: int, seconds: float) -> bool:
        """Whether the index reaches the stream position within so many seconds."""
        until = time.monotonic() + seconds
        while self._state.position < position and time.monotonic() < until:
            await self._look()
            await asyncio.sleep(LOOK)
        return self._state.position >= position

    async def count(self) -> int:
        """How many documents can be found."""
        return (await self._searcher.state()).documents

    async def ids(self) -> AsyncIterator[str]:
        """The id of every document in the index, for comparing with the database."""
        async for one in self._ids_of(self._feeder, self._state.documents):
            yield one

    async def differing(self, documents: Sequence[Document]) -> list[str]:
        """The ids of those documents that the index does not hold, with what is served and shown of it."""
        found = await self._write(self._feeder.found, [one.id for one in documents], ("id", "served", "shown"))
        there = {one["id"]: (one["served"].encode(), one["shown"].encode()) for one in found}
        return [one.id for one in documents if there.get(one.id) != (one.served, highlight_text(self._spec, one))]

    async def holds(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that are in the index."""
        there = {one["id"] for one in await self._write(self._feeder.found, ids, ("id",))}
        return [one for one in ids if one in there]

    async def drop(self) -> None:
        """Remove the index from the server, with what is left of a rebuild."""
        await self._write(self._feeder.drop)
        await self._write(self._next.drop)

    async def close(self) -> None:
        """Let go of threads and connections."""
        if self._is_closed:
            return
        self._is_closed = True
        self._feeder.stop.set()
        self._next.stop.set()
        await asyncio.to_thread(self._writer.shutdown)
        if self._looking is not None:
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._caller.close()

    async def _known(self) -> State:
        """What is known of the index; it is looked at again beside a search, and before it where that is long ago."""
        self._check_open()
        age = time.monotonic() - self._state.at
        if age > FRESH and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(_seen)
        if age > STALE and self._looking is not None:
            await asyncio.shield(self._looking)
        return self._state

    async def _look(self) -> None:
        state = await self._searcher.state()
        self._kept = state.position
        generation, passed = self._passed
        if generation == state.generation and passed > state.position:
            state = replace(state, position=passed)
        self._state = state

    def _put(self, changes: Sequence[Change], reached: int) -> bool:
        """Feed this index and the one being filled in one go, so that no swap comes between.

        Gives whether this one was given anything.
        """
        effective, before = self._feeder.effective(changes, self._state.aside), self._state.generation
        is_given = bool(effective) or reached - self._kept >= MOVES_UNKEPT
        if is_given:
            generation = f"{before.partition('-')[0]}-{reached}" if effective else before
            self._feeder.put(effective, {"position": reached, "state": generation}, self._state.aside)
        if self._rebuild is not None:
            self._rebuild.feed(changes, reached)
        return is_given

    async def _ids_of(self, feeder: Feeder, documents: int) -> AsyncIterator[str]:
        for offset in range(0, documents + 1, PAGE):
            for one in await self._write(feeder.ids, offset, PAGE):
                yield one

    def _adopt(self, filling: IndexRebuild) -> None:
        try:
            filling.finish()
            self._feeder.swap(self._next.uid)
        except IndexWrong:
            self._next.drop()
            raise
        self._rebuild, self._needs_rebuild = None, False
        self._next.drop()

    def _check_open(self) -> None:
        if self._is_closed:
            raise SearchUnavailable("the search engine is closed")

    async def _write(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        self._check_open()
        if not self.may_write:
            raise SearchUnavailable("this process has no key to write to the search server")
        future = asyncio.wrap_future(self._writer.submit(work, *args, **kwargs))
        future.add_done_callback(_seen)
        return await asyncio.shield(future)


def _seen(task: asyncio.Future[Any]) -> None:
    """Know how it ended: whoever waits for it is told, and a search that need not wait is not."""
    if not task.cancelled():
        task.exception()
