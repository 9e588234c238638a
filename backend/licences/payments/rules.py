"""Pure rules of payments: whether one was recorded late, and on which value date the amount due was reached."""

from collections.abc import Iterable
from datetime import date, timedelta


def is_reported_late(value_date: date, given_on: date, told_on: date, within_days: int) -> bool:
    """Return whether a payment was told more than so many days after it counts: from its value date, or the notice."""
    return told_on - max(value_date, given_on) > timedelta(days=within_days)


def paid_on(payments: Iterable[tuple[date, int]], due_fen: int) -> date:
    """Return the value date with which all that is due was there; raise LookupError where it never was."""
    total = 0
    for value_date, amount_fen in sorted(payments):
        total += amount_fen
        if total >= due_fen:
            return value_date
    raise LookupError(due_fen)
