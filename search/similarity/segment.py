"""Documents in arrays: for each term, and for each class, which documents have it and what it says there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.similarity.class_table import SUBCLASS, ClassTable, level_of
from search.similarity.vectors import Vector

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]
NOWHERE: Final = -1  # the number of a language that no document is in, and the row of one that is not here


class Segment:
    """A fixed set of documents, of which some may be removed later."""

    def __init__(self, documents: Mapping[str, Vector]) -> None:
        self._ids = list(documents)
        self._packed = Packed.of([vector.terms for vector in documents.values()])
        self._class_table = ClassTable([vector.classes for vector in documents.values()])
        self._language_of = [vector.language for vector in documents.values()]
        self._row = {document_id: row for row, document_id in enumerate(self._ids)}
        self._alive = np.ones(len(self._ids), dtype=bool)
        self._terms = self._packed.inverted()
        self._classes = inverted([dict.fromkeys(vector.classes, 1.0) for vector in documents.values()])
        self._languages = sorted({vector.language for vector in documents.values()})
        self._language = np.array(
            [self._languages.index(vector.language) for vector in documents.values()], dtype=np.int8
        )
        self._count_in = Counter(self._language_of)
        firsts = [[c for c in vector.classes if len(c) == SUBCLASS] for vector in documents.values()]
        self._names = sorted({name for names in firsts for name in names})
        number = {name: place for place, name in enumerate(self._names)}
        self._first = np.array([0, *np.cumsum([len(names) for names in firsts], dtype=np.int64)], dtype=np.int64)
        self._subclass = np.array([number[name] for names in firsts for name in names], dtype=np.int32)
        counts = np.bincount(self._subclass, minlength=len(self._names))
        self.subclasses = {name: float(count) for name, count in zip(self._names, counts, strict=True)}

    def __contains__(self, document_id: str) -> bool:
        row = self._row.get(document_id)
        return row is not None and bool(self._alive[row])

    @property
    def size(self) -> int:
        """How many documents it was made of."""
        return len(self._ids)

    @property
    def living(self) -> int:
        """How many of them were not removed."""
        return int(self._alive.sum())

    def remove(self, document_id: str) -> None:
        """Leave a document out from now on."""
        row = self._row.get(document_id)
        if row is not None:
            self._alive[row] = False

    def vector(self, document_id: str) -> Vector | None:
        """Return the document, or None where it is not here."""
        return self._vector(self._row[document_id]) if document_id in self else None

    def _vector(self, row: int) -> Vector:
        return Vector(self._packed.values_of(row), self._class_table.of(row), self._language_of[row])

    def living_documents(self) -> dict[str, Vector]:
        """Return the documents that were not removed."""
        return {i: self._vector(row) for i, row in self._row.items() if self._alive[row]}

    def frequency(self, term: str) -> int:
        """Return how many documents have a term."""
        found = self._terms.get(term)
        return len(found[0]) if found else 0

    def subclasses_of(self, term: str) -> Iterator[tuple[str, float]]:
        """Yield the subclasses of the documents that have a term, each with how many of them are in it."""
        found = self._terms.get(term)
        if not found:
            return
        rows = found[0]
        lengths = self._first[rows + 1] - self._first[rows]
        places = np.repeat(self._first[rows] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        counts = np.bincount(self._subclass[places + np.arange(lengths.sum())], minlength=len(self._names))
        for number in np.flatnonzero(counts):
            yield self._names[number], float(counts[number])

    def sums(self, weights: Mapping[str, float]) -> Floats:
        """Return for each document the sum over its terms of what each counts times what it says there."""
        sums = np.zeros(len(self._ids), dtype=np.float32)
        for term, weight in weights.items():
            found = self._terms.get(term)
            if found:
                sums[found[0]] += found[1] * np.float32(weight)
        sums[~self._alive] = 0
        return sums

    def whole_sums(self, weights: Mapping[str, float], factors: Mapping[str, float]) -> Floats:
        """Return such sums of addends that are each multiplied with a factor of the document's language and rounded."""
        factor = np.array([factors[language] for language in self._languages], dtype=np.float64)
        sums = np.zeros(len(self._ids), dtype=np.float32)
        for term, weight in weights.items():
            found = self._terms.get(term)
            if found:
                sums[found[0]] += np.rint(found[1].astype(np.float64) * weight * factor[self._language[found[0]]])
        sums[~self._alive] = 0
        return sums

    def best_class(self, points: Mapping[str, float]) -> Floats:
        """Return for each document what the best of its classes counts, at each level of the classes, summed."""
        total = np.zeros(len(self._ids), dtype=np.float32)
        for level in (0, 1, 2):
            best = np.zeros(len(self._ids), dtype=np.float32)
            for name, count in points.items():
                if level_of(name) == level and (found := self._classes.get(name)):
                    best[found[0]] = np.maximum(best[found[0]], np.float32(count))
            total += best
        total[~self._alive] = 0
        return total

    def says(self, term: str, rows: Rows) -> Floats:
        """Return what the documents in some rows say by a term."""
        found = self._terms.get(term)
        if not found:
            return np.zeros(len(rows), dtype=np.float32)
        places = np.searchsorted(found[0], rows)
        places[places == len(found[0])] = 0
        return np.where(found[0][places] == rows, found[1][places], np.float32(0))

    def rows_of(self, document_ids: Iterable[str]) -> Rows:
        """Return the rows of the documents, -1 for those that are not here."""
        row = self._row
        rows = np.array([row.get(one, NOWHERE) for one in document_ids], dtype=np.int32)
        if len(row) and len(rows):
            rows[~self._alive[rows]] = NOWHERE
        return rows

    def factors_of(self, rows: Rows, factors: Mapping[str, float]) -> NDArray[np.float64]:
        """Return for the documents in some rows the factor of the language of each."""
        return np.array([factors[language] for language in self._languages])[self._language[rows]]

    def class_points(self, rows: Rows, points: Mapping[str, float]) -> NDArray[np.float64]:
        """Return for the documents in some rows what the best class of each counts, at each level, summed."""
        return self._class_table.best(rows, points)

    def telling_classes(self, rows: Rows, weights: NDArray[np.float64]) -> dict[str, float]:
        """Return by class the sum of the weights of those of the documents in some rows that have it."""
        return self._class_table.telling(rows, weights)

    def id_of(self, row: int) -> str:
        """Return the id of the document in a row."""
        return self._ids[row]

    def is_in(self, language: str) -> NDArray[np.bool_]:
        """Return which documents are in a language."""
        number = self._languages.index(language) if language in self._languages else NOWHERE
        return np.equal(self._language, number)

    def count_in(self, language: str) -> int:
        """Return how many documents are in a language."""
        return self._count_in.get(language, 0)

    def best(self, sums: Floats, most: int) -> Iterator[tuple[str, float]]:
        """Yield the ids of the documents with the highest sums above 0; where the last are equal, all of those."""
        for row in highest(sums, most):
            yield self._ids[row], float(sums[row])


