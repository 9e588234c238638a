"""How each indicator reads its value from the facts; one whose facts are not all known is unknown."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from backend.appraisal.codes import ValueState
from backend.appraisal.indicators.definitions import NOT_APPLICABLE, UNKNOWN, Reading
from backend.appraisal.indicators.facts import Facts, Known
from backend.patents.codes import LegalStatus, PatentKind

ALIVE: Final = frozenset({LegalStatus.IN_FORCE, LegalStatus.IN_GRACE})
ENDED: Final = "ended"
TWO: Final = 2


def months_between(begin: date, end: date) -> int:
    """Return the whole months from one day to another, none where the other is not later."""
    months = (end.year - begin.year) * 12 + end.month - begin.month - (end.day < begin.day)
    return max(0, months)


def years_between(begin: date, end: date) -> int:
    """Return the whole years from one day to another, none where the other is not later."""
    return months_between(begin, end) // 12


def _reading(value: int | str, of: Known[Any]) -> Reading:
    return Reading(ValueState.KNOWN, value, of.source, of.on)


def _plain(name: str) -> Callable[[Facts], Reading]:
    def read(facts: Facts) -> Reading:
        known: Known[Any] | None = getattr(facts, name)
        return UNKNOWN if known is None else _reading(known.value, known)

    return read


def has_ended(status: LegalStatus) -> bool:
    """Whether the right, or the application, is over."""
    return status not in ALIVE and status is not LegalStatus.PENDING


def _legal_status(facts: Facts) -> Reading:
    if facts.status is None:
        return UNKNOWN
    return _reading(ENDED if has_ended(facts.status.value) else facts.status.value.value, facts.status)


def _remaining_term(facts: Facts) -> Reading:
    if facts.status is None:
        return UNKNOWN
    if has_ended(facts.status.value):
        return _reading(0, facts.status)
    return UNKNOWN if facts.expiry is None else _reading(months_between(facts.on, facts.expiry.value), facts.expiry)


def _examination(facts: Facts) -> Reading:
    if facts.status is None:
        return UNKNOWN
    status = facts.status.value
    if status in ALIVE:
        return _reading(f"{facts.kind.value}_granted", facts.status)
    return _reading(ENDED if has_ended(status) else LegalStatus.PENDING.value, facts.status)


def _evaluation_report(facts: Facts) -> Reading:
    if facts.kind is PatentKind.INVENTION:
        return NOT_APPLICABLE
    return UNKNOWN if facts.report is None else _reading(facts.report.value.value, facts.report)


def _invalidation(facts: Facts) -> Reading:
    if facts.status is None:
        return UNKNOWN
    if facts.status.value is LegalStatus.INVALIDATED:
        return _reading(ENDED, facts.status)
    return UNKNOWN if facts.challenge is None else _reading(facts.challenge.value.value, facts.challenge)


def _annuities(facts: Facts) -> Reading:
    if facts.status is None:
        return UNKNOWN
    if has_ended(facts.status.value):
        return _reading(ENDED, facts.status)
    if facts.status.value is LegalStatus.PENDING:
        return NOT_APPLICABLE
    paid = facts.annuities_paid
    return UNKNOWN if paid is None else _reading("paid" if paid.value else "unpaid", paid)


def _burden(name: str) -> Callable[[Facts], Reading]:
    def read(facts: Facts) -> Reading:
        known: Known[bool] | None = getattr(facts, name)
        return UNKNOWN if known is None else _reading("standing" if known.value else "none", known)

    return read


def _exclusivity(facts: Facts) -> Reading:
    return UNKNOWN if facts.licensed is None else _reading(facts.licensed.value.value, facts.licensed)


def _ownership(facts: Facts) -> Reading:
    if facts.disputed is None:
        return UNKNOWN
    if facts.disputed.value:
        return _reading("disputed", facts.disputed)
    if facts.holders is None:
        return UNKNOWN
    many = facts.holders.value
    return _reading("one" if many == 1 else "two" if many == TWO else "several", facts.holders)


def _technology_age(facts: Facts) -> Reading:
    return UNKNOWN if facts.filed is None else _reading(years_between(facts.filed.value, facts.on), facts.filed)


READ: Final[Mapping[str, Callable[[Facts], Reading]]] = MappingProxyType(
    {
        "legal_status": _legal_status,
        "remaining_term": _remaining_term,
        "claim_breadth": _plain("claim_words"),
        "examination": _examination,
        "evaluation_report": _evaluation_report,
        "invalidation": _invalidation,
        "annuities": _annuities,
        "restrictions": _burden("restricted"),
        "pledges": _burden("pledged"),
        "exclusivity": _exclusivity,
        "ownership": _ownership,
        "stage": _plain("stage"),
        "ipc_breadth": _plain("subclasses"),
        "technology_age": _technology_age,
        "grade": _plain("grade_rank"),
        "licences": _plain("licences"),
        "licence_income": _plain("income_fen"),
        "market_median": _plain("market_fen"),
        "offered": _plain("offered"),
        "years_maintained": _plain("years_maintained"),
    }
)
