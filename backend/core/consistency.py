"""The shared types of the consistency checks: their context, and the result of each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.sessions import Database
from backend.core.storage.blobs import Blobs
from search.engine import SearchEngine

BATCH: Final = 200  # small enough that a server which checks itself answers requests in between
EXAMPLES: Final = 5


@dataclass(slots=True)
class Line:
    """What came of one check; `examples` are the first differences, each as a sentence."""

    check: str
    looked_at: int = 0
    differences: int = 0
    repaired: int = 0
    examples: list[str] = field(default_factory=list)

    def differs(self, sentence: str, *, repaired: bool = False) -> None:
        """Count one difference."""
        self.differences += 1
        self.repaired += repaired
        if len(self.examples) < EXAMPLES:
            self.examples.append(sentence + (" (repaired)" if repaired else ""))


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all checks."""

    lines: Sequence[Line]

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs, or all that did is repaired."""
        return all(line.differences == line.repaired for line in self.lines)

    def stored(self) -> dict[str, Any]:
        """Return the report as a JSON value."""
        return {"clean": self.is_clean, "checks": [asdict(line) for line in self.lines]}


def restored(said: dict[str, Any]) -> Report:
    """Return the report that `stored` gave."""
    return Report([Line(**line) for line in said["checks"]])


@dataclass(frozen=True, slots=True)
class Site:
    """What is compared: database, indexes by name, and blobs; with `repair`, what is derived is put right."""

    database: Database
    engines: Mapping[str, SearchEngine]
    blobs: Blobs
    repair: bool
    follows: bool  # whether something else keeps the indexes up to date meanwhile, as a server does


Check = Callable[[Site, Line], Awaitable[None]]


More = Callable[[AsyncSession, Sequence[sa.Row[Any]]], Awaitable[Any]]


async def pages(
    database: Database, statement: sa.Select[Any], key: sa.ColumnElement[Any], more: More | None = None
) -> AsyncIterator[tuple[Sequence[sa.Row[Any]], Any]]:
    """Yield the statement's rows in the order of `key`, which is its first column, a page at a time.

    `more` reads what belongs to a page from the same state of the database.
    """
    asked = statement.order_by(key).limit(BATCH)
    after = None
    while True:
        async with database.read() as session:
            rows = (await session.execute(asked if after is None else asked.where(key > after))).all()
            found = await more(session, rows) if more is not None and rows else None
        if not rows:
            return
        yield rows, found
        after = rows[-1][0]
