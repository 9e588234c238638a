"""What a file says, batch by batch and ready to be taken; read in a thread, or in a process of its own."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from backend.core.clock import Clock
from backend.core.errors import Problem
from backend.core.storage.blobs import Blobs
from backend.imports.cells import read_cells
from backend.imports.import_kinds import ColumnError, Importer, ImportKind
from backend.imports.layout import Layout

BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file is to be read, for whom, and how many of its rows are done already."""

    kind: str
    digest: str
    layout: Layout
    importer: Importer
    done: int


@dataclass(frozen=True, slots=True)
class Measured:
    """How many rows the file has; of an archive the layout tells where each of its files stands among them."""

    layout: Layout
    total: int


class Draft(NamedTuple):
    """A row that was read: its number, what it says, and what was wrong with its cells."""

    number: int
    said: Any
    errors: Sequence[ColumnError]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, and when they were read."""

    drafts: Sequence[Draft]
    now: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """Why the file cannot be read any further: a problem's code and its facts."""

    code: str
    facts: Mapping[str, Any]


Piece = Measured | Batch | Failed
Read = Callable[[Mapping[str, str], datetime], Any]


def pieces(blobs: Blobs, clock: Clock, kinds: Mapping[str, ImportKind], wanted: Wanted) -> Generator[Piece, None, None]:
    """Yield how many rows the file has, then the rows that are not done yet; `Failed` where it cannot be read on."""
    try:
        with blobs.file(wanted.digest) as file:
            layout, total = wanted.layout.counted(file)
            yield Measured(layout, total)
            rows = layout.rows(file)
            for _ in islice(rows, wanted.done):
                pass
            read = kinds[wanted.kind].reader(wanted.importer)
            while drafts := _drafts(layout, read, islice(rows, BATCH), now := clock.now()):
                yield Batch(drafts, now)
    except Problem as problem:
        yield Failed(problem.code, problem.facts)


def _drafts(layout: Layout, read: Read, rows: Iterator[tuple[int, list[str]]], now: datetime) -> list[Draft]:
    drafts = []
    for number, row in rows:
        cells, errors = read_cells(layout, row)
        drafts.append(Draft(number, read(cells, now) if cells else None, errors))
    return drafts
