"""What a process knows of the documents that it puts in order, and what it remembers of queries."""

from collections.abc import Collection as Ids
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from search.query_parser import Reading
from search.ranking.asked import Asked, asked
from search.similarity.collection import Collection

Floats = NDArray[np.float32]
REMEMBERED: Final = 300  # queries made ready: of the longest some 20 KB each
WINDOWS: Final = 200  # orders of the documents of a query: some 30 KB each


class Vectors(Protocol):
    """The vectors of the documents."""

    def __len__(self) -> int:
        """Return how many documents have one."""

    @property
    def mean(self) -> Floats:
        """The mean of all of them."""

    def best(self, query: Floats, most: int) -> list[tuple[str, float]]:
        """Return the documents that are nearest to the query, with their cosines, nearest first."""

    def cosines(self, query: Floats, keys: list[str]) -> Floats:
        """Return the cosine of each of the documents to the query, NaN where it has no vector."""


class QueryVectors(Protocol):
    """What makes the vector of a query's text."""

    async def of(self, text: str, patience: float) -> Floats | None:
        """Return the vector, or None where it is not there within so many seconds."""


@dataclass(frozen=True, slots=True)
class Window:
    """The first documents of an answer in our order.

    Those `promoted` are found by words, but not among the first of the engine; the `extras` are not found by words.
    """

    order: tuple[str, ...]
    promoted: frozenset[str]
    extras: frozenset[str]
    sought: Asked


class RankingMemory:
    """What was asked lately, made ready by the present statistics, and the orders that came of it.

    All of it is forgotten when the collection changes: nothing is put in order by statistics of the past.
    """

    def __init__(self) -> None:
        self._version = -1
        self._asked: dict[str, Asked] = {}
        self._windows: dict[Hashable, Window] = {}

    def asked(self, text: str, reading: Reading, collection: Collection) -> Asked:
        """Return a query ready to be scored against documents of the collection, not yet by its meaning."""
        self._forget_former(collection)
        known = self._asked.get(text)
        if known is None:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            known = self._asked[text] = asked(text, reading, collection)
        return known

    def window(self, key: Hashable, collection: Collection) -> Window | None:
        """Return the order that was made for a question, of this state of the index and the collection."""
        self._forget_former(collection)
        return self._windows.get(key)

    def keep(self, key: Hashable, window: Window) -> None:
        """Remember the order of a question."""
        if len(self._windows) >= WINDOWS:
            self._windows.clear()
        self._windows[key] = window

    def _forget_former(self, collection: Collection) -> None:
        if collection.version != self._version:
            self._version, self._asked, self._windows = collection.version, {}, {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the process knows of the documents: their words, which of them are designs, and what they mean."""

    collection: Collection
    memory: RankingMemory = field(default_factory=RankingMemory)
    designs: Ids[str] = frozenset()
    vectors: Vectors | None = None
    query_vectors: QueryVectors | None = None
    awaits_vectors: bool = False
