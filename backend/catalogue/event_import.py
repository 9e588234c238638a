"""Files of what the register announced: the kind `legal_events` of imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.service import party_of
from backend.catalogue import register_texts
from backend.catalogue.codes import EventKind, HoldingState
from backend.catalogue.events_service import FILLS
from backend.catalogue.register_import import KNOWN, NEEDS
from backend.catalogue.register_known import Known, Terms, compact
from backend.catalogue.register_read import HOME, LONGEST_NAME, read_numbers
from backend.catalogue.register_store import Writer, ids_by_number, load_known
from backend.catalogue.register_words import code_of, day_of
from backend.catalogue.status_rules import Fact
from backend.core.clock import china_day
from backend.imports.kinds import ColumnError, Importer, ImportKind, RowResult
from backend.imports.rules import Mode, Outcome
from backend.imports.scratch import Scratch

FIELDS: Final = frozenset({*NEEDS[0], "event", "effective_on", "announced_on", "year", "source"})
YEARLY: Final = frozenset({EventKind.ANNUITY_PAID, EventKind.ANNUITY_MISSED})
ELSEWHERE: Final = frozenset({EventKind.HOLDER_CHANGED, EventKind.STATUS_REPORTED})  # they say more than a row can
YEARS: Final = range(1, 26)


@dataclass(slots=True)
class EventDraft:
    """What a row says of one announcement; and what could not be read."""

    office: str = HOME
    numbers: dict[str, str] = field(default_factory=dict)
    kind: EventKind | None = None
    days: dict[str, date] = field(default_factory=dict)
    year: int | None = None
    source: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    errors: list[ColumnError] = field(default_factory=list)

    def wrong(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        """Note an error on a column."""
        self.errors.append(ColumnError(column, code, value, facts))


def _read_kind(draft: EventDraft, cells: Mapping[str, str]) -> None:
    text = cells.get("event", "")
    code = code_of("legal-events", text)
    if code is None:
        draft.wrong("event", "word_unknown", text, list="legal-events")
    elif EventKind(code) in ELSEWHERE:
        draft.wrong("event", "event_not_by_file", text)
    else:
        draft.kind = EventKind(code)
    year = cells.get("year", "")
    if draft.kind in YEARLY:
        if year.isdecimal() and int(year) in YEARS:
            draft.year = int(year)
        else:
            draft.wrong("year", "patent_year_needed", year)


def read_event(cells: Mapping[str, str]) -> EventDraft:
    """Give what the cells of one row say, by field."""
    draft = EventDraft(source=" ".join(cells.get("source", "").split())[:LONGEST_NAME])
    read_numbers(draft, cells)
    _read_kind(draft, cells)
    for column in ("effective_on", "announced_on"):
        text = cells.get(column)
        if text is None:
            continue
        if day := day_of(text):
            draft.days[column] = day
        else:
            draft.wrong(column, "date_unreadable", text)
    if "effective_on" not in draft.days and not draft.errors:
        draft.wrong("effective_on", "effective_day_needed")
    return draft


def _speaks(known: Known, terms: Terms) -> bool:
    """Whether the importer is an office or an established holder: see the table in `access`."""
    own = known.holders.get(terms.own)
    if terms.for_all or own is HoldingState.VERIFIED:
        return True
    living = [state for state in known.holders.values() if state is not HoldingState.ENDED]
    return own is HoldingState.ASSERTED and (known.facts_by == terms.organisation_id or len(living) == 1)


class EventRun:
    """One file of announcements on its way through the register."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._checks = importer.mode is Mode.CHECK
        self._party: Party | None = None
        self._scratch = Scratch()  # checking: what applying would have written

    def read(self, cells: Mapping[str, str]) -> EventDraft:
        """Give what the cells of a row say."""
        return read_event(cells)

    async def take(self, session: AsyncSession, drafts: Sequence[EventDraft], now: datetime) -> list[RowResult]:
        """Give the results of the next rows; applying, write them too."""
        importer = self._importer
        own = self._party = self._party or await party_of(session, importer.organisation_id)
        terms = Terms(
            organisation_id=importer.organisation_id,
            own=own.id,
            own_key=None,
            for_all=importer.for_all,
            has_holders=False,
            source=f"import {importer.import_id}",
            now=now,
            today=china_day(now),
            named=(),
            offices=(),
            prefers_file=importer.prefers_file,
        )
        ids = await ids_by_number(session, drafts)
        changed = self._scratch.get(KNOWN, set(ids.values()))
        strange = {patent_id for patent_id in ids.values() if patent_id not in changed}
        known = await load_known(session, strange, importer.organisation_id, lock=not self._checks, graded=False)
        known |= changed
        results = [self._plan(draft, ids, known, terms) for draft in drafts]
        touched = [one for one in known.values() if one.touched]
        if self._checks:
            for one in touched:
                one.remembered()
            self._scratch.put(KNOWN, {one.id: one for one in touched})
        elif touched:
            await Writer(session, terms, importer.user_id).write(touched, {}, {}, own.name)
        return results

    def kept(self) -> None:
        """Nothing depends on it."""

    def _plan(
        self, draft: EventDraft, ids: Mapping[tuple[str, str], str], known: Mapping[str, Known], terms: Terms
    ) -> RowResult:
        errors = list(draft.errors)
        if not draft.numbers:
            errors.append(ColumnError("", "number_missing"))
        errors += [
            ColumnError(column, "in_the_future", str(day)) for column, day in draft.days.items() if day > terms.today
        ]
        if errors or draft.kind is None:
            return RowResult(Outcome.REJECTED, None, errors)
        column, number = next((draft.columns[name], number) for name, number in draft.numbers.items())
        patents = {ids.get((draft.office, number)) for number in draft.numbers.values()}
        if len(patents) > 1:
            return RowResult(Outcome.REJECTED, None, [ColumnError(column, "numbers_of_two_patents", number)])
        found = known.get(next(iter(patents)) or "")
        if found is None or not (terms.for_all or found.holders.get(terms.own)):
            code = "patent_not_on_record" if terms.for_all else "patent_not_held"
            return RowResult(Outcome.REJECTED, None, [ColumnError(column, code, number)])
        if not _speaks(found, terms):
            return RowResult(Outcome.REJECTED, found.id, [ColumnError(column, "not_established", number)])
        return _happen(draft, draft.kind, found, terms)


def _happen(draft: EventDraft, kind: EventKind, known: Known, terms: Terms) -> RowResult:
    effective_on = draft.days["effective_on"]
    fact = Fact(
        kind, effective_on, terms.now, terms.for_all, draft.source or terms.source, draft.days.get("announced_on"),
        year=draft.year,
    )  # fmt: skip
    before = len(known.history)
    known.happen(fact)
    if len(known.history) == before:
        return RowResult(Outcome.UNCHANGED, known.id)
    filled = FILLS.get(kind)
    if filled and known.row[filled] is None:
        known.row |= compact({filled: effective_on})
        known.writes[filled] = effective_on
    known.settle(terms)
    return RowResult(Outcome.UPDATED, known.id)


IMPORT_KINDS: Final = {
    "legal_events": ImportKind(FIELDS, (*NEEDS, ("event",), ("effective_on",)), register_texts.TEXTS, EventRun)
}
