"""What the legal status of a patent is, told by what the register announced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final

import orjson

from backend.patents.codes import EventKind, Finding, LegalStatus, SuspensionBasis
from backend.patents.fact_rules import folded

HOLDERS: Final = ("from_holders", "to_holders")
S, E = LegalStatus, EventKind

LIVING: Final = frozenset({S.UNKNOWN, S.PENDING, S.IN_FORCE, S.IN_GRACE})
NEVER_GRANTED: Final = frozenset({S.WITHDRAWN, S.REFUSED})
GRANTED_ONCE: Final = frozenset({S.IN_FORCE, S.IN_GRACE, S.LAPSED, S.SURRENDERED, S.EXPIRED})
REASONS: Final = {
    E.LAPSED: S.LAPSED,
    E.SURRENDERED: S.SURRENDERED,
    E.EXPIRED: S.EXPIRED,
    E.INVALIDATED: S.INVALIDATED,
    E.WITHDRAWN: S.WITHDRAWN,
    E.REFUSED: S.REFUSED,
}

TRANSITIONS: Final[dict[tuple[LegalStatus, EventKind], LegalStatus]] = {
    (S.UNKNOWN, E.PUBLISHED): S.PENDING,
    (S.UNKNOWN, E.GRANTED): S.IN_FORCE,
    (S.PENDING, E.GRANTED): S.IN_FORCE,
    (S.UNKNOWN, E.ANNUITY_PAID): S.IN_FORCE,
    (S.IN_GRACE, E.ANNUITY_PAID): S.IN_FORCE,
    (S.UNKNOWN, E.ANNUITY_MISSED): S.IN_GRACE,
    (S.IN_FORCE, E.ANNUITY_MISSED): S.IN_GRACE,
    (S.UNKNOWN, E.WITHDRAWN): S.WITHDRAWN,
    (S.PENDING, E.WITHDRAWN): S.WITHDRAWN,
    (S.UNKNOWN, E.REFUSED): S.REFUSED,
    (S.PENDING, E.REFUSED): S.REFUSED,
    **{(living, E.LAPSED): S.LAPSED for living in LIVING},
    **{(living, E.SURRENDERED): S.SURRENDERED for living in LIVING},
    **{(living, E.EXPIRED): S.EXPIRED for living in LIVING},
    **{(before, E.INVALIDATED): S.INVALIDATED for before in GRANTED_ONCE | LIVING},
    **{(S.ENDED_UNKNOWN, reason): end for reason, end in REASONS.items()},
    (S.LAPSED, E.RESTORED): S.IN_FORCE,
    (S.EXPIRED, E.RESTORED): S.IN_FORCE,
    (S.INVALIDATED, E.RESTORED): S.IN_FORCE,
    (S.WITHDRAWN, E.RESTORED): S.PENDING,
    (S.REFUSED, E.RESTORED): S.PENDING,
    (S.ENDED_UNKNOWN, E.RESTORED): S.IN_FORCE,  # an application that was pending when it was called dead: pending
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the register announced, or somebody reported: when it holds, when it was learnt, from whom."""

    kind: EventKind
    effective_on: date
    recorded_at: datetime
    by_authority: bool
    source: str = ""
    announced_on: date | None = None
    status: LegalStatus | None = None  # of STATUS_REPORTED
    year: int | None = None  # the patent year of ANNUITY_PAID and ANNUITY_MISSED
    id: str = ""
    holders_before: tuple[str, ...] = ()  # of HOLDER_CHANGED and NAME_CHANGED
    holders_after: tuple[str, ...] = ()
    finding: Finding | None = None  # of EVALUATION_REPORT
    basis: SuspensionBasis | None = None  # of SUSPENDED; of SUSPENSION_LIFTED, the one that it lifts

    @property
    def order(self) -> tuple[date, bool, datetime, str]:
        """Facts count in the order of the days from which they hold; on one day the authority has the last word."""
        return (self.effective_on, self.by_authority, self.recorded_at, self.id)

    def is_same_fact(self, other: "Fact") -> bool:
        """Whether both tell one event; whoever does not say from whom a patent passed does not contradict."""
        if (self.kind, self.effective_on, self.status, self.year) != (
            other.kind, other.effective_on, other.status, other.year,
        ):  # fmt: skip
            return False
        before, theirs = ({folded(name) for name in fact.holders_before} for fact in (self, other))
        after, others = ({folded(name) for name in fact.holders_after} for fact in (self, other))
        return after == others and (before == theirs or not before or not theirs)


@dataclass(frozen=True, slots=True)
class Standing:
    """A legal status, since when, by which source, and the last day for which somebody vouched for it."""

    status: LegalStatus
    since: date | None = None
    source: str | None = None
    checked_on: date | None = None


def status_at(facts: Iterable[Fact], *, valid_on: date, known_at: datetime, expiry: date | None = None) -> Standing:
    """Return the legal status that held on `valid_on`, by what was known at `known_at`.

    Law often works backwards: a lapse holds from the day on which the annuity fell due (Patent Law, art. 44), though it
    is announced months later; an invalidated patent never was (art. 47). The term ends by itself on `expiry`.
    """
    known = sorted((f for f in facts if f.recorded_at <= known_at), key=lambda f: f.order)
    course = _Course()
    checked_on: date | None = None
    for fact in known:
        if fact.effective_on > valid_on:
            break
        vouched_for = fact.announced_on or fact.effective_on
        checked_on = vouched_for if checked_on is None else max(checked_on, vouched_for)
        course = course.after(fact)
    status, cause = course.status, course.cause
    if status in {*GRANTED_ONCE, S.ENDED_UNKNOWN} and (void := _standing_invalidation(known)):
        return Standing(S.INVALIDATED, void.effective_on, void.source, void.announced_on or void.effective_on)
    if expiry is not None and expiry <= valid_on and course.stood_until(expiry):
        return Standing(S.EXPIRED, expiry, COMPUTED, checked_on)
    if cause is None:
        return Standing(status, checked_on=checked_on)
    return Standing(status, course.since, cause.source, checked_on)


