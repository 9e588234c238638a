"""Which needs are counted where, so that nobody can take the published sums apart into fewer than ten needs.

Needs are counted by the quarter in which they were published, and whatever is published of a longer time is a sum of
quarters, each of which could be published by itself: two overlapping times differ by whole quarters, never by a few
needs. A quarter is counted once it is over, anew each month, with what happened before that month.

Everybody can count the needs that are public. So confidential ones are counted only where at least ten of them are, of
at least five organisations, as each of these knows its own, and where those that are counted nowhere else are none or
as many. That a set has ten needs then holds for all needs of a cell too.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.introductions.figures.codes import Grouping

LEAST: Final = 10
LEAST_ASKERS: Final = 5  # organisations whose confidential needs are counted together
MONTHS: Final = 3
LONGEST_DAYS: Final = 3_650
PROVINCE_DIGITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A need as it is counted."""

    id: str
    organisation_id: str
    confidential: bool
    clusters: tuple[str, ...] = ()
    region: str | None = None
    days_to_introduction: int | None = None
    days_to_contract: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of some needs."""

    needs: int
    introduced: int
    contracted: int
    days_to_introduction: list[list[int]]
    days_to_contract: list[list[int]]


def quarter_of(day: date) -> date:
    """Return the first day of the quarter that holds the day."""
    return date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)


def quarter_after(first_day: date) -> date:
    """Return the first day of the next quarter."""
    return quarter_of(first_day + timedelta(days=31 * MONTHS))


def four_quarters_before(day: date) -> date:
    """Return the first day of the last four quarters that are over at the end of a day."""
    begun = quarter_of(day + timedelta(days=1))
    return begun.replace(year=begun.year - 1)


def counted_until(today: date) -> date:
    """Return the last day of what is counted: the last one of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def quarters(since: date, until: date) -> list[date]:
    """Return the first days of the quarters that lie wholly between two days, those included."""
    found, quarter = [], quarter_of(since)
    if quarter < since:
        quarter = quarter_after(quarter)
    while quarter_after(quarter) - timedelta(days=1) <= until:
        found.append(quarter)
        quarter = quarter_after(quarter)
    return found


def days_between(since: date, until: date | None) -> int | None:
    """Return how many days lie between the two, none where it was the other way round; LONGEST_DAYS at most."""
    return None if until is None else max(0, min((until - since).days, LONGEST_DAYS))


def province_of(region: str) -> str:
    """Return the code of the province that holds a region (GB/T 2260)."""
    return region[:PROVINCE_DIGITS].ljust(len(region), "0")


CODES_OF: Final[Mapping[Grouping, Callable[[Case], tuple[str, ...]]]] = {
    Grouping.CLUSTER: lambda case: case.clusters,
    Grouping.REGION: lambda case: () if case.region is None else (province_of(case.region),),
}


def counted_in_total(cases: Sequence[Case]) -> list[Case]:
    """Return the needs that the sum of all counts; none where they are too few."""
    confidential = [case for case in cases if case.confidential]
    counted = [case for case in cases if not case.confidential]
    counted += confidential if _may_be_known(confidential) else []
    return counted if len(counted) >= LEAST else []


def counted_in_cells(cases: Sequence[Case], grouping: Grouping) -> dict[str, list[Case]]:
    """Return the needs that each cell counts, by its code; a cell that counts too few is not there."""
    total = counted_in_total(cases)
    hidden = [case for case in total if case.confidential]
    confidential = _safe(_cells(hidden, grouping), hidden)
    cells = _cells([case for case in cases if not case.confidential], grouping)
    for code, those in confidential.items():
        cells[code] = [*cells.get(code, []), *those]
    return _safe(cells, total)


def _cells(cases: Sequence[Case], grouping: Grouping) -> dict[str, list[Case]]:
    cells: dict[str, list[Case]] = {}
    for case in cases:
        for code in CODES_OF[grouping](case):
            cells.setdefault(code, []).append(case)
    return cells


def _safe(cells: Mapping[str, list[Case]], whole: Sequence[Case]) -> dict[str, list[Case]]:
    """Return the cells that may stand beside the sum of all: what that counts besides them may be known as well."""
    kept = {code: cell for code, cell in cells.items() if _may_be_known(cell)}
    while kept:
        counted = _ids(kept.values())
        rest = [case for case in whole if case.id not in counted]
        if not rest or _may_be_known(rest):
            break
        smallest = min(kept, key=lambda code: (len(kept[code]), code))
        del kept[smallest]
    return kept


def _may_be_known(cases: Sequence[Case]) -> bool:
    """Whether there are enough needs in a set, and of confidential ones none or enough, of enough organisations."""
    hidden = [case for case in cases if case.confidential]
    askers = {case.organisation_id for case in hidden}
    return len(cases) >= LEAST and (not hidden or (len(hidden) >= LEAST and len(askers) >= LEAST_ASKERS))


def _ids(cells: Collection[Sequence[Case]]) -> set[str]:
    return {case.id for cell in cells for case in cell}


def counts(cases: Sequence[Case]) -> Counts:
    """Return what became of the needs."""
    introductions = [case.days_to_introduction for case in cases if case.days_to_introduction is not None]
    contracts = [case.days_to_contract for case in cases if case.days_to_contract is not None]
    return Counts(
        needs=len(cases),
        introduced=len(introductions),
        contracted=len(contracts),
        days_to_introduction=_histogram(introductions),
        days_to_contract=_histogram(contracts),
    )


def _histogram(days: Sequence[int]) -> list[list[int]]:
    return [list(pair) for pair in sorted(Counter(days).items())]


def joined(parts: Sequence[Counts]) -> Counts:
    """Return the counts of several quarters together."""
    return Counts(
        needs=sum(part.needs for part in parts),
        introduced=sum(part.introduced for part in parts),
        contracted=sum(part.contracted for part in parts),
        days_to_introduction=_joined_histogram([part.days_to_introduction for part in parts]),
        days_to_contract=_joined_histogram([part.days_to_contract for part in parts]),
    )


def _joined_histogram(parts: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
    found: Counter[int] = Counter()
    for part in parts:
        for days, many in part:
            found[days] += many
    return [list(pair) for pair in sorted(found.items())]
