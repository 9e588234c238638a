"""Files of what the register announced: the kind `legal_events` of imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.parties.directory import party_of
from backend.imports.import_kinds import ColumnError, Importer, ImportKind, RowResult
from backend.imports.rules import Mode, Outcome
from backend.imports.scratch_store import Scratch
from backend.patents.queries import offices
from backend.register_import import messages
from backend.register_import.event_planner import MOVES, EventSaid, EventWrong, happen, stated_event
from backend.register_import.holder_planner import Names
from backend.register_import.holder_writer import load_periods
from backend.register_import.import_terms import Terms
from backend.register_import.number_lookup import ids_by_number, meant_rows
from backend.register_import.party_names import load_names, remember_names
from backend.register_import.patent_import import KNOWN, NEEDS
from backend.register_import.patent_state import PatentState
from backend.register_import.reader import HOME, read_numbers
from backend.register_import.writer import Writer, load_known

FIELDS: Final = frozenset(
    {*NEEDS[0], "event", "effective_on", "announced_on", "year", "holders", "former_holders", "source"}
)
IN_ROW: Final = {"in_the_future": "effective_on", "holder_not_yours": "former_holders"}


@dataclass(slots=True)
class EventDraft:
    """What a row says of one announcement; and what could not be read."""

    office: str = HOME
    numbers: dict[str, str] = field(default_factory=dict)
    said: EventSaid | None = None
    columns: dict[str, str] = field(default_factory=dict)
    errors: list[ColumnError] = field(default_factory=list)

    @property
    def named(self) -> tuple[str, ...]:
        """The names of those who held it before and after."""
        return (*self.said.before, *self.said.after) if self.said else ()

    @property
    def moves(self) -> bool:
        """Whether it tells of a change of holders or of a holder's name."""
        return self.said is not None and self.said.kind in MOVES

    def wrong(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        """Note an error on a column."""
        self.errors.append(ColumnError(column, code, value, facts))


def read_event(cells: Mapping[str, str]) -> EventDraft:
    """Return what the cells of one row say, by field."""
    draft = EventDraft()
    read_numbers(draft, cells)
    try:
        draft.said = stated_event(cells)
    except EventWrong as wrong:
        draft.errors.append(wrong.error)
    return draft


class EventRun:
    """One file of announcements on its way through the register."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._checks = importer.mode is Mode.CHECK
        self._party: Party | None = None
        self._offices: frozenset[str] = frozenset()
        self._scratch = Scratch()  # checking: what applying would have written

    async def take(self, session: AsyncSession, drafts: Sequence[EventDraft], now: datetime) -> list[RowResult]:
        """Return the results of the next rows; applying, write them too."""
        importer = self._importer
        if self._party is None:
            self._party = await party_of(session, importer.organisation_id)
            session.expunge(self._party)  # it outlives the session, also one that is rolled back
        own = self._party
        self._offices = self._offices or await offices(session)
        terms = Terms.of(importer, now, own=own.id, offices=self._offices)
        ids = await ids_by_number(session, drafts, meant_rows(importer, None))
        changed = self._scratch.get(KNOWN, set(ids.values()))
        strange = {patent_id for patent_id in ids.values() if patent_id not in changed}
        known = await load_known(session, strange, importer.organisation_id, lock=not self._checks, graded=False)
        known |= changed
        names = await load_names(
            session, {name for draft in drafts for name in draft.named}, own, self._scratch if self._checks else None
        )
        if any(draft.moves for draft in drafts):
            await load_periods(session, known.values(), importer.organisation_id)
        results = [self._plan(draft, ids, known, names, terms) for draft in drafts]
        touched = [one for one in known.values() if one.touched]
        if self._checks:
            for one in touched:
                one.remembered()
            self._scratch.put(KNOWN, {one.id: one for one in touched})
            remember_names(self._scratch, names)
        elif touched:
            await Writer(session, terms, importer.user_id).write(touched, names, own.name)
        return results

    def kept(self) -> None:
        """Nothing depends on it."""

    def close(self) -> None:
        """Forget what the way remembered."""
        self._scratch.close()

    def _plan(
        self,
        draft: EventDraft,
        ids: Mapping[tuple[str, str], str],
        known: Mapping[str, PatentState],
        names: Names,
        terms: Terms,
    ) -> RowResult:
        errors = list(draft.errors)
        if not draft.numbers:
            errors.append(ColumnError("", "number_missing"))
        if errors or draft.said is None:
            return RowResult(Outcome.REJECTED, None, errors)
        column, number = next((draft.columns[name], number) for name, number in draft.numbers.items())
        patents = {ids.get((draft.office, number)) for number in draft.numbers.values()}
        if len(patents) > 1:
            return RowResult(Outcome.REJECTED, None, [ColumnError(column, "numbers_of_two_patents", number)])
        found = known.get(next(iter(patents)) or "")
        if found is None or not (terms.for_all or found.holders.get(terms.own)):
            code = "patent_not_on_record" if terms.for_all else "patent_not_held"
            return RowResult(Outcome.REJECTED, None, [ColumnError(column, code, number)])
        if not terms.records_of(found) and not found.knows(draft.said.fact(terms)):
            return RowResult(Outcome.REJECTED, found.id, [ColumnError(column, "not_established", number)])
        return _happen(draft.said, found, names, terms)


def _happen(said: EventSaid, known: PatentState, names: Names, terms: Terms) -> RowResult:
    is_new, errors = happen(known, said, names, terms)
    errors = [replace(error, field=IN_ROW.get(error.code, "holders")) for error in errors]
    if not is_new:
        return RowResult(Outcome.REJECTED if errors else Outcome.UNCHANGED, None if errors else known.id, errors)
    known.recompute_status(terms)
    names.used.update(known.holders)
    return RowResult(Outcome.CONFLICT if errors else Outcome.UPDATED, known.id, errors)


IMPORT_KINDS: Final = {
    "legal_events": ImportKind(
        FIELDS,
        (*NEEDS, ("event",), ("effective_on",)),
        messages.TEXTS,
        reader=lambda _importer: lambda cells, _now: read_event(cells),
        begin=EventRun,
    )
}
