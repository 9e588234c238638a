"""Filling a fresh index while the old one goes on answering and being fed."""

from collections.abc import Sequence

from search.documents import Change, Document
from search.embedded.folder import Generation


class Rebuild:
    """A generation being filled. What the event stream says meanwhile is newer than any batch, and wins.

    `fill` and `feed` must not run at once; the engine calls both, and `finish`, in its one writing thread.
    """

    def __init__(self, generation: Generation, position: int) -> None:
        self.generation = generation
        self._position = position
        self._fed: set[str] = set()

    def fill(self, batch: Sequence[Document]) -> None:
        """Put a batch read from the database, except for what has been fed since the rebuild began."""
        self.generation.fill([one for one in batch if one.id not in self._fed])

    def feed(self, changes: Sequence[Change], position: int) -> None:
        """Put what the event stream says."""
        self._fed.update(change.id for change in changes)
        self.generation.fill(changes)
        self._position = max(self._position, position)

    def finish(self) -> None:
        """Make what was put last, in as few segments as can be."""
        self.generation.commit(self._position)
        self.generation.settle()
