"""The vectors of queries: computed beside the event loop, one at a time, and remembered."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from search.semantic.embedder import LONGEST, Embedder, Floats

REMEMBERED: Final = 4_096  # vectors: 4 MB
WAITING: Final = 8  # texts that wait or are looked at; more are not taken
PATIENCE: Final = 0.06  # seconds
Halves = NDArray[np.float16]  # as vectors are remembered, and so as they are given at first too

log = structlog.get_logger()


class QueryVectors:
    """Gives the vectors of queries where the model has them in time."""

    def __init__(self, embedder: Embedder, *, remembered: int = REMEMBERED, waiting: int = WAITING) -> None:
        self._embedder, self._most_remembered, self._most_waiting = embedder, remembered, waiting
        self._remembered: OrderedDict[bytes, Halves] = OrderedDict()
        self._shared: dict[bytes, asyncio.Future[Halves]] = {}
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="query-vectors")
        self._is_closed = False

    async def of(self, text: str, patience: float = PATIENCE, *, remember: bool = True) -> Floats | None:
        """Return the vector of a query, or None where the model does not have it within `patience` seconds.

        What comes later is remembered. With `remember` false nothing of the text is kept or shared, and nothing is
        taken from what others asked for: texts of needs and previews are secret.
        """
        key = _key_of(text)
        if remember and (known := self._remembered.get(key)) is not None:
            self._remembered.move_to_end(key)
            return known.astype(np.float32)
        computing = self._shared.get(key) if remember else None
        if computing is None:
            if self._waiting >= self._most_waiting or self._is_closed or patience <= 0:
                return None
            computing = self._begin(key, text, remember=remember)
        done, _ = await asyncio.wait([computing], timeout=patience)
        if not done:
            if not remember:
                computing.cancel()  # where it has not begun, it does not
            return None
        if computing.cancelled() or computing.exception() is not None:
            return None
        return computing.result().astype(np.float32)

    def _begin(self, key: bytes, text: str, *, remember: bool) -> asyncio.Future[Halves]:
        self._waiting += 1
        begun = self._thread.submit(self._compute, text[:LONGEST])
        computing = asyncio.wrap_future(begun)
        if remember:
            self._shared[key] = computing
        computing.add_done_callback(lambda ended: self._end(key, ended, remember=remember))
        return computing

    def _compute(self, text: str) -> Halves:
        return self._embedder.query(text).astype(np.float16)

    def _end(self, key: bytes, ended: asyncio.Future[Halves], *, remember: bool) -> None:
        self._waiting -= 1
        if remember:
            del self._shared[key]
        if ended.cancelled():
            return
        if (error := ended.exception()) is not None:
            log.error("query_vector_failed", reason=type(error).__name__)  # the message might quote the text
        elif remember:
            self._remembered[key] = ended.result()
            while len(self._remembered) > self._most_remembered:
                self._remembered.popitem(last=False)

    async def close(self) -> None:
        """Compute nothing more; what is being computed is waited for, what waits is not."""
        self._is_closed = True
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)


def _key_of(text: str) -> bytes:
    """Return what a text is remembered by, which does not tell it."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
