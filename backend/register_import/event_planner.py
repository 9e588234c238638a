"""Legal events as a file tells them, and what each does to a patent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.imports.import_kinds import ColumnError
from backend.patents.codes import EventKind
from backend.patents.fact_rules import folded
from backend.patents.legal_events.service import FILLS
from backend.patents.legal_events.status_rules import Fact
from backend.register_import.holder_planner import Move, Names, change_holders, change_names, lay_out
from backend.register_import.import_terms import Terms
from backend.register_import.patent_state import PatentState
from backend.register_import.vocabulary import code_of, day_of, split_names

YEARLY: Final = frozenset({EventKind.ANNUITY_PAID, EventKind.ANNUITY_MISSED})
YEARS: Final = range(1, 26)
MOVES: Final = frozenset({EventKind.HOLDER_CHANGED, EventKind.NAME_CHANGED})
MOST: Final = 1_000
LONGEST: Final = 200
CELL: Final = "legal_events"


@dataclass(frozen=True, slots=True)
class EventSaid:
    """One announcement as a row tells it: with the holders' names before and after, of a change of holders or names."""

    kind: EventKind
    effective_on: date
    announced_on: date | None = None
    year: int | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    source: str = ""

    def fact(self, terms: Terms) -> Fact:
        """Return it as the rules read it."""
        return Fact(
            self.kind, self.effective_on, terms.now, terms.for_all, self.source or terms.source, self.announced_on,
            year=self.year, holders_before=self.before, holders_after=self.after,
        )  # fmt: skip


class EventWrong(ValueError):
    """What is wrong with an announcement, as an error on a column."""

    def __init__(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.error = ColumnError(column, code, value, facts)


def kind_of(word: str) -> EventKind:
    """Return the kind of event that the word means; raise EventWrong where it means none that a file may tell."""
    code = code_of("legal-events", word)
    if code is None:
        raise EventWrong("event", "word_unknown", word, list="legal-events")
    if code == EventKind.STATUS_REPORTED:
        raise EventWrong("event", "event_not_by_file", word)
    return EventKind(code)


def day_in(cells: Mapping[str, str], column: str) -> date | None:
    """Return the day in the column, or None where there is none; raise EventWrong where it cannot be read."""
    text = cells.get(column)
    if not text:
        return None
    day = day_of(text)
    if day is None:
        raise EventWrong(column, "date_unreadable", text)
    return day


def stated_event(cells: Mapping[str, str]) -> EventSaid:
    """Return the announcement in these cells; raise EventWrong.

    Cells: `event`, `effective_on`, and where they are known `announced_on`, `year`, `holders` (those after the change),
    `former_holders`, `source`.
    """
    kind = kind_of(cells.get("event", ""))
    effective_on, announced_on = day_in(cells, "effective_on"), day_in(cells, "announced_on")
    if effective_on is None:
        raise EventWrong("effective_on", "effective_day_needed")
    year = cells.get("year", "")
    if kind in YEARLY and not (year.isdecimal() and int(year) in YEARS):
        raise EventWrong("year", "patent_year_needed", year)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    if kind in MOVES:
        before, after = (tuple(split_names(cells.get(name, ""))) for name in ("former_holders", "holders"))
        if kind is EventKind.HOLDER_CHANGED and not after:
            raise EventWrong("holders", "new_holders_needed")
        if any(len(name) > LONGEST for name in (*before, *after)) or max(len(before), len(after)) > LONGEST:
            raise EventWrong("holders", "text_too_long", longest=LONGEST)
    source = " ".join(cells.get("source", "").split())[:LONGEST]
    return EventSaid(kind, effective_on, announced_on, int(year) if kind in YEARLY else None, before, after, source)


def _cells_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Return an event of the `legal_events` cell under the columns of a row of events."""
    cells = {
        name: str(event[name])
        for name in ("event", "effective_on", "announced_on", "year", "source")
        if event.get(name)
    }
    for name, column in (("holders_before", "former_holders"), ("holders_after", "holders")):
        said = event.get(name) or ()
        cells[column] = ";".join(str(one) for one in said) if isinstance(said, list) else str(said or "")
    return cells


def read_events(text: str) -> tuple[list[EventSaid], list[ColumnError]]:
    """Return the events in a `legal_events` cell in the order in which they took effect, and what is wrong with others.

    The cell is a JSON list of {"event": a word of /v1/reference/legal-events, "effective_on", "announced_on", "year",
    "holders_before": [names], "holders_after": [names], "source"}.
    """
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list) or len(listed) > MOST or not all(isinstance(one, dict) for one in listed):
        return [], [ColumnError(CELL, "events_unreadable", text)]
    said, wrong = [], []
    for one in listed:
        try:
            said.append(stated_event(_cells_of(one)))
        except EventWrong as error:
            wrong.append(ColumnError(CELL, error.error.code, error.error.value, error.error.facts))
    return sorted(said, key=lambda event: event.effective_on), wrong


def holders_at_first(events: Sequence[EventSaid], applicants: Sequence[str], holders: Sequence[str]) -> list[str]:
    """Return who held the patent before the first change that is told: whom that names, else the applicants."""
    first = next((event for event in events if event.kind in MOVES), None)
    if first is None:
        return list(holders or applicants)
    if first.kind is EventKind.NAME_CHANGED and {folded(n) for n in first.before} <= {folded(n) for n in applicants}:
        return list(applicants)
    return list(first.before or applicants or holders)


def happen(known: PatentState, said: EventSaid, names: Names, terms: Terms) -> tuple[bool, list[ColumnError]]:
    """Take an event that is not known yet, with what it does to holders; whoever asks settles the patent.

    Give whether it was taken, and what of it is not the importer's to say.
    """
    fact = said.fact(terms)
    if known.knows(fact):
        return False, []
    if said.effective_on > terms.today:
        return False, [ColumnError(CELL, "in_the_future", str(said.effective_on))]
    errors: list[ColumnError] = []
    if said.kind in MOVES:
        lay_out(known, names, terms)
        errors = _move(known, said, names, terms)
    if errors and said.kind is EventKind.NAME_CHANGED:
        return False, errors
    known.happen(fact)
    filled = FILLS.get(said.kind)
    if filled and known.row[filled] is None:
        known.row[filled] = said.effective_on
        known.writes[filled] = said.effective_on
        known.mark([filled], terms.mark_on(known))
    return True, errors


def _move(known: PatentState, said: EventSaid, names: Names, terms: Terms) -> list[ColumnError]:
    if said.kind is EventKind.NAME_CHANGED:
        if len(said.before) != len(said.after):
            return [ColumnError(CELL, "name_change_unclear", "; ".join((*said.before, *said.after)))]
        changed = [(a, b) for a, b in zip(said.before, said.after, strict=True) if folded(a) != folded(b)]
        return list(change_names(known, said.effective_on, changed, names, terms))
    before, after = ([names.holder(name, known) for name in side] for side in (said.before, said.after))
    barred = change_holders(known, Move(said.effective_on, before, after), names, terms)
    by_party = dict(zip(before, said.before, strict=True))
    return [ColumnError(CELL, "holder_not_yours", by_party.get(party, "")) for party in barred]
