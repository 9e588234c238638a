"""What an index is fed with."""

from dataclasses import dataclass
from typing import Protocol


class Document(Protocol):
    """One thing as search sees it; besides these it has the attributes that the fields of its index name.

    `served` is the ready JSON object of what a client sees; it is kept and handed back untouched.
    """

    @property
    def id(self) -> str:
        """The thing's id."""

    @property
    def served(self) -> bytes:
        """What a client sees of it."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The thing that has left the public search."""

    id: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A document in an engine's own form, which another process may have made."""

    id: str
    content: bytes


Change = Document | Removed | Ready
