"""What a patent's row says of its standing, derived from its facts and legal events."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

from backend.patents.codes import EventKind, LegalStatus, PatentKind
from backend.patents.legal_events.status_rules import Fact, status_at
from backend.patents.legal_events.term_rules import Derived, derive, expiry_of, paid_through

STANDING: Final = (
    "legal_status",
    "status_since",
    "status_source",
    "status_checked_on",
    "annuity_paid_through",
    "annuity_due_on",
    "expiry_date",
    "next_check",
)


class Dated(Protocol):
    """A row of the register, as far as its term goes."""

    office: str
    kind: PatentKind | None
    filing_date: date | None
    grant_date: date | None
    expiry_override: date | None


def settled(row: Dated, facts: Sequence[Fact], *, today: date, now: datetime) -> dict[str, Any]:
    """Return the row's status, term, annuity and next check, as they follow from its facts today."""
    expiry = row.expiry_override or expiry_of(row.office, row.kind, row.filing_date)
    standing = status_at(facts, valid_on=today, known_at=now, expiry=expiry)
    paid = paid_as_stated(row, facts)
    foreseen = min((f.effective_on for f in facts if f.effective_on > today), default=None)
    derived = derived_of(row, standing.status, paid, today, foreseen)
    return {
        "legal_status": standing.status,
        "status_since": standing.since,
        "status_source": standing.source,
        "status_checked_on": standing.checked_on,
        "annuity_paid_through": paid,
        "annuity_due_on": derived.annuity_due_on,
        "expiry_date": derived.expiry_date,
        "next_check": derived.next_check,
    }


def derived_of(
    row: Dated, status: LegalStatus, paid: date | None, today: date, foreseen: date | None = None
) -> Derived:
    """Return the term, the next annuity and the next check of a row that stands so and is paid until then."""
    return derive(
        office=row.office,
        kind=row.kind,
        filing_date=row.filing_date,
        grant_date=row.grant_date,
        expiry_override=row.expiry_override,
        legal_status=status,
        annuity_paid_through=paid,
        today=today,
        foreseen=foreseen,
    )


def paid_as_stated(row: Dated, facts: Sequence[Fact]) -> date | None:
    """Return until when the annuities are paid by these facts; None where that is not known."""
    if row.filing_date is None:
        return None
    paid = [f.year for f in facts if f.kind is EventKind.ANNUITY_PAID and f.year]
    missed = [f.year for f in facts if f.kind is EventKind.ANNUITY_MISSED and f.year]
    return paid_through(row.filing_date, paid, missed)
