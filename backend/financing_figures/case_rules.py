"""A request as it is counted, and what of it goes into which set of which cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from backend.financing_figures.codes import FinancingGrouping, Measure, Row

UNKNOWN: Final = ""  # the code of a cell of requests whose region or cluster is not known


class Place(NamedTuple):
    """A cell: what it is of, and the code; that of the sum of all is empty."""

    row: Row
    code: str


TOTAL: Final = Place(Row.TOTAL, "")
ROW_OF: Final[Mapping[FinancingGrouping, Row]] = {grouping: Row(grouping.value) for grouping in FinancingGrouping}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An accepted offer, and the loan that followed."""

    bank_id: str
    amount_fen: int
    days: int
    disbursed_fen: int | None = None
    days_to_disbursement: int | None = None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request, with what had become of it by the end of the time that is counted."""

    enterprise_id: str
    requested_fen: int
    region: str | None = None
    cluster: str | None = None
    first_loan: bool | None = None
    banks: frozenset[str] = frozenset()
    guarantors: frozenset[str] = frozenset()
    days_to_offer: Mapping[str, int] = field(default_factory=dict)
    deal: Deal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one request adds to a set; `known_to` are those besides its enterprise who know of it."""

    banks: frozenset[str]
    known_to: frozenset[str]
    amount_fen: int = 0
    days: int | None = None


def due_on(year: int, settling_days: int) -> date:
    """Return the day on which a year is counted: so long after it, as its last requests are answered after it."""
    return date(year + 1, 1, 1) + timedelta(days=settling_days)


def last_due(today: date, settling_days: int) -> int:
    """Return the last year that is counted by a day."""
    year = today.year - 1
    return year if due_on(year, settling_days) <= today else year - 1


def contributions(case: Case) -> Iterator[tuple[Place, Measure, Contribution]]:
    """Yield what a request adds to which set of which cell."""
    sums = (TOTAL, Place(Row.CLUSTER, case.cluster or UNKNOWN), Place(Row.REGION, case.region or UNKNOWN))
    for measure, contribution in _sets(case, None):
        yield from ((place, measure, contribution) for place in sums)
    for bank in sorted(case.banks):
        yield from ((Place(Row.BANK, bank), measure, contribution) for measure, contribution in _sets(case, bank))


def _sets(case: Case, bank: str | None) -> Iterator[tuple[Measure, Contribution]]:
    """Yield the sets that a request is in, with all banks or as one bank knows it."""
    known = case.banks | case.guarantors
    banks = case.banks if bank is None else frozenset({bank})
    yield Measure.REQUESTED, Contribution(banks=banks, known_to=known, amount_fen=case.requested_fen)
    offering = {bank_id: days for bank_id, days in case.days_to_offer.items() if bank in (None, bank_id)}
    if offering:
        first = min(offering.values())
        yield Measure.OFFERED, Contribution(banks=frozenset(offering), known_to=known, days=first)
    if case.deal is not None and bank in (None, case.deal.bank_id):
        yield from _of_deal(case, case.deal)


def _of_deal(case: Case, deal: Deal) -> Iterator[tuple[Measure, Contribution]]:
    banks = frozenset({deal.bank_id})
    known = banks | case.guarantors
    yield (
        Measure.ACCEPTED,
        Contribution(banks=banks, known_to=known, amount_fen=deal.amount_fen, days=deal.days),
    )
    bare = Contribution(banks=banks, known_to=known)
    if case.first_loan is not None:
        yield Measure.FIRST_LOAN_KNOWN, bare
        if case.first_loan:
            yield Measure.FIRST_LOAN, bare
    if deal.disbursed_fen is not None:
        amount, days = deal.disbursed_fen, deal.days_to_disbursement
        yield Measure.DISBURSED, Contribution(banks=banks, known_to=known, amount_fen=amount, days=days)
        if deal.is_overdue:
            yield Measure.OVERDUE, bare
