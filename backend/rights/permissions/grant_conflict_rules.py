"""The slots, scope and period that each grant occupies, so that the database can reject conflicting grants.

A licence that may stand beside others takes a slot of its own, one in place of the licensor's own working takes the
first; an exclusive licence takes all slots, a sole one all but the first, and both leave those that they carve out.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final

from backend.rights.codes import LicenceType, Origin, RightKind
from backend.rights.ledger import Entry
from backend.rights.scope_rules import Period, Range, Scope, meet

LAST_SLOT: Final = 1 << 62
OWN_WORKING: Final[Range] = (0, 1)
LICENCES: Final = frozenset({RightKind.LICENCE, RightKind.OPEN_LICENCE})
ASK_EITHER_WAY: Final = frozenset({RightKind.PLEDGE, RightKind.OPEN_LICENCE})
NEED_PLEDGEE: Final = frozenset({LicenceType.EXCLUSIVE, LicenceType.SOLE, LicenceType.ORDINARY})
SHUTS_OUT: Final = frozenset({LicenceType.EXCLUSIVE, LicenceType.SOLE})


@dataclass(frozen=True, slots=True)
class Taken:
    """Slots, days and scope that a grant takes."""

    slots: tuple[Range, ...]
    period: Period
    scope: Scope

    def meets(self, other: "Taken") -> bool:
        """Whether both take something of the other's."""
        return meet(self.slots, other.slots) and self.period.overlaps(other.period) and self.scope.overlaps(other.scope)


def slot_of(right_id: str) -> int:
    """Return the slot of its own that a grant takes; never the first."""
    return 1 + int.from_bytes(blake2b(right_id.encode(), digest_size=8).digest()) % (LAST_SLOT - 1)


def taken_by(entry: Entry, since: date, own_workings: AbstractSet[str] = frozenset()) -> Taken | None:
    """Return what an entry takes from a day on: nothing where it was not granted here, or is no licence, or is past.

    `own_workings` names those of the entries carved out that are in place of the licensor's own working.
    """
    period = Period(max(entry.period.start, since), entry.period.stop)  # what is past stands in no grant's way
    if entry.origin is not Origin.HERE or entry.kind not in LICENCES or period.is_empty:
        return None
    return Taken(tuple(_slots(entry, own_workings)), period, entry.scope)


def _slots(entry: Entry, own_workings: AbstractSet[str]) -> list[Range]:
    if entry.own_working and entry.licence_type is LicenceType.ORDINARY:
        return [OWN_WORKING]
    if entry.kind is RightKind.OPEN_LICENCE or entry.licence_type not in SHUTS_OUT:
        own = slot_of(entry.id)
        return [(own, own + 1)]
    free = {slot_of(right_id) for right_id in entry.carves_out - own_workings}
    if entry.licence_type is LicenceType.SOLE or entry.carves_out & own_workings:
        free.add(0)
    taken, start = [], 0
    for slot in sorted(free):
        taken.append((start, slot))
        start = slot + 1
    return [(a, b) for a, b in (*taken, (start, LAST_SLOT)) if a < b]


def stand_apart(some: Iterable[Entry], others: Iterable[Entry], today: date) -> bool:
    """Whether the grants made here on one patent could stand beside those on another, if both were one."""
    ours, theirs = list(some), list(others)
    every = (*ours, *theirs)
    own = frozenset(entry.id for entry in every if entry.own_working)
    here, there = ([t for e in side if (t := taken_by(e, today, own))] for side in (ours, theirs))
    if any(one.meets(other) for one in here for other in there):
        return False
    soles = [entry for entry in every if entry.kind is RightKind.LICENCE and entry.licence_type is LicenceType.SOLE]
    mine, yours = ([e for e in side if e.origin is Origin.HERE and not _over(e, today)] for side in (ours, theirs))
    return not any(
        _pledges_meet(one, other) or _both_in_place_of_one(one, other, soles) for one in mine for other in yours
    )


def _pledges_meet(one: Entry, other: Entry) -> bool:
    """Whether one is a pledge whose pledgee had to be asked about the other, and was not: it is on another row."""
    if not one.period.overlaps(other.period):
        return False
    return any(
        pledge.kind is RightKind.PLEDGE and (beside.kind in ASK_EITHER_WAY or _was_granted_under(pledge, beside))
        for pledge, beside in ((one, other), (other, one))
    )


def _was_granted_under(pledge: Entry, beside: Entry) -> bool:
    """Whether a licence was granted under a pledge; one older by its days and its record stands (Civil Code, 444)."""
    if beside.kind is not RightKind.LICENCE or beside.licence_type not in NEED_PLEDGEE:
        return False
    return beside.period.start >= pledge.period.start or beside.recorded_at > pledge.recorded_at


def _both_in_place_of_one(one: Entry, other: Entry, soles: Iterable[Entry]) -> bool:
    """Whether both are in place of the own working of one sole licensor, who may grant but one such licence."""
    if not (one.own_working and other.own_working and one.period.overlaps(other.period)):
        return False
    return any(
        all(sole.scope.overlaps(e.scope) and sole.period.overlaps(e.period) for e in (one, other)) for sole in soles
    )


def _over(entry: Entry, today: date) -> bool:
    return entry.period.is_empty or (entry.period.stop is not None and entry.period.stop <= today)
