"""Many profiles at once against one document: what is looked for, in memory, and which of it something new meets."""

from collections.abc import Collection as Ids
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.similarity.class_table import level_of
from search.similarity.language import LANGUAGES
from search.similarity.profile import Profile
from search.similarity.segment import inverted
from search.similarity.vectors import Vector

MERGE_SHARE: Final = 0.05  # of all profiles that may be new before one set is made of all
MERGE_LEAST: Final = 500

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Met:
    """A profile that a document meets: its name, and the points of the document by it."""

    name: str
    points: float


class _Profiles:
    """A fixed set of profiles, of which some may be removed later."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self.profiles = dict(profiles)
        self.names = list(profiles)
        self.row = {name: row for row, name in enumerate(self.names)}
        self.alive = np.ones(len(self.names), dtype=bool)
        self._terms = inverted([profile.terms for profile in profiles.values()])
        self._classes = inverted([profile.classes for profile in profiles.values()])
        self._factors = {
            language: np.array([profile.factor(language) for profile in profiles.values()], dtype=np.float32)
            for language in LANGUAGES
        }

    def points(self, vector: Vector) -> Floats:
        sums = np.zeros(len(self.names), dtype=np.float32)
        for term, says in vector.terms.items():
            found = self._terms.get(term)
            if found:
                sums[found[0]] += found[1] * np.float32(says)
        sums *= self._factors[vector.language]
        for level in (0, 1, 2):
            sums += self._best(symbol for symbol in vector.classes if level_of(symbol) == level)
        sums[~self.alive] = 0
        return sums

    def _best(self, symbols: Iterator[str]) -> Floats:
        best = np.zeros(len(self.names), dtype=np.float32)
        for symbol in symbols:
            found = self._classes.get(symbol)
            if found:
                best[found[0]] = np.maximum(best[found[0]], found[1])
        return best

    def living(self) -> dict[str, Profile]:
        return {name: profile for name, profile in self.profiles.items() if self.alive[self.row[name]]}

    def has(self, name: str) -> bool:
        return name in self.row and bool(self.alive[self.row[name]])

    def remove(self, name: str) -> None:
        if name in self.row:
            self.alive[self.row[name]] = False


class Board:
    """Profiles by name; each can be put, replaced and removed, and all be compared with a document."""

    def __init__(self) -> None:
        self._sets = (_Profiles({}), _Profiles({}))
        self._pending: dict[str, Profile] = {}

    def __len__(self) -> int:
        return sum(int(profiles.alive.sum()) for profiles in self._sets)

    def put(self, profiles: Mapping[str, Profile]) -> None:
        """Add profiles, or replace those of the same names, once they are settled; until then those are met."""
        self._pending.update(profiles)

    def remove(self, names: Ids[str]) -> None:
        """Forget profiles, at once; unknown names are passed over."""
        for name in names:
            self._pending.pop(name, None)
            for profiles in self._sets:
                profiles.remove(name)

    def settle(self) -> None:
        """Take in what was put: in a set of its own while that is little, else in one of all; a thread may do it."""
        base, pending = self._sets[0], dict(self._pending)
        if len(pending) > max(MERGE_LEAST, MERGE_SHARE * len(base.names)):
            self._sets = (_Profiles({**base.living(), **pending}), _Profiles({}))
            self._pending = {}
            return
        self._sets = (base, _Profiles(pending))
        for name in pending:
            base.remove(name)

    def profile(self, name: str) -> Profile | None:
        """Return a profile by its name, or None where it is not here."""
        base, recent = self._sets
        known = next((one for one in (recent, base) if one.has(name)), None)
        return self._pending.get(name) if known is None else known.profiles[name]

    def met_by(self, vector: Vector, least: float) -> list[Met]:
        """Return the profiles by which a document has at least so many points, best first; equal ones by name."""
        met: dict[str, Met] = {}
        for profiles in self._sets:
            points = profiles.points(vector)
            for row in np.flatnonzero(points >= np.float32(least)):
                name = profiles.names[row]
                met[name] = Met(name, float(points[row]))
        return sorted(met.values(), key=lambda one: (-one.points, one.name))
