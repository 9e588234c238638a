"""The documents that texts are compared with, held in memory: every process that answers has its own."""

import math
from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.similarity.segment import Segment, highest
from search.similarity.vectors import Vector

MERGE_SHARE: Final = 0.05  # of all documents that may be new before one segment is made of all
MERGE_LEAST: Final = 1_000
_SMOOTHING: Final = 3.0  # documents of the usual spread of classes that every term is counted with
_CONCENTRATED: Final = math.log(60)  # of a term all of whose documents share one of some sixty usual subclasses

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """A document's id with its points."""

    id: str
    points: float


class Collection:
    """Documents by id; each can be put, replaced and removed, and all be scored for weighted terms and classes."""

    def __init__(self) -> None:
        self._state = _State(Segment({}), Segment({}), {})
        self._pending: dict[str, Vector] = {}
        self.version = 0

    def __len__(self) -> int:
        return sum(segment.living for segment in self._state.segments)

    def put(self, documents: Mapping[str, Vector]) -> None:
        """Add documents, or replace those of the same ids; they are found once they are settled."""
        self._leave_out(documents)
        self._pending.update(documents)

    def remove(self, document_ids: Ids[str]) -> None:
        """Forget documents, at once; unknown ids are passed over."""
        self._leave_out(document_ids)
        for document_id in document_ids:
            self._pending.pop(document_id, None)

    def _leave_out(self, document_ids: Iterable[str]) -> None:
        for document_id in document_ids:
            for segment in self._state.segments:
                segment.remove(document_id)

    def vector(self, document_id: str) -> Vector | None:
        """Return the document, or None where it is not here."""
        return self._pending.get(document_id) or self._state.base.vector(document_id)

    @property
    def size(self) -> int:
        """How many documents it counts frequencies over, with those that were removed lately."""
        return sum(segment.size for segment in self._state.segments)

    def count_in(self, language: str) -> int:
        """Return how many documents are in a language."""
        return sum(segment.count_in(language) for segment in self._state.segments)

    @property
    def segments(self) -> tuple[Segment, Segment]:
        """The documents as they are at a moment, those that were put lately apart."""
        return self._state.segments

    def frequency(self, term: str) -> int:
        """Return how many documents have a term."""
        return sum(segment.frequency(term) for segment in self._state.segments)

    def inverse_frequency(self, term: str) -> float:
        """Return BM25's weight of a term by how few documents have it."""
        segments = self._state.segments
        count, total = sum(one.frequency(term) for one in segments), sum(one.size for one in segments)
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    def concentration(self, term: str) -> float:
        """Return how much the classes of a term's documents differ from those of all: 0 for a word of every trade."""
        state = self._state
        known = state.concentrations.get(term)
        if known is None:
            known = state.concentrations[term] = state.measure(term)
        return known

    def scores(self, terms: Mapping[str, float]) -> "Scores":
        """Return every document's sum over its terms of what each counts times what the document says by it."""
        base, recent = self._state.segments
        return Scores(base, recent, [segment.sums(terms) for segment in (base, recent)])

    def whole_scores(
        self, terms: Mapping[str, float], factors: Mapping[str, float], classes: Mapping[str, int]
    ) -> "Scores":
        """Return every document's sum of whole numbers, none of which is lost in adding.

        Each term adds what it counts times what the document says by it times the factor of the document's language,
        rounded; the best of the document's classes adds what it counts at each level.
        """
        base, recent = self._state.segments
        sums = [segment.whole_sums(terms, factors) + segment.best_class(classes) for segment in (base, recent)]
        return Scores(base, recent, sums)

    def settle(self) -> None:
        """Take in what was put: in a segment of its own while that is little, else in one of all.

        It may run in a thread, as making a segment of all takes a second: whoever asks meanwhile is answered by what
        was there before. Only one thread may put, remove and settle. Each time the collection has another `version`.
        """
        self.version += 1
        base = self._state.base
        if len(self._pending) > max(MERGE_LEAST, MERGE_SHARE * base.size):
            self._state = _State(Segment({**base.living_documents(), **self._pending}), Segment({}), {})
            self._pending = {}
        else:
            self._state = _State(base, Segment(self._pending), {})


