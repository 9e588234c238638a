"""What a yearly lump sum makes payable from licence year to licence year, and what counts for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backend.licences.codes import LumpSumPer
from backend.licences.terms.fee_rules import counted, licence_years, rounded
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.royalty_rules import allocated


class InstalmentState(StrEnum):
    """How an instalment stands on a day."""

    TO_COME = "to_come"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One licence year's amount, the last day to pay it, and what counts for it."""

    year: int
    starts_on: date
    due_on: date
    amount_fen: int
    paid_fen: int

    @property
    def open_fen(self) -> int:
        """What is left to pay."""
        return self.amount_fen - self.paid_fen

    def state(self, today: date) -> InstalmentState:
        """Return how it stands."""
        if self.open_fen == 0:
            return InstalmentState.PAID
        if self.due_on < today:
            return InstalmentState.OVERDUE
        return InstalmentState.DUE if self.starts_on <= today else InstalmentState.TO_COME


def instalments(
    terms: FeeTerms,
    starts_on: date,
    last: date,
    first_due: date | None,
    paid_fen: int,
    gone: Sequence[tuple[date, date]] = (),
) -> tuple[tuple[Instalment, ...], int]:
    """Return the instalments of yearly lump sums up to a licence's last day, and what is paid beyond them.

    Each is due so many days after its licence year has begun, the first when the licence says; payments count in their
    order. A year that is not run in full counts by days where the terms say so. What fell due while the right was
    `gone`, from its end to the day on which the licence went on, is paid so many days after that.
    """
    if terms.lump_sum_per is not LumpSumPer.YEAR or terms.lump_sum_fen is None:
        return (), paid_fen
    years = licence_years(starts_on, max(last, starts_on))
    owed = {year.number: rounded(terms.lump_sum_fen * counted(terms, year)) for year in years}
    counts, left = allocated(owed, {}, paid_fen)
    days = timedelta(days=terms.payment_days or 0)

    def due(day: date) -> date:
        for since, until in gone:
            day = until + days if since <= day <= until else day
        return day

    found = (
        Instalment(
            year=year.number,
            starts_on=year.starts_on,
            due_on=due(first_due if first_due and year.number == 1 else year.starts_on + days),
            amount_fen=owed[year.number],
            paid_fen=counts[year.number],
        )
        for year in years
    )
    return tuple(found), left
