"""What a row of a register changes: one plan, whether it is only checked or also applied."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any, Final, Protocol

from backend.imports.import_kinds import ColumnError, RowResult
from backend.imports.rules import Outcome
from backend.patents.codes import EventKind, HoldingState
from backend.patents.fact_rules import FACTS, NUMBERS, fill_or_conflict
from backend.patents.legal_events.status_rules import Fact, agrees
from backend.patents.provenance_rules import STATUS, agreed, is_stated, stated
from backend.register_import.announced_days import state_days, state_kept_days
from backend.register_import.duplicates import joined, kept_apart
from backend.register_import.event_planner import CELL, EventSaid, happen
from backend.register_import.holder_planner import Names
from backend.register_import.import_terms import Terms
from backend.register_import.patent_state import Graded, PatentState
from backend.register_import.reader import DATES, PatentDraft, drop_future

TELLING: Final = frozenset({"kind", *DATES})  # of term and status

Planned = tuple[RowResult, PatentState | None]


def plan_row(draft: PatentDraft, found: Sequence[PatentState], names: Names, terms: Terms, fresh_id: str) -> Planned:
    """Return what comes of a row, and the patent with what is to be written of it.

    `found` are the patents that have one of the row's numbers, `names` tell the party of each name.
    """
    drop_future(draft, terms.today)
    if not draft.numbers:
        return _rejected(draft, "", "number_missing"), None
    holders, barred = holders_of(draft, names, terms)
    if barred:
        return rejected_for(draft, barred), None
    if not found:
        return _create(draft, holders, names, terms, fresh_id)
    is_named = any(one.id in terms.named for one in found)
    if len(found) == 1:
        return _complete_one(draft, found[0], holders, names, terms, is_named=is_named)
    if apart := kept_apart(found, draft.numbers, terms):
        return _unlinked(draft, apart), None
    known = reduce(lambda one, other: joined(one, other, terms.offices), found)
    known.recompute_status(terms)
    result, known = _complete_one(draft, known, holders, names, terms, is_named=is_named)
    return replace(result, outcome=Outcome.UPDATED) if result.outcome is Outcome.UNCHANGED else result, known


def _rejected(draft: PatentDraft, column: str, code: str, value: str = "") -> RowResult:
    return RowResult(Outcome.REJECTED, None, [*draft.errors, ColumnError(column, code, value)])


def rejected_for(draft: PatentDraft, barred: str) -> RowResult:
    """Return the result of a row that is barred for whom it names as holders."""
    return _rejected(draft, draft.columns.get("holders", "holders"), barred, "; ".join(draft.holders))


class Held(Protocol):
    """What a row says, as far as its holders go."""

    @property
    def holders(self) -> Sequence[str]:
        """Who holds the patent, or held it before the changes that the row tells."""

    @property
    def named(self) -> Iterable[str]:
        """The names of everybody who holds or held it."""

    @property
    def moves(self) -> Sequence[EventSaid]:
        """The changes of holders and of their names."""


def holders_of(draft: Held, names: Names, terms: Terms) -> tuple[list[str], str | None]:
    """Return the parties that the row says hold the patent, and the code of what bars the row where something does."""
    named = list(dict.fromkeys(names.party(name) for name in draft.holders))
    if terms.for_all:
        return named, None
    if not terms.has_holders and not draft.moves:
        return [terms.own], None
    if not named:
        return [], "holders_missing"
    return named, None if terms.own in {names.party(name) for name in draft.named} else "not_your_patent"


def _unlinked(draft: PatentDraft, code: str) -> RowResult:
    numbers = ((draft.columns.get(name, name), number) for name, number in draft.numbers.items())
    errors = [ColumnError(column, code, number) for column, number in numbers]
    return RowResult(Outcome.CONFLICT, None, [*draft.errors, *errors])


def plan_fresh(draft: PatentDraft, terms: Terms, fresh_id: str) -> PatentState | None:
    """Return the patent that the row makes if none is known by its numbers, but for its holders.

    None where it makes none, or where that depends on more than the row.
    """
    drop_future(draft, terms.today)
    if not draft.numbers or "title" not in draft.facts or draft.events:
        return None
    known = _begin(draft, terms, fresh_id)
    _report(known, draft, terms)
    _grade(known, draft, terms)
    return known


def _begin(draft: PatentDraft, terms: Terms, fresh_id: str) -> PatentState:
    empty = dict.fromkeys((*NUMBERS, *FACTS))
    known = PatentState(
        fresh_id, draft.office, stored=False, created_at=terms.now, row=empty, facts_by=terms.organisation_id
    )
    known.private_to = terms.row_for((draft.office, number) for number in draft.numbers.values())
    _write(known, {**draft.numbers, **draft.facts}, terms, tells=not draft.is_status_unread)
    return known


def created(fresh_id: str, errors: Sequence[ColumnError], holders: Sequence[str]) -> RowResult:
    """Return the result of a row that makes a patent."""
    unheld = [] if holders else [ColumnError("holders", "holders_missing")]
    return RowResult(Outcome.CREATED, fresh_id, [*errors, *unheld])


def _create(draft: PatentDraft, holders: list[str], names: Names, terms: Terms, fresh_id: str) -> Planned:
    if "title" not in draft.facts:
        return _rejected(draft, "title", "title_missing"), None
    known = _begin(draft, terms, fresh_id)
    _hold(known, holders)
    errors = _events(known, draft, names, terms, speaks=True)[1]
    _report(known, draft, terms)
    _grade(known, draft, terms)
    result = created(fresh_id, draft.errors, holders)
    return replace(result, errors=[*result.errors, *errors]), known


def _events(
    known: PatentState, draft: PatentDraft, names: Names, terms: Terms, *, speaks: bool
) -> tuple[bool, list[ColumnError]]:
    """Take the row's legal events that are not known yet; give whether there were any, and what is wrong with others.

    Who is said to hold it today and is not reached by the events holds it as well.
    """
    taken = False
    errors: list[ColumnError] = []
    for event in draft.events:
        if not speaks and not known.knows(event.fact(terms)):
            return taken, [*errors, ColumnError(CELL, "not_established")]
        is_new, wrong = happen(known, event, names, terms)
        taken, errors = taken or is_new, [*errors, *wrong]
    if taken:
        known.recompute_status(terms)
    if taken and speaks:
        _hold(known, dict.fromkeys(names.holder(name, known) for name in draft.holders_now))
    return taken, errors


def _complete_one(
    draft: PatentDraft, known: PatentState, holders: list[str], names: Names, terms: Terms, *, is_named: bool
) -> tuple[RowResult, PatentState]:
    """Complete a patent that the row means; of one that is the importer's no more it learns nothing new."""
    moved = terms.own in holders and known.take_over(terms.own, terms.own_key)
    if terms.is_stranger_to(known):
        return _of_stranger(draft, known, terms), known
    added = [(name, number) for name, number in draft.numbers.items() if known.row[name] is None]
    if known.is_established and added and terms.questions is not None:
        taken = any((draft.office, number) in terms.hidden for _, number in added)
        if code := terms.questions.refusal(taken=taken):
            return _unlinked(draft, code), known
    result, known = _complete(draft, known, names, terms, is_named=is_named)
    return replace(result, outcome=Outcome.UPDATED) if moved and result.outcome is Outcome.UNCHANGED else result, known


