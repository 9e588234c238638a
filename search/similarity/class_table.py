"""The classes of many documents in arrays: what the best of a document's classes counts, for many at once."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
LEVELS: Final = (0, 1, 2)
SUBCLASS: Final = 4  # characters of an IPC subclass, `H01M`


def level_of(symbol: str) -> int:
    """Return 0 for an IPC subclass, 1 for a main group, 2 for a full symbol."""
    if len(symbol) == SUBCLASS:
        return 0
    return 2 if "/" in symbol else 1


class ClassTable:
    """Which classes each document has, at all levels; documents are rows."""

    def __init__(self, classes: Sequence[Sequence[str]]) -> None:
        self._numbers: dict[str, int] = {}
        number = self._numbers
        self._keys = np.fromiter(
            (number.setdefault(symbol, len(number)) for symbols in classes for symbol in symbols), dtype=np.int32
        )
        self._starts = np.array([0, *np.cumsum([len(symbols) for symbols in classes], dtype=np.int64)], dtype=np.int64)
        self._names = list(number)
        self._levels = np.array([level_of(name) for name in self._names], dtype=np.int8)

    def of(self, row: int) -> tuple[str, ...]:
        """Return the classes of a document."""
        return tuple(self._names[key] for key in self._keys[self._starts[row] : self._starts[row + 1]])

    def best(self, rows: Rows, points: Mapping[str, float]) -> NDArray[np.float64]:
        """Return for each of the documents what the best of its classes counts, at each level, summed."""
        total = np.zeros(len(rows))
        values = np.zeros(len(self._names))
        for symbol, count in points.items():
            if (key := self._numbers.get(symbol)) is not None:
                values[key] = count
        keys, owners = self._gathered(rows)
        counted = values[keys]
        for level in LEVELS:
            best = np.zeros(len(rows))
            at = np.flatnonzero((counted > 0) & (self._levels[keys] == level))
            np.maximum.at(best, owners[at], counted[at])
            total += best
        return total

    def telling(self, rows: Rows, weights: NDArray[np.float64]) -> dict[str, float]:
        """Return by class the sum of the weights of those of the documents that have it."""
        keys, owners = self._gathered(rows)
        sums = np.bincount(keys, weights=weights[owners], minlength=len(self._names))
        return {self._names[key]: float(sums[key]) for key in np.flatnonzero(sums)}

    def _gathered(self, rows: Rows) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """Return the classes of the documents one behind the other, and the place of the document of each."""
        starts = self._starts[rows]
        lengths = self._starts[rows.astype(np.int64) + 1] - starts
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        return self._keys[places], np.repeat(np.arange(len(rows)), lengths)
