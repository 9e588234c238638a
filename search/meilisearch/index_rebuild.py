"""A fresh index on a Meilisearch server: filled, fed meanwhile, gone on with after an interruption, and looked over."""

import random
import secrets
from collections.abc import Iterable, Sequence
from typing import Final

from search.documents import Change, Document, Ready, Removed
from search.engine import IndexWrong, Unfinished
from search.highlight_fields import highlight_text
from search.index_spec import IndexSpec
from search.meilisearch.documents import FORM
from search.meilisearch.index_writer import Feeder

LOOKED_AT: Final = 200  # documents of a fresh index that are compared before it is swapped in


def _version(spec: IndexSpec) -> str:
    return f"{FORM}.{spec.version}" if spec.version else FORM


def _new_generation(spec: IndexSpec) -> str:
    """A name for a fresh index, which tells the form of its documents and the version of its fields."""
    return f"{secrets.token_hex(6)}.{_version(spec)}"


def is_of_version(spec: IndexSpec, state: str) -> bool:
    """Whether the state that an index keeps names a generation, and one that was filled with these fields."""
    generation, _, version = state.partition("-")[0].partition(".")
    return bool(generation) and version == _version(spec)


class IndexRebuild:
    """A fresh index being filled. What the event stream says meanwhile is newer than any batch, and wins.

    How far it has come is kept in the index itself, so that another process can go on with it.
    """

    def __init__(
        self,
        spec: IndexSpec,
        feeder: Feeder,
        at_once: int,
        position: int,
        begun: Unfinished | None,
        there: Iterable[str],
    ) -> None:
        self._spec, self._feeder, self._at_once = spec, feeder, at_once
        self._position = begun.position if begun else position  # what the index holds whole …
        self._latest = position  # … and what it will, once it has caught up
        self._has_caught_up = begun is None
        self._generation = _new_generation(spec)
        self._filled_to = begun.filled_to if begun else ""
        self._there = set(there)
        self._fed: set[str] = set()
        self._waiting: list[Document] = []
        self._sample: dict[str, Document] = {}
        self.set_aside: dict[str, str] = dict(begun.aside) if begun else {}

    def catch_up(self, changes: Sequence[Change]) -> None:
        """Put what has changed since the filling was interrupted; until all of it is put, it has come no further."""
        self._put([change for change in changes if change.id not in self._fed])

    def caught_up(self, position: int) -> None:
        """Say that all that led up to the position is put."""
        self._has_caught_up = True
        self._position = self._latest = max(self._latest, position)

    def fill(self, batch: Sequence[Document]) -> None:
        """Put what was read from the database, many at once, except for what has been fed since the rebuild began."""
        self._waiting += batch
        if len(self._waiting) >= self._at_once:
            self._put_waiting()

    def feed(self, changes: Sequence[Change], position: int) -> None:
        """Put what the event stream says; what it says of no document is kept with what is put next."""
        if changes:
            self._put_waiting()
        self._fed.update(change.id for change in changes)
        self._latest = max(self._latest, position)
        if self._has_caught_up:
            self._position = self._latest
        if changes:
            self._put(changes)

    def finish(self) -> None:
        """Put what is left, and look it over; raises IndexWrong where it is not as it was put."""
        self._put_waiting()
        due, found = len(self._there - self.set_aside.keys()), self._feeder.count()
        if found != due:
            raise IndexWrong(f"the fresh index holds {found} documents instead of {due}")
        sample = [one for one in self._sample.values() if one.id in self._there and one.id not in self.set_aside]
        held = {one["id"]: one for one in self._feeder.found([one.id for one in sample], ("id", "served", "shown"))}
        for one in sample:
            said = held.get(one.id, {})
            if (said.get("served"), said.get("shown")) != (
                one.served.decode(),
                highlight_text(self._spec, one).decode(),
            ):
                raise IndexWrong(f"the fresh index does not hold {one.id} as it was put")

    def _put_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._filled_to = max(self._filled_to, waiting[-1].id if waiting else "")
        self._put([one for one in waiting if one.id not in self._fed])

    def _put(self, changes: Sequence[Change]) -> None:
        state = {
            "position": self._position,
            "state": f"{self._generation}-{self._position}",
            "filled_to": self._filled_to,
        }
        self.set_aside = self._feeder.put(changes, state, self.set_aside)
        for change in changes:
            self._sample.pop(change.id, None)
            if isinstance(change, Removed):
                self._there.discard(change.id)
            else:
                self._there.add(change.id)
        documents = [change for change in changes if not isinstance(change, Ready | Removed)]
        for one in random.sample(documents, min(len(documents), LOOKED_AT // 10)):
            self._sample[one.id] = one
        while len(self._sample) > LOOKED_AT:
            del self._sample[next(iter(self._sample))]