def _of_stranger(draft: PatentDraft, known: PatentState, terms: Terms) -> RowResult:
    """Return the result of a row about a patent that the importer held once: told before it is unchanged."""
    if draft.moves and all(known.knows(event.fact(terms)) for event in draft.events):
        return RowResult(Outcome.UNCHANGED, known.id, draft.errors)
    over = known.holders.get(terms.own) in (None, HoldingState.ENDED)
    code = "holding_ended" if over else "not_established"
    return RowResult(Outcome.CONFLICT, known.id, [*draft.errors, ColumnError("holders", code)])


def _complete(
    draft: PatentDraft, known: PatentState, names: Names, terms: Terms, *, is_named: bool
) -> tuple[RowResult, PatentState]:
    speaks = terms.speaks_for(known)
    given = {**draft.numbers, **draft.facts}
    bars = terms.bars(known)
    changes, differing = fill_or_conflict(known.row, given, may_overwrite=speaks and not is_named, kept=bars)
    code = "differs_from_earlier_row" if is_named else "differs_from_register"
    conflicts = [
        ColumnError(draft.columns.get(n, n), _why(n, known, terms, bars, code), _joined_text(given[n]))
        for n in differing
    ]
    if any(name in NUMBERS for name in differing):
        return RowResult(Outcome.CONFLICT, known.id, [*draft.errors, *conflicts]), known
    before = _measure(known)
    if terms.mark_on(known):
        known.mark((n for n in agreed(known.row, given) if n not in stated(known.set_by)), terms.mark_on(known))
    _write(known, {name: given[name] for name in changes}, terms, tells=not draft.is_status_unread)
    if speaks and not is_named:
        state_kept_days(known, draft, terms)
    if not _hold(known, _holding(known, draft, names, terms), "" if draft.moves else terms.own):
        conflicts.append(ColumnError("holders", "holding_ended"))
    told, unsaid = _events(known, draft, names, terms, speaks=terms.records_of(known))
    conflicts += unsaid
    if not _report(known, draft, terms, heard=speaks and not is_named):
        conflicts.append(ColumnError("legal_status", bars.get(STATUS, code), draft.status or ""))
    if not _grade(known, draft, terms, heard=not is_named):
        conflicts.append(ColumnError("grade", code, draft.grade or ""))
    changed = bool(changes) or told or _measure(known) != before
    outcome = Outcome.CONFLICT if conflicts else Outcome.UPDATED if changed else Outcome.UNCHANGED
    return RowResult(outcome, known.id, [*draft.errors, *conflicts]), known


