"""What each grant made here takes of its patent: two that conflict take the same, and others do not.

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
    """Give the slot of its own that a grant takes; never the first."""
    return 1 + int.from_bytes(blake2b(right_id.encode(), digest_size=8).digest()) % (LAST_SLOT - 1)


def taken_by(entry: Entry, since: date, own_workings: AbstractSet[str] = frozenset()) -> Taken | None:
    """Give what an entry takes from a day on: nothing where it was not granted here, or is no licence, or is past.

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
    own = frozenset(entry.id for entry in (*ours, *theirs) if entry.own_working)
    here, there = ([t for e in side if (t := taken_by(e, today, own))] for side in (ours, theirs))
    if any(one.meets(other) for one in here for other in there):
        return False
    pledged = [[e.period for e in side if _is_pledge(e) and not _over(e, today)] for side in (ours, theirs)]
    return not any(one.overlaps(other) for one in pledged[0] for other in pledged[1])


def _is_pledge(entry: Entry) -> bool:
    return entry.kind is RightKind.PLEDGE and entry.origin is Origin.HERE


def _over(entry: Entry, today: date) -> bool:
    return entry.period.is_empty or (entry.period.stop is not None and entry.period.stop <= today)
