"""The ledger as outsiders see it: private entries count as unlimited, so that questions reveal no scope or term."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from backend.rights.ledger import Entry
from backend.rights.scope_rules import ALL, Period


def as_others_see(then: Iterable[Entry], now: Iterable[Entry], own: AbstractSet[str], today: date) -> tuple[Entry, ...]:
    """Return the entries visible to somebody who sees only announced ones and those in its own favour.

    These count as they stood `then`. Every other that stands `now` and is not over counts as if it covered everything
    from today on without end: whatever scope, term, day or moment is asked about, the answer is the same, so that many
    questions together narrow down neither the territory nor the term of what is private, nor when it was recorded.
    """
    presented = [entry for entry in then if _is_shown(entry, own)]
    hidden = [entry for entry in now if not (_is_shown(entry, own) or _is_over(entry, today))]
    return (*presented, *(replace(entry, scope=ALL, period=Period(today)) for entry in hidden))


def _is_shown(entry: Entry, own: AbstractSet[str]) -> bool:
    return entry.is_announced or entry.party_id in own


def _is_over(entry: Entry, today: date) -> bool:
    return entry.period.is_empty or (entry.period.stop is not None and entry.period.stop <= today)
