"""What becomes of a sub-licence with its licence: it stands and falls with it (Civil Code, art. 867)."""

from datetime import date

from backend.rights.codes import Origin
from backend.rights.ledger import Entry


def ends_with(below: Entry, stop: date) -> date | None:
    """Return the day on which a sub-licence ends as its licence does; None where it is over by then anyway."""
    until = max(stop, below.period.start)
    return until if below.period.stop is None or until < below.period.stop else None


def ends_by_correction(below: Entry, was: Entry, licence: Entry) -> date | None:
    """Return the day on which a sub-licence ends whose licence was another than was believed; None where it stands on.

    What lasts too long ends with the licence; what the licence never gave has no day of its own.
    """
    if below.period.is_empty or not _rests_on(below, was) or _rests_on(below, licence):
        return None
    lasts_too_long = licence.period.holds(below.period.start) and _covered(below, licence)
    return licence.period.stop if lasts_too_long else below.period.start


def _rests_on(below: Entry, licence: Entry) -> bool:
    return below.period.within(licence.period) and _covered(below, licence)


def _covered(below: Entry, licence: Entry) -> bool:
    """Whether the licence gives what its licensee gave; a fact may name the licensee as it was known before."""
    is_licensees = below.origin is Origin.OUTSIDE or below.grantors == {licence.party_id}
    return is_licensees and below.scope.within(licence.scope)
