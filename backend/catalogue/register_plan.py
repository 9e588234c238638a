"""What a row of a register changes: one plan, whether it is only checked or also applied.

A `Known` is a patent as the import sees it: what the database holds, and what earlier rows of the same file changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final

from backend.catalogue.codes import EventKind, HoldingState, LegalStatus
from backend.catalogue.fact_rules import FACTS, NUMBERS, fill_or_conflict, folded
from backend.catalogue.register_read import PatentDraft
from backend.catalogue.status_rules import Fact, status_at
from backend.catalogue.term_rules import derive, expiry_of
from backend.imports.kinds import ColumnError, RowResult
from backend.imports.rules import Outcome

LONG: Final = ("abstract", "abstract_en", "first_claim")
EVENT_OF: Final = {"publication_date": EventKind.PUBLISHED, "grant_date": EventKind.GRANTED}


@dataclass(frozen=True, slots=True)
class Graded:
    """A stock-taking grade as a row gives it."""

    grade: str
    assessed_on: date
    method: str | None


@dataclass(slots=True)
class Known:
    """A patent as the import sees it; what the next batch writes is in `writes`, `holds`, `events` and `graded`."""

    id: str
    office: str
    stored: bool
    row: dict[str, Any] = field(default_factory=dict)
    facts_by: str | None = None
    expiry_override: date | None = None
    annuity_paid_through: date | None = None
    expiry: date | None = None
    status: LegalStatus = LegalStatus.UNKNOWN
    checked_on: date | None = None
    listed: bool = False
    holders: dict[str, HoldingState] = field(default_factory=dict)
    organisations: set[str] = field(default_factory=set)
    grade: Graded | None = None
    history: list[Fact] = field(default_factory=list)
    writes: dict[str, Any] = field(default_factory=dict)
    holds: list[str] = field(default_factory=list)
    events: list[Fact] = field(default_factory=list)
    graded: Graded | None = None

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.writes or self.holds or self.events or self.graded)

    def settled(self) -> None:
        """Forget what was to be written, and keep what is known."""
        self.writes, self.holds, self.events, self.graded = {}, [], [], None


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom and when a file is planned; `own` is the importing organisation's party."""

    organisation_id: str
    own: str
    for_all: bool
    has_holders: bool
    source: str
    now: datetime
    today: date