COMPUTED: Final = "computed from the term"


@dataclass(frozen=True, slots=True)
class _Course:
    """How far the facts have led: the status, since when, by which of them, and the authority's end beneath it.

    Whoever else tells an invalidation after an authority's end, or a reason that the authority does not give, and takes
    it back, comes back to that end. `lived` is how the right stood before it ended.
    """

    status: LegalStatus = S.UNKNOWN
    since: date | None = None
    cause: Fact | None = None
    beneath: "_Course | None" = None
    lived: LegalStatus = S.UNKNOWN

    def stood_until(self, expiry: date) -> bool:
        """Whether nobody told of an end before the term's; to call the right dead after it tells of no other."""
        is_dead_since_then = self.status is S.ENDED_UNKNOWN and self.since is not None and self.since >= expiry
        return self.status in LIVING or is_dead_since_then

    def after(self, fact: Fact) -> "_Course":
        told, confirmed = self._status_after(fact), _confirmed(fact, self.status, self.cause)
        tells_more = self.status is S.INVALIDATED or confirmed is S.ENDED_UNKNOWN
        if confirmed and confirmed is not self.status and tells_more:
            under = self.beneath.after(fact) if self.beneath else self._moved(confirmed, fact)
            return replace(self, beneath=under)
        if confirmed:
            keeps_day = confirmed is self.status and fact.kind is E.STATUS_REPORTED  # on which it was so already
            return replace(self._moved(confirmed, fact), since=self.since if keeps_day else fact.effective_on)
        if told is self.status:
            return self
        if self.beneath and told in LIVING and not fact.by_authority:
            return self.beneath
        moved = self._moved(told, fact)
        if told in LIVING or self.status in LIVING or fact.by_authority:
            return moved
        return replace(moved, beneath=self.beneath if may_undo(fact, self.cause) else self)

    def _status_after(self, fact: Fact) -> LegalStatus:
        was_pending = self.status is S.ENDED_UNKNOWN and self.lived is S.PENDING
        told = _next(self.status, self.cause, fact)
        return S.PENDING if was_pending and fact.kind is E.RESTORED and told in LIVING else told

    def _moved(self, told: LegalStatus, fact: Fact) -> "_Course":
        return _Course(told, fact.effective_on, fact, lived=told if told in LIVING else self.lived)


def _confirmed(fact: Fact, status: LegalStatus, cause: Fact | None) -> LegalStatus | None:
    """Return the end that an authority tells of a right whose end somebody else had told: from now on it is that."""
    if not fact.by_authority or cause is None or cause.by_authority or status in LIVING:
        return None
    told = _next(S.UNKNOWN, None, fact)
    is_vague = S.ENDED_UNKNOWN in (told, status)
    fits = is_vague or (told in NEVER_GRANTED) is (status in NEVER_GRANTED)
    return told if told not in LIVING and fits else None


def _next(status: LegalStatus, cause: Fact | None, fact: Fact) -> LegalStatus:
    if fact.kind is E.STATUS_REPORTED and fact.status is not None:
        return fact.status if _is_heard(fact, fact.status, status, cause) else status
    if fact.kind is E.RESTORED and status not in LIVING and not may_undo(fact, cause):
        return status
    return TRANSITIONS.get((status, fact.kind), status)


def _is_heard(report: Fact, said: LegalStatus, status: LegalStatus, cause: Fact | None) -> bool:
    """Whether a report changes the status: without a reason it says nothing new of an end, with one it says more."""
    if status in LIVING:
        return True
    if said is S.ENDED_UNKNOWN:
        return False
    return (status is S.ENDED_UNKNOWN and said not in LIVING) or _outweighs(report, cause)


def agrees(said: LegalStatus, known: LegalStatus) -> bool:
    """Whether both say the same: who calls a right dead without the reason does not contradict who gives it."""
    return said is known or (said is S.ENDED_UNKNOWN and known not in LIVING)


def may_undo(fact: Fact, cause: Fact | None) -> bool:
    """Whether what caused a standing can be undone so: what an authority recorded, by an authority only."""
    return cause is None or fact.by_authority or not cause.by_authority


def _outweighs(report: Fact, cause: Fact | None) -> bool:
    """A mere report brings a right back only if it was learnt after its end was."""
    return may_undo(report, cause) and (cause is None or report.recorded_at > cause.recorded_at)


def _standing_invalidation(known: list[Fact]) -> Fact | None:
    last: Fact | None = None
    for fact in known:
        if fact.kind is E.INVALIDATED and may_undo(fact, last):
            last = fact
        elif fact.kind is E.RESTORED and last is not None and may_undo(fact, last):
            last = None
    return last


def digest_of(kind: EventKind, effective_on: date, details: Mapping[str, Any], *, by_authority: bool) -> bytes:
    """Return the hash that makes an event seen twice count once; without notes; an authority's counts apart."""
    values = {name: value for name, value in details.items() if name != "note"}
    values |= {name: sorted({folded(holder) for holder in values[name]}) for name in HOLDERS if name in values}
    told = orjson.dumps([kind.value, effective_on, values, by_authority], option=orjson.OPT_SORT_KEYS)
    return blake2b(told, digest_size=16).digest()


def is_stale(status: LegalStatus, checked_on: date | None, *, today: date, after_days: int) -> bool:
    """Whether nobody has vouched for a status that may still change for more than `after_days`."""
    if status not in LIVING:
        return False
    return checked_on is None or (today - checked_on).days > after_days