def _holding(known: PatentState, draft: PatentDraft, names: Names, terms: Terms) -> list[str]:
    """Return who by the row held the patent before the changes that it tells; nobody where those are known already.

    Whom somebody else named as a holder before is not a second one; an organisation on the platform is told apart.
    """
    moves = draft.moves
    if not terms.speaks_for(known):
        return [p for p in map(names.party, draft.holders_now) if p == terms.own] if moves else [terms.own]
    if moves:
        return [] if known.knows(moves[0].fact(terms)) else [names.holder(name, known) for name in draft.holders]
    if not terms.for_all and not terms.has_holders:
        return [terms.own]
    parties = ((name, names.party(name)) for name in draft.holders)
    return [p if names.organisations.get(p) else names.holder(name, known) for name, p in parties]


def _measure(known: PatentState) -> tuple[int, int, Graded | None]:
    return len(known.holders), known.event_count, known.grade


def _why(name: str, known: PatentState, terms: Terms, bars: Mapping[str, str], code: str) -> str:
    """Return the code for a fact that differs and is not taken."""
    entered_by_office = known.facts_by in terms.offices
    if terms.for_all or name in NUMBERS or not is_stated(known.set_by, name, entered_by_office=entered_by_office):
        return bars.get(name, code)
    return "stated_by_authority"


def _joined_text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _write(known: PatentState, changes: Mapping[str, Any], terms: Terms, *, tells: bool = True) -> None:
    """Set facts, and the events that dates tell: a publication, a grant.

    Without `tells` the dates tell none: the row says how the right stands, and that was not understood.
    """
    known.row |= changes
    known.writes |= changes
    known.mark((name for name in changes if name in FACTS), terms.mark_on(known))
    if tells:
        state_days(known, changes, terms)
    if not known.stored or TELLING & changes.keys():
        known.recompute_status(terms)


def _hold(known: PatentState, holders: Iterable[str], own: str = "") -> bool:
    """Add the holdings that are new; one that has ended is not begun again by a file: False where it is the own one."""
    fresh = [party for party in holders if party not in known.holders]
    known.holders |= dict.fromkeys(fresh, HoldingState.ASSERTED)
    known.holds += fresh
    return own not in holders or known.holders[own] is not HoldingState.ENDED


def _report(known: PatentState, draft: PatentDraft, terms: Terms, *, heard: bool = True) -> bool:
    """Take the status that the row reports; False where it differs from what is known and that outweighs it."""
    status, checked_on = draft.status, draft.checked_on
    known_on = known.standing["status_checked_on"]
    is_news = checked_on is not None and (known_on is None or checked_on > known_on)
    if status is None or (agrees(status, known.status) and not (heard and is_news)):
        return True
    fact = Fact(
        EventKind.STATUS_REPORTED, checked_on or terms.today, terms.now, terms.for_all, terms.source, status=status
    )
    then = known.standing_with([*known.history, fact], terms)
    heard = heard and (is_news or STATUS not in terms.bars(known))
    if not heard or not agrees(status, then["legal_status"]):
        return False
    known.happen(fact)
    known.mark([STATUS], terms.mark_on(known))
    known.recompute_status(terms)
    return True


def _grade(known: PatentState, draft: PatentDraft, terms: Terms, *, heard: bool = True) -> bool:
    """Take the grade, unless a newer one is known or the same one for that day; False where an earlier row has one."""
    if draft.grade is None:
        return True
    graded = Graded(draft.grade, draft.assessed_on or terms.today, draft.method)
    if known.grade is not None:
        same_day = draft.assessed_on in (None, known.grade.assessed_on)
        if known.grade.assessed_on > graded.assessed_on or (known.grade.grade == graded.grade and same_day):
            return True
        if not heard:
            return False
    known.grade = known.graded = graded
    return True
