"""The embedded search engine: tantivy in this process, nothing to install beside it.

Reading: a query whose cost, foretold from the frequencies of its words, is small is answered at once in the event
loop, which takes less time than handing it to a thread would. A dearer one goes to a few threads (tantivy lets go of
the interpreter while it searches) behind a bounded queue, and is given up after a time limit; tantivy cannot be
stopped, so its thread stays taken until it is done. Writing: one thread, one change after another.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

from search.documents import Change, Document
from search.embedded.answers import View, answer, count_values, found_by, prepare
from search.embedded.comparison import differing, present_ids
from search.embedded.folder import Folder
from search.embedded.rebuild import Rebuild
from search.engine import FACET_LIMIT, Answer, Begun, FacetValue, Query, SearchTimeout, SearchUnavailable
from search.index_spec import IndexSpec
from search.text import fold
from search.vocabulary import learn

_P = ParamSpec("_P")
_T = TypeVar("_T")

_AT_ONCE = 100_000  # postings and values: well under a millisecond
_READERS = 2
_WAITING = 64
_MANY_VALUES = 65_000
_MOVES_UNKEPT = 50_000  # events that change no document move the position in memory: a killed process reads them again


class EmbeddedEngine:
    """The search engine of one index, which lives in a folder. SearchUnavailable if another process holds that."""

    def __init__(self, spec: IndexSpec, path: Path, *, time_limit: float = 1.0) -> None:
        learn()
        self._folder = Folder(spec, path)
        self._time_limit = time_limit
        self._view: View = self._folder.generation.view()
        self._kept = self._view.position
        self._rebuild: Rebuild | None = None
        self._readers = ThreadPoolExecutor(_READERS, "search-read")
        self._writer = ThreadPoolExecutor(1, "search-write")
        self._reading = 0
        self._moved = asyncio.Event()
        self._is_closed = False

    @property
    def path(self) -> Path:
        """The folder it lives in."""
        return self._folder.path

    @property
    def generation(self) -> str:
        """The name of the answering state of the index: pages of one query fit together while it stays the same."""
        return self._view.generation

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index was missing, damaged or of an older form when it was opened, and has not been rebuilt."""
        return not self._folder.is_complete

    async def search(self, query: Query) -> Answer:
        """The answer to a query; SearchTimeout past the engine's time limit."""
        self._check_open()
        task = prepare(self._view, query)
        if task.cost <= _AT_ONCE:
            return answer(task)
        return await self._read(answer, task)

    async def facet_values(self, facet: str, q: str, query: Query, limit: int) -> list[FacetValue]:
        """Values of a facet that contain `q` anywhere, most frequent first, counted over what `query` finds."""
        self._check_open()
        return await self._read(_facet_values, self._view, facet, q, query, limit)

    async def apply(self, changes: Sequence[Change], position: int) -> None:
        """Put, replace and remove by id and move to the stream position, all or nothing; the same again is harmless."""
        if changes or self._rebuild is not None or position - self._kept >= _MOVES_UNKEPT:
            await self._write(self._apply, changes, position)
        else:
            self._check_open()
            self._view = replace(self._view, position=max(position, self._view.position))
        self._announce()

    @property
    def set_aside(self) -> Mapping[str, str]:
        """The documents that the engine refuses to take: none."""
        return {}

    async def unfinished(self) -> None:
        """A rebuild that was interrupted begins anew."""
        return

    async def rebuild(
        self, batches: AsyncIterator[Sequence[Document]], position: int, begun: Begun | None = None
    ) -> int:
        """The number of documents in a fresh index, filled while this one answered and was fed, then swapped in.

        `position` is the stream position read before the first batch: the batches hold at least all that led up to it.
        SearchUnavailable while another rebuild is under way. There is nothing `begun` to go on with.
        """
        del begun
        self._check_open()
        if self._rebuild is not None:
            raise SearchUnavailable("a rebuild is under way already")
        self._rebuild = Rebuild(self._folder.fresh(), position)
        try:
            async for batch in batches:
                await self._write(self._rebuild.fill, batch)
            await self._write(self._adopt, self._rebuild)
        finally:
            self._rebuild = None
            if not self._is_closed:
                await self._write(self._folder.sweep)
        self._announce()
        return self._view.documents

    async def position(self) -> int:
        """How far into the event stream the index has been fed; 0 when it is empty or needs a rebuild."""
        return self._view.position

    async def wait_for(self, position: int, seconds: float) -> bool:
        """Whether the index reaches the stream position within so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._view.position < position:
                    await self._moved.wait()
        return self._view.position >= position

    async def count(self) -> int:
        """How many documents can be found."""
        return self._view.documents

    async def ids(self) -> AsyncIterator[str]:
        """The id of every document in the index, for comparing with the database."""
        self._check_open()
        searcher = self._view.searcher
        for found, _ in await self._read(searcher.terms_with_prefix, "id", "", found_by(prepare(self._view, Query()))):
            yield found

    async def differing(self, documents: Sequence[Document]) -> list[str]:
        """The ids of those documents that the index does not hold exactly once, with what is served and shown of it."""
        self._check_open()
        return await asyncio.to_thread(differing, self._view, documents)

    async def holds(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that are in the index."""
        self._check_open()
        return await asyncio.to_thread(present_ids, self._view, ids)

    async def close(self) -> None:
        """Let go of files and threads; what was applied is kept."""
        if self._is_closed:
            return
        await self._write(self._keep_position)
        self._is_closed = True
        await asyncio.to_thread(self._writer.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._folder.close)

    def _apply(self, changes: Sequence[Change], position: int) -> None:
        generation = self._folder.generation
        reached = max(position, self._view.position)
        try:
            generation.put(changes)
            generation.commit(reached, changed=bool(changes))
        except BaseException:
            generation.forget()
            raise
        if self._rebuild is not None:
            self._rebuild.feed(changes, reached)
        self._view = generation.view()
        self._kept = reached

    def _keep_position(self) -> None:
        if self._view.position > self._kept:
            self._folder.generation.commit(self._view.position, changed=False)

    def _adopt(self, rebuild: Rebuild) -> None:
        rebuild.finish()
        view = rebuild.generation.view()
        self._folder.adopt(rebuild.generation, complete=True)
        self._view = view
        self._kept = view.position

    def _announce(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _check_open(self) -> None:
        if self._is_closed:
            raise SearchUnavailable("the search engine is closed")

    async def _read(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        if self._reading >= _READERS + _WAITING:
            raise SearchUnavailable("too many searches are waiting")
        self._reading += 1
        future = self._readers.submit(work, *args, **kwargs)
        waiting = asyncio.wrap_future(future)
        waiting.add_done_callback(self._done)
        try:
            async with asyncio.timeout(self._time_limit):
                return await asyncio.shield(waiting)
        except TimeoutError as late:
            future.cancel()
            raise SearchTimeout(f"the search took longer than {self._time_limit} s") from late

    def _done(self, _: object) -> None:
        self._reading -= 1

    async def _write(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        self._check_open()
        future = self._writer.submit(work, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(future))


def _facet_values(view: View, facet: str, q: str, query: Query, limit: int) -> list[FacetValue]:
    wanted = fold(q).strip()
    most = _MANY_VALUES if wanted else min(limit, FACET_LIMIT)
    values = count_values(view, found_by(prepare(view, query)), [facet], most)[facet]
    return [value for value in values if wanted in fold(value.value)][:limit]