def highest(sums: Floats, most: int) -> NDArray[np.intp]:
    """Return the places of the highest sums above 0; where the last are equal, all of those."""
    places = np.flatnonzero(sums > np.float32(1e-9))  # few documents have any: of those alone the highest are sought
    if len(places) <= most:
        return places
    found = sums[places]
    kept: NDArray[np.intp] = places[found >= np.partition(found, -most)[-most]]
    return kept


def inverted(documents: Sequence[Mapping[str, float]]) -> dict[str, tuple[Rows, Floats]]:
    """Return by key which documents have it, and their values."""
    return Packed.of(documents).inverted()


@dataclass(frozen=True, slots=True)
class Packed:
    """Keys and values of documents in arrays, a twelfth of what they take as dictionaries."""

    names: list[str]
    keys: Rows
    values: Floats
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, documents: Sequence[Mapping[str, float]]) -> "Packed":
        """Return the documents packed, in their order."""
        numbers: dict[str, int] = {}
        keys = np.fromiter(
            (numbers.setdefault(key, len(numbers)) for values in documents for key in values), dtype=np.int32
        )
        values = np.fromiter((value for values in documents for value in values.values()), dtype=np.float32)
        starts = np.array([0, *np.cumsum([len(values) for values in documents], dtype=np.int64)], dtype=np.int64)
        return cls(list(numbers), keys, values, starts)

    def values_of(self, row: int) -> dict[str, float]:
        """Return the keys and values of one document."""
        a, b = self.starts[row], self.starts[row + 1]
        keys, values = self.keys[a:b].tolist(), self.values[a:b].tolist()
        return {self.names[key]: value for key, value in zip(keys, values, strict=True)}

    def inverted(self) -> dict[str, tuple[Rows, Floats]]:
        """Return by key which documents have it, and their values."""
        rows = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.keys, kind="stable")
        rows, values = rows[order], self.values[order]
        ends = np.cumsum(np.bincount(self.keys, minlength=len(self.names)))
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        return {name: (rows[a:b], values[a:b]) for name, a, b in zip(self.names, starts, ends, strict=True)}
