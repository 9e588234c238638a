"""What of the sums of a year may be published, so that nobody is singled out of them.

A request counts in one year, the one in which it was submitted, and a year is published once, some time after it is
over, and never again: two publications have no request in common, and nothing is left when they are subtracted. There
is one partition of each kind (by cluster, by region of the enterprise, by bank for offices) beside the sum of all, and
no other slicing.

A set is published from five enterprises and three banks on. No enterprise has more than half of it, by number or by
amount. Whoever knows some of the requests, a bank or a guarantor, and subtracts them is left with nothing or with
requests of three enterprises at least. What the published cells leave of the sum of all is none, or such a set too;
else the smallest cell is left out as well. This holds for each measure by itself.

Numbers are rounded to blocks of five, amounts to steps no smaller than what the largest enterprise has in them, so that
no single request moves a figure by more than one step. Shares are of the rounded numbers and say nothing beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.financing_figures.case_rules import ROW_OF, TOTAL, Place
from backend.financing_figures.codes import FinancingGrouping, Measure
from backend.financing_figures.tally_rules import Tallies, Tally, joined
from backend.response_clocks.rules import lower_median, share_bp

VERSION: Final = "1"
LEAST_ENTERPRISES: Final = 5
LEAST_BANKS: Final = 3
LEAST_LEFT: Final = 3  # enterprises that are left to whoever subtracts what it knows
BLOCK: Final = 5
STEPS: Final = (1, 2, 5)
TEN: Final = 10
PUBLISHED_BY_ITSELF: Final = (Measure.REQUESTED, Measure.OFFERED, Measure.ACCEPTED, Measure.DISBURSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is published of one cell; a number that is missing would be of too few."""

    requests: int
    offered: int | None = None
    accepted: int | None = None
    disbursed: int | None = None
    requested_fen: int | None = None
    accepted_fen: int | None = None
    disbursed_fen: int | None = None
    median_days_to_offer: int | None = None
    median_days_to_acceptance: int | None = None
    median_days_to_disbursement: int | None = None
    first_loan_share_bp: int | None = None
    overdue_share_bp: int | None = None


def may_be_published(tally: Tally, grouping: FinancingGrouping | None = None) -> bool:
    """Whether a set is of enough enterprises and banks; by bank it is for offices, which know no request."""
    if tally.enterprises < LEAST_ENTERPRISES:
        return False
    if 2 * tally.most_cases > tally.cases or 2 * tally.most_fen > tally.amount_fen:
        return False
    if grouping is FinancingGrouping.BANK:
        return True
    left = (tally.unknown_to(knower) for knower in tally.known_whole)
    return len(tally.banks) >= LEAST_BANKS and all(not number or number >= LEAST_LEFT for number in left)


def published(tallies: Tallies) -> dict[Place, Figures]:
    """Return the figures of every cell of which something may be published; none where the sum of all may not."""
    open_sets = {(TOTAL, measure) for measure in PUBLISHED_BY_ITSELF if may_be_published(tallies[TOTAL, measure])}
    for measure in PUBLISHED_BY_ITSELF:
        if (TOTAL, measure) in open_sets:
            for grouping in FinancingGrouping:
                open_sets |= {(place, measure) for place in safe_cells(tallies, grouping, measure)}
    places = [place for place, measure in open_sets if measure is Measure.REQUESTED]
    return {place: _figures(tallies, place, open_sets) for place in sorted(places)}


def safe_cells(tallies: Tallies, grouping: FinancingGrouping, measure: Measure) -> set[Place]:
    """Return the cells of a measure that may stand beside its sum: what that counts besides them may be known too."""
    row = ROW_OF[grouping]
    cells = {
        place: tally for (place, cell_measure), tally in tallies.items() if cell_measure is measure and place.row is row
    }
    safe = {place for place, tally in cells.items() if may_be_published(tally, grouping)}
    while safe:
        rest = [tally for place, tally in cells.items() if place not in safe]
        if not rest or may_be_published(joined(rest, are_disjoint=grouping is FinancingGrouping.REGION), grouping):
            break
        safe.remove(min(safe, key=lambda place: (cells[place].cases, place.code)))
    return safe


def _figures(tallies: Tallies, place: Place, open_sets: set[tuple[Place, Measure]]) -> Figures:
    shown = {measure: tallies[place, measure] for measure in PUBLISHED_BY_ITSELF if (place, measure) in open_sets}
    offered, accepted, disbursed = (
        shown.get(measure) for measure in (Measure.OFFERED, Measure.ACCEPTED, Measure.DISBURSED)
    )  # fmt: skip
    known = _block_of(tallies, place, Measure.FIRST_LOAN_KNOWN)
    return Figures(
        requests=in_blocks(shown[Measure.REQUESTED].cases),
        offered=_number(offered),
        accepted=_number(accepted),
        disbursed=_number(disbursed),
        requested_fen=in_steps(shown[Measure.REQUESTED]),
        accepted_fen=in_steps(accepted),
        disbursed_fen=in_steps(disbursed),
        median_days_to_offer=_median(offered),
        median_days_to_acceptance=_median(accepted),
        median_days_to_disbursement=_median(disbursed),
        first_loan_share_bp=_share(_block_of(tallies, place, Measure.FIRST_LOAN), known if accepted else 0),
        overdue_share_bp=_share(_block_of(tallies, place, Measure.OVERDUE), _number(disbursed) or 0),
    )


def _block_of(tallies: Mapping[tuple[Place, Measure], Tally], place: Place, measure: Measure) -> int:
    tally = tallies.get((place, measure))
    return 0 if tally is None else in_blocks(tally.cases)


def in_blocks(number: int) -> int:
    """Return the nearest multiple of a block."""
    return (number + BLOCK // 2) // BLOCK * BLOCK


def in_steps(tally: Tally | None) -> int | None:
    """Return the amount of a set, rounded to a step of 1, 2 or 5 with zeros that no enterprise exceeds."""
    if tally is None or not tally.most_fen:
        return None
    power = int(TEN ** (len(str(tally.most_fen)) - 1))
    step = next(factor * power for factor in (*STEPS, TEN) if factor * power >= tally.most_fen)
    return (tally.amount_fen + step // 2) // step * step


def _number(tally: Tally | None) -> int | None:
    return None if tally is None else in_blocks(tally.cases)


def _median(tally: Tally | None) -> int | None:
    return None if tally is None else lower_median(sorted(tally.days.items()))


def _share(part: int, whole: int) -> int | None:
    return share_bp(min(part, whole), whole) if whole else None
