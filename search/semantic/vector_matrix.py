"""The vectors that a process compares with a query's, each a row of bytes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.semantic.dot_products import fastest
from search.semantic.embedder import Floats
from search.semantic.quantised import Bytes, packed, parts_of

K = TypeVar("K", bound=str)

BLOCK: Final = 512  # rows copied or made floats at a time
GATHERED: Final = 4_096  # rows put beside each other at a time, where some are looked at
SPARE: Final = 1 / 16  # of the rows, allotted for more when the matrix grows
LEAST: Final = 256
LEFT_OUT: Final = 1 / 4  # of the rows may have no key any more until the matrix is made smaller
AGED: Final = 1 / 50  # of the rows may have changed until the mean is taken anew
Rows = NDArray[np.intp]


@dataclass(slots=True)
class _Table(Generic[K]):
    """Rows, of which the first `used` are or were a key's: one that was has no key any more, and NaN as its scale."""

    numbers: Bytes
    scales: Floats
    keys: list[K | None]
    row: dict[K, int]
    used: int = 0

    @classmethod
    def of(cls, dimensions: int, rows: int) -> "_Table[K]":
        """Return one without vectors."""
        numbers = np.zeros((rows, dimensions), dtype=np.int8)
        return cls(numbers, np.full(rows, np.nan, dtype=np.float32), [None] * rows, {})

    def cosines(self, query: Floats, rows: Rows | None = None) -> Floats:
        """Return the cosines of the query with all rows or some, NaN for those without a key."""
        products = fastest()
        scale, numbers = parts_of(packed(query))
        if rows is None:
            return _scaled(products(self.numbers[: self.used], numbers), self.scales[: self.used], scale)
        parts = [
            products(self.numbers[rows[start : start + GATHERED]], numbers) for start in range(0, len(rows), GATHERED)
        ]
        return _scaled(np.concatenate(parts) if parts else np.empty(0), self.scales[rows], scale)

    def with_rows(self, rows: int) -> "_Table[K]":
        """Return another with so many rows and the same vectors, without those rows that have no key any more."""
        fresh: _Table[K] = _Table.of(self.numbers.shape[1], rows)
        keys = list(self.row)
        old = np.fromiter(self.row.values(), dtype=np.intp, count=len(keys))
        for start in range(0, len(keys), BLOCK):
            part = old[start : start + BLOCK]
            fresh.numbers[start : start + len(part)] = self.numbers[part]
        fresh.scales[: len(keys)] = self.scales[old]
        fresh.keys[: len(keys)] = keys
        fresh.row, fresh.used = {key: row for row, key in enumerate(keys)}, len(keys)
        return fresh

    def mean(self) -> Floats:
        """Return the mean of all vectors."""
        total = np.zeros(self.numbers.shape[1], dtype=np.float64)
        scales = np.nan_to_num(self.scales[: self.used])
        for start in range(0, self.used, BLOCK):
            of_block = scales[start : start + BLOCK]
            total += of_block @ self.numbers[start : start + len(of_block)].astype(np.float32)
        return (total / max(len(self.row), 1)).astype(np.float32)


class VectorMatrix(Generic[K]):
    """Vectors by key, of one length; all can be compared with a query, or those of some keys.

    One thread may put, remove and settle while others ask: who asks meanwhile is answered by what was there before or
    by what came. Nothing is approximate: all rows are looked at.
    """

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._table: _Table[K] = _Table.of(dimensions, 0)
        self._mean = np.zeros(dimensions, dtype=np.float32)
        self._changed = 0

    def __len__(self) -> int:
        return len(self._table.row)

    def __contains__(self, key: object) -> bool:
        return key in self._table.row

    @property
    def mean(self) -> Floats:
        """The mean of all vectors, as it was when they were settled and some had changed."""
        return self._mean

    def put(self, vectors: Mapping[K, bytes]) -> None:
        """Add packed vectors, or replace those of the same keys."""
        self._make_room(sum(key not in self._table.row for key in vectors))
        table = self._table
        for key, kept in vectors.items():
            scale, numbers = parts_of(kept)
            if len(numbers) != self.dimensions:
                raise ValueError(f"a vector of {len(numbers)} numbers among those of {self.dimensions}")
            row = table.row.get(key, table.used)
            table.numbers[row], table.scales[row], table.keys[row] = numbers, scale, key
            if row == table.used:
                table.used += 1
                table.row[key] = row
        self._changed += len(vectors)

    def remove(self, keys: Iterable[K]) -> None:
        """Forget vectors, at once; unknown keys are passed over."""
        table = self._table
        for key in keys:
            row = table.row.pop(key, None)
            if row is not None:
                table.scales[row], table.keys[row] = np.nan, None
                self._changed += 1

    def settle(self) -> None:
        """Give back the rows without keys where they are many, and take the mean anew where much has changed."""
        table = self._table
        if table.used - len(table.row) > max(LEAST, table.used * LEFT_OUT):
            self._table = table.with_rows(_roomy(len(table.row)))
        if self._changed > len(self._table.row) * AGED:
            self._mean, self._changed = self._table.mean(), 0

    def best(self, query: Floats, most: int, among: Collection[K] | None = None) -> list[tuple[K, float]]:
        """Return the keys whose vectors are closest to the query's, with their cosines, best first; equal ones by key.

        The query's vector is of length 1. `among` is where they are looked for; unknown keys are passed over.
        """
        table, rows = self._table, None
        if among is not None:
            rows = np.fromiter((row for key in among if (row := table.row.get(key)) is not None), dtype=np.intp)
        cosines = np.nan_to_num(table.cosines(query, rows), nan=-np.inf)
        if most < 1:
            return []
        least = np.partition(cosines, -most)[-most] if most < len(cosines) else -np.inf
        chosen = np.flatnonzero(cosines >= least)  # also all that are as close as the last of them: the keys decide
        found = [
            (key, float(cosines[place]))
            for place in chosen
            if (key := table.keys[place if rows is None else rows[place]]) is not None
        ]
        found.sort(key=lambda one: (-one[1], one[0]))
        return found[:most]

    def cosines(self, query: Floats, keys: Sequence[K]) -> Floats:
        """Return the cosine of the query with the vector of each key, NaN where there is none."""
        table = self._table
        found = np.full(len(keys), np.nan, dtype=np.float32)
        known = [(place, row) for place, key in enumerate(keys) if (row := table.row.get(key)) is not None]
        if known:
            places, rows = np.array(known, dtype=np.intp).T
            found[places] = table.cosines(query, rows)
        return found

    def _make_room(self, more: int) -> None:
        table = self._table
        if table.used + more > len(table.keys):
            self._table = table.with_rows(_roomy(len(table.row) + more))


def _scaled(products: NDArray[Any], scales: Floats, scale: float) -> Floats:
    found = products.astype(np.float32)  # without rounding: both libraries come to the same cosines
    found *= scales
    found *= np.float32(scale)
    return found


def _roomy(rows: int) -> int:
    return rows + max(LEAST, int(rows * SPARE))