def compact(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts with long texts as what they are compared by, so that a whole file's can be remembered."""
    return {
        name: blake2b(folded(value).encode(), digest_size=16).hexdigest() if value and name in LONG else value
        for name, value in values.items()
    }


def _rejected(draft: PatentDraft, column: str, code: str, value: str = "") -> RowResult:
    return RowResult(Outcome.REJECTED, None, [*draft.errors, ColumnError(column, code, value)])


def holders_of(draft: PatentDraft, keys: Mapping[str, str], terms: Terms) -> tuple[list[str], str | None]:
    """Give the parties that the row says hold the patent, and the code of what bars the row where something does."""
    named = list(dict.fromkeys(keys[name] for name in draft.holders))
    if terms.for_all:
        return named, None
    if not terms.has_holders:
        return [terms.own], None
    if not named:
        return [], "holders_missing"
    return named, None if terms.own in named else "not_your_patent"


def plan_row(
    draft: PatentDraft, found: Sequence[Known], keys: Mapping[str, str], terms: Terms, fresh_id: str
) -> tuple[RowResult, Known | None]:
    """Give what comes of a row, and the patent with what is to be written of it.

    `found` are the patents that have one of the row's numbers, `keys` the party of each name.
    """
    if not draft.numbers:
        return _rejected(draft, "", "number_missing"), None
    holders, barred = holders_of(draft, keys, terms)
    if barred:
        return _rejected(draft, "holders", barred, "; ".join(draft.holders)), None
    if len(found) > 1:
        return _linked(draft), None
    if not found:
        return _create(draft, holders, terms, fresh_id)
    return _complete(draft, found[0], holders, terms)


def _linked(draft: PatentDraft) -> RowResult:
    errors = [
        ColumnError(draft.columns.get(name, name), "numbers_of_two_patents", number)
        for name, number in draft.numbers.items()
    ]
    return RowResult(Outcome.CONFLICT, None, [*draft.errors, *errors])


def _create(draft: PatentDraft, holders: list[str], terms: Terms, fresh_id: str) -> tuple[RowResult, Known | None]:
    if "title" not in draft.facts:
        return _rejected(draft, "title", "title_missing"), None
    known = Known(fresh_id, draft.office, stored=False, facts_by=terms.organisation_id)
    known.row = dict.fromkeys((*NUMBERS, *FACTS))
    _write(known, {**draft.numbers, **draft.facts}, terms)
    _hold(known, holders)
    _report(known, draft, terms, may=True)
    _grade(known, draft, terms)
    missing = [ColumnError("holders", "holders_missing")] if not holders else []
    return RowResult(Outcome.CREATED, fresh_id, [*draft.errors, *missing]), known


def _complete(draft: PatentDraft, known: Known, holders: list[str], terms: Terms) -> tuple[RowResult, Known | None]:
    may = terms.for_all or known.facts_by == terms.organisation_id
    given = {**draft.numbers, **draft.facts}
    changes, differing = fill_or_conflict(known.row, compact(given), may_overwrite=may)
    conflicts = [ColumnError(draft.columns.get(n, n), "differs_from_register", _shown(given[n])) for n in differing]
    if any(name in NUMBERS for name in differing):
        return RowResult(Outcome.CONFLICT, known.id, [*draft.errors, *conflicts]), None
    known_as = _measure(known)
    _write(known, {name: given[name] for name in changes}, terms)
    conflicts += _hold(known, [terms.own] if "applicants" in differing and not terms.for_all else holders, terms.own)
    conflicts += _report(known, draft, terms, may=may)
    _grade(known, draft, terms)
    changed = _measure(known) != known_as
    outcome = Outcome.CONFLICT if conflicts else Outcome.UPDATED if changed else Outcome.UNCHANGED
    return RowResult(outcome, known.id, [*draft.errors, *conflicts]), known


def _measure(known: Known) -> tuple[Any, ...]:
    return len(known.holders), len(known.history), known.grade, dict(known.row)


def _shown(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _write(known: Known, changes: Mapping[str, Any], terms: Terms) -> None:
    """Set facts, and the events that dates tell: a publication, a grant."""
    if not changes:
        return
    known.row |= compact(changes)
    known.writes |= changes
    for name, kind in EVENT_OF.items():
        if name in changes:
            _happen(known, Fact(kind, changes[name], terms.now, terms.for_all, terms.source))
    _settle(known, terms)


def _happen(known: Known, fact: Fact) -> None:
    if all((f.kind, f.effective_on, f.status) != (fact.kind, fact.effective_on, fact.status) for f in known.history):
        known.history.append(fact)
        known.events.append(fact)


def _settle(known: Known, terms: Terms) -> None:
    """Set what follows from facts and events: expiry, status, the next day on which time changes something."""
    row = known.row
    kind, filed = row["kind"], row["filing_date"]
    known.expiry = known.expiry_override or expiry_of(known.office, kind, filed)
    standing = status_at(known.history, valid_on=terms.today, known_at=terms.now, expiry=known.expiry)
    derived = derive(
        office=known.office,
        kind=kind,
        filing_date=filed,
        grant_date=row["grant_date"],
        expiry_override=known.expiry_override,
        legal_status=standing.status,
        annuity_paid_through=known.annuity_paid_through,
        today=terms.today,
    )
    known.status, known.checked_on = standing.status, standing.checked_on
    known.writes |= {
        "expiry_date": derived.expiry_date,
        "legal_status": standing.status,
        "status_since": standing.since,
        "status_source": standing.source,
        "status_checked_on": standing.checked_on,
        "next_check": derived.next_check,
    }


def _hold(known: Known, holders: Iterable[str], own: str = "") -> list[ColumnError]:
    """Add the holdings that are new; one that has ended is not begun again by a file."""
    ended = [party for party in holders if known.holders.get(party) is HoldingState.ENDED]
    fresh = [party for party in holders if party not in known.holders]
    known.holders |= dict.fromkeys(fresh, HoldingState.ASSERTED)
    known.holds += fresh
    return [ColumnError("holders", "holding_ended")] if own in ended else []


def _report(known: Known, draft: PatentDraft, terms: Terms, *, may: bool) -> list[ColumnError]:
    """Take the status that the row reports, unless what is known already outweighs it."""
    status, checked_on = draft.status, draft.checked_on
    if status is None:
        return []
    is_news = checked_on is not None and (known.checked_on is None or checked_on > known.checked_on)
    if status is known.status and not is_news:
        return []
    differs = [ColumnError("legal_status", "differs_from_register", status.value)]
    if not may:
        return differs if status is not known.status else []
    fact = Fact(
        EventKind.STATUS_REPORTED, checked_on or terms.today, terms.now, terms.for_all, terms.source, status=status
    )
    facts = [*known.history, fact]
    standing = status_at(facts, valid_on=terms.today, known_at=terms.now, expiry=known.expiry)
    if standing.status is not status:
        return differs
    _happen(known, fact)
    _settle(known, terms)
    return []


def _grade(known: Known, draft: PatentDraft, terms: Terms) -> None:
    if draft.grade is None:
        return
    graded = Graded(draft.grade, draft.assessed_on or terms.today, draft.method)
    same_day = draft.assessed_on is None or (known.grade and known.grade.assessed_on == draft.assessed_on)
    if known.grade and known.grade.grade == graded.grade and same_day:
        return
    if known.grade and known.grade.assessed_on > graded.assessed_on:
        return
    known.grade = known.graded = graded
