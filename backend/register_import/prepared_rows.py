"""A row of a register made ready where it is read: all that is to be written if its patent is not on record yet.

Only the parties that hold it are left to whoever asks the database. So most of the work on a register that nobody has
seen is done by the process that reads the file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from backend.core.database.bulk_writes import bound
from backend.core.ids import new_id
from backend.imports.import_kinds import ColumnError, Importer, RowResult
from backend.imports.rules import Mode
from backend.register_import.event_planner import EventSaid
from backend.register_import.holder_planner import Names
from backend.register_import.import_terms import Terms
from backend.register_import.new_rows import EVENT, PATENT, event_row, patent_row
from backend.register_import.patent_state import Graded
from backend.register_import.planner import created, holders_of, plan_fresh, rejected_for
from backend.register_import.reader import PatentDraft, read_patent


class PreparedPatent(NamedTuple):
    """A patent that nobody has seen: its row and its legal events' as the database takes them, and what was wrong."""

    id: str
    private_to: str
    patent: Sequence[Any]
    events: Sequence[Sequence[Any]]
    graded: Graded | None
    errors: Sequence[ColumnError]


class PreparedChange(NamedTuple):
    """A fresh patent and the parties that hold it."""

    fresh: PreparedPatent
    holders: Sequence[str]


class PatentRow(NamedTuple):
    """What a row says of one patent; `fresh` is what to write where no patent on record has one of its numbers."""

    draft: PatentDraft
    fresh: PreparedPatent | None

    @property
    def office(self) -> str:
        """Whose numbers they are."""
        return self.draft.office

    @property
    def numbers(self) -> Mapping[str, str]:
        """The patent's numbers, by sort."""
        return self.draft.numbers

    @property
    def holders(self) -> Sequence[str]:
        """Who holds the patent, or held it before the changes that the row tells."""
        return self.draft.holders

    @property
    def named(self) -> Iterable[str]:
        """The names of everybody who holds or held the patent."""
        return self.draft.named if self.fresh is None else self.holders

    @property
    def moves(self) -> Sequence[EventSaid]:
        """The changes of holders and of their names, in their order."""
        return self.draft.moves if self.fresh is None else ()

    @property
    def marks(self) -> set[tuple[str, str]]:
        """Its numbers, each with its office."""
        return {(self.draft.office, number) for number in self.draft.numbers.values()}


def landed(
    row: PatentRow, fresh: PreparedPatent, names: Names, terms: Terms
) -> tuple[RowResult, PreparedChange | None]:
    """Return what comes of a row that nothing on record is about, and what is to be written."""
    holders, barred = holders_of(row, names, terms)
    if barred:
        return rejected_for(row.draft, barred), None
    return created(fresh.id, fresh.errors, holders), PreparedChange(fresh, holders)


@cache
def _dialect(database: str) -> sa.Dialect:
    return make_url(database).get_dialect()()


def _fresh(draft: PatentDraft, terms: Terms, dialect: sa.Dialect) -> PreparedPatent | None:
    known = plan_fresh(draft, terms, new_id("pat"))
    if known is None:
        return None
    patent = bound(dialect, PATENT, patent_row(known, terms.now))
    events = [bound(dialect, EVENT, event_row(known.id, fact, terms.organisation_id)) for fact in known.events]
    return PreparedPatent(known.id, known.private_to, patent, events, known.graded, draft.errors)


def patent_reader(importer: Importer) -> Callable[[Mapping[str, str], datetime], PatentRow]:
    """Return what reads the rows of one file; checking, nothing is made ready, since nothing is written."""
    grades, applies = importer.settings.grades, importer.mode is Mode.APPLY
    dialect = _dialect(importer.settings.database)
    terms: Terms | None = None

    def read(cells: Mapping[str, str], now: datetime) -> PatentRow:
        nonlocal terms
        draft = read_patent(cells, grades)
        if terms is None or terms.now != now:
            terms = Terms.of(importer, now)
        fresh = _fresh(draft, terms, dialect) if applies else None
        return PatentRow(draft, fresh)

    return read
