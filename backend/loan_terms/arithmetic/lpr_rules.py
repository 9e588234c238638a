"""Which loan prime rate holds on a day: the last one announced up to then."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from backend.loan_terms.codes import LprTenor


class Announced(Protocol):
    """A loan prime rate as it was announced."""

    @property
    def announced_on(self) -> date:
        """Return the day of the announcement, from which the rate holds until the next one."""

    @property
    def tenor(self) -> LprTenor:
        """Return the term that the rate is of."""

    @property
    def rate_bp(self) -> int:
        """Return the yearly rate in basis points."""


A = TypeVar("A", bound=Announced)


def lpr_on(rows: Iterable[A], tenor: LprTenor, day: date) -> A | None:
    """Return the announcement that holds on a day, or None where the table has none from before."""
    fitting = [row for row in rows if row.tenor is tenor and row.announced_on <= day]
    return max(fitting, key=lambda row: row.announced_on, default=None)
