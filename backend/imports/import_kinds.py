"""What a domain tells the imports so that its rows can be read: fields, sentences, a way through the rows."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import Text
from backend.core.settings import Settings
from backend.imports.rules import Mode, Outcome


@dataclass(frozen=True, slots=True)
class ColumnError:
    """What is wrong with one field of a row; `facts` fill the places in the code's sentences."""

    field: str
    code: str
    value: str = ""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowResult:
    """What came of a row: the outcome, the id of what it is about, and every error found in it."""

    outcome: Outcome
    subject: str | None = None
    errors: Sequence[ColumnError] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """For whom a file is imported; `for_all` may enter the register of every holder (the platform, an authority).

    `prefers_file`: what was changed by hand gives way to the file.
    """

    import_id: str
    organisation_id: str
    user_id: str
    for_all: bool
    verified: bool
    mode: Mode
    prefers_file: bool
    fields: frozenset[str]
    settings: Settings


class Run(Protocol):
    """One import's way through its rows, batch by batch and in their order.

    Checking, `take` changes nothing and remembers what it would have changed; applying, it changes all in the session's
    transaction. Both come to the same results.
    """

    async def take(self, session: AsyncSession, drafts: Sequence[Any], now: datetime) -> list[RowResult]:
        """Return the results of the next rows."""

    def kept(self) -> None:
        """What `take` gave last is committed."""

    def close(self) -> None:
        """The way has come to its end: what it remembered is forgotten."""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of file: the fields that its columns can mean, of which one of each group in `needs` must be there.

    `texts` has for each error code what is wrong and what to do, with places for the error's facts. `reader` gives what
    tells from a row's cells, by field, and the moment of reading what the row says, and what is wrong with it; it asks
    no database, and may work in another process than the `Run` that takes what it tells.
    """

    fields: frozenset[str]
    needs: tuple[tuple[str, ...], ...]
    texts: Mapping[str, tuple[Text, Text]]
    reader: Callable[[Importer], Callable[[Mapping[str, str], datetime], Any]]
    begin: Callable[[Importer], Run]