@dataclass(frozen=True, slots=True)
class _State:
    """The segments of a moment, and what was measured of them: exchanged in one step, as threads look at it."""

    base: Segment
    recent: Segment
    concentrations: dict[str, float]

    @property
    def segments(self) -> tuple[Segment, Segment]:
        return self.base, self.recent

    def measure(self, term: str) -> float:
        """Return the divergence of the term's subclasses from all documents', smoothed by some of those."""
        counted: dict[str, float] = {}
        for segment in self.segments:
            for subclass, count in segment.subclasses_of(term):
                counted[subclass] = counted.get(subclass, 0.0) + count
        usual, total = self._subclasses()
        seen = sum(counted.values())
        share_of_usual = _SMOOTHING / (seen + _SMOOTHING)
        divergence, covered = 0.0, 0.0
        for subclass, count in counted.items():
            prior = usual[subclass] / total
            share = count / (seen + _SMOOTHING) + share_of_usual * prior
            divergence += share * math.log(share / prior)
            covered += prior
        divergence += (1 - covered) * share_of_usual * math.log(share_of_usual)
        return max(0.0, divergence) / _CONCENTRATED

    def _subclasses(self) -> tuple[dict[str, float], float]:
        usual: dict[str, float] = dict(self.base.subclasses)
        for subclass, count in self.recent.subclasses.items():
            usual[subclass] = usual.get(subclass, 0.0) + count
        return usual, sum(usual.values()) or 1.0


class Scores:
    """The sums of all documents of a collection, as it was when they were asked for."""

    def __init__(self, base: Segment, recent: Segment, sums: list[Floats]) -> None:
        self._segments, self._sums = (base, recent), sums

    def scale(self, language: str, factor: float) -> None:
        """Multiply the sums of all documents in a language."""
        for segment, sums in zip(self._segments, self._sums, strict=True):
            sums[segment.is_in(language)] *= factor

    def keep(self, language: str) -> None:
        """Leave only the sums of the documents in a language."""
        for segment, sums in zip(self._segments, self._sums, strict=True):
            sums[~segment.is_in(language)] = 0

    def leave_out(self, document_ids: Ids[str]) -> None:
        """Leave out the sums of some documents."""
        for segment, sums in zip(self._segments, self._sums, strict=True):
            if segment.size:
                rows = segment.rows_of(document_ids)
                sums[rows[rows >= 0]] = 0

    def best_ids(self, most: int) -> list[str]:
        """Return the documents with the highest sums above 0, best first; equal ones by their ids."""
        found = [
            (-float(sums[row]), segment.id_of(row))
            for segment, sums in zip(self._segments, self._sums, strict=True)
            for row in highest(sums, most)
        ]
        return [one for _, one in sorted(found)[:most]]

    def level(self, language: str, most: int) -> float:
        """Return the mean of the highest sums in a language, of `most` documents; 0 where there are none."""
        documents, positive = 0, []
        for segment, sums in zip(self._segments, self._sums, strict=True):
            places = np.flatnonzero(sums > 0)
            positive.append(sums[places[segment.is_in(language)[places]]])
            documents += segment.count_in(language)
        found, most = np.concatenate(positive), min(most, documents)
        if not len(found):
            return 0.0
        best = np.partition(found, -most)[-most:] if len(found) > most else found
        return float(best.sum()) / most

    def best(self, most: int, without: Ids[str] = ()) -> list[Scored]:
        """Return the documents with the highest sums above 0, best first; equal ones by their ids."""
        found: list[Scored] = []
        for segment, sums in zip(self._segments, self._sums, strict=True):
            found.extend(Scored(i, p) for i, p in segment.best(sums, most + len(without)) if i not in without)
        found.sort(key=lambda scored: (-scored.points, scored.id))
        return found[:most]

    def telling_classes(self, most: int, trust: float, without: Ids[str] = ()) -> tuple[dict[str, float], float]:
        """Return how much each class is told by the documents with the highest sums, and the highest sum of all.

        Each of those documents tells its classes by its share of the highest sum, to the power of `trust`.
        """
        found = [self._highest(part, most + len(without), without) for part in (0, 1)]
        sums = np.concatenate([sums for _, sums in found])
        if not len(sums):
            return {}, 0.0
        best = float(sums.max())
        least = np.partition(sums, -most)[-most] if len(sums) > most else np.float32(0)
        telling: dict[str, float] = {}
        for segment, (rows, counted) in zip(self._segments, found, strict=True):
            kept = counted >= least
            shares = (counted[kept].astype(np.float64) / best) ** trust
            for symbol, count in segment.telling_classes(rows[kept], shares).items():
                telling[symbol] = telling.get(symbol, 0.0) + count
        return telling, best

    def _highest(self, part: int, most: int, without: Ids[str]) -> tuple[NDArray[np.int32], Floats]:
        """Return the documents of a segment with the highest sums, and those."""
        segment, sums = self._segments[part], self._sums[part]
        rows = highest(sums, most).astype(np.int32)
        if without:
            rows = rows[~np.isin(rows, segment.rows_of(list(without)))]
        return rows, sums[rows]
