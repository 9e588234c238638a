"""What the register tells of a right on a day, derived from its facts and legal events alone."""

from collections.abc import Sequence
from datetime import date, datetime

from backend.core.workdays import after_working_days, is_working_day
from backend.patents.codes import EventKind, Finding, LegalStatus
from backend.patents.legal_events.derived_status import Dated, derived_of, paid_as_stated
from backend.patents.legal_events.status_rules import Fact, Standing, may_undo, status_at
from backend.patents.legal_events.term_rules import expiry_of
from backend.rights.ledger import Annuity, Register

GRANTED: frozenset[LegalStatus] = frozenset({LegalStatus.IN_FORCE, LegalStatus.IN_GRACE})


def register_at(row: Dated, facts: Sequence[Fact], *, valid_on: date, known_at: datetime) -> Register:
    """Return how the right stood on a day, by what was known at a moment."""
    expiry = row.expiry_override or expiry_of(row.office, row.kind, row.filing_date)
    known = [f for f in facts if f.recorded_at <= known_at and f.effective_on <= valid_on]
    known.sort(key=lambda fact: fact.order)
    standing = status_at(facts, valid_on=valid_on, known_at=known_at, expiry=expiry)
    annuity, unpaid_since = _annuity(row, known, standing, valid_on)
    report = _report(known)
    ahead = [f.effective_on for f in facts if f.recorded_at <= known_at and f.effective_on > valid_on]
    return Register(
        kind=row.kind,
        legal_status=standing.status,
        status_since=standing.since,
        is_granted=standing.status in GRANTED or _is_announced(row, facts, known, valid_on),
        expiry=expiry,
        annuity=annuity,
        unpaid_since=unpaid_since,
        paid_through=paid_as_stated(row, known),
        suspended_since=_open(known, EventKind.SUSPENDED, EventKind.SUSPENSION_LIFTED),
        invalidation_since=_open(
            known,
            EventKind.INVALIDATION_REQUESTED,
            EventKind.INVALIDATION_REJECTED,
            EventKind.INVALIDATED,
            EventKind.INVALIDATED_IN_PART,
        ),
        report=report.finding if report else None,
        report_on=report.effective_on if report else None,
        office=row.office,
        next_on=min(ahead, default=None),
    )


def _is_announced(row: Dated, facts: Sequence[Fact], known: Sequence[Fact], valid_on: date) -> bool:
    """Whether the grant was announced by a day; the row's own date counts where no event tells when it was learnt."""
    values = {fact.effective_on for fact in facts if fact.kind is EventKind.GRANTED}
    by_row = row.grant_date is not None and row.grant_date <= valid_on and row.grant_date not in values
    return by_row or any(fact.kind is EventKind.GRANTED for fact in known)


def _report(known: Sequence[Fact]) -> Fact | None:
    """Return the last report; one against the right that an authority recorded is corrected by an authority only."""
    last: Fact | None = None
    for fact in known:
        against = last is not None and last.finding is Finding.NOT_GRANTABLE
        if fact.kind is EventKind.EVALUATION_REPORT and (not against or may_undo(fact, last)):
            last = fact
    return last


def _open(known: Sequence[Fact], begins: EventKind, *ends: EventKind) -> date | None:
    """Return since when something has begun and not ended; an end that names a basis ends what has that basis."""
    standing: list[Fact] = []
    for fact in known:
        if fact.kind is begins:
            standing.append(fact)
        elif fact.kind in ends:
            standing = [one for one in standing if not (fact.basis in (None, one.basis) and may_undo(fact, one))]
    return min((one.effective_on for one in standing), default=None)


def _annuity(row: Dated, known: Sequence[Fact], standing: Standing, valid_on: date) -> tuple[Annuity, date | None]:
    if standing.status is LegalStatus.IN_GRACE:
        return Annuity.UNPAID, standing.since
    paid = paid_as_stated(row, known)
    if paid is None:
        return Annuity.UNKNOWN, None
    due = derived_of(row, standing.status, paid, valid_on).annuity_due_on
    late = due is not None and _payable_until(due) < valid_on
    return (Annuity.UNRECORDED, due) if late else (Annuity.PAID, None)


def _payable_until(due: date) -> date:
    """Return the last day for a payment: the next working day after a holiday (Implementing Regulations, 5)."""
    return due if is_working_day(due) else after_working_days(due, 1).day
