"""What a question of the ledger finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from backend.rights.codes import Act
from backend.rights.ledger import Entry


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """One thing found: since when, which entries it is about, and whose consent to what would do."""

    since: date | None = None
    about: tuple[str, ...] = ()
    of: tuple[str, ...] = ()  # parties
    consent_to: Act | None = None  # where that is another act than the one asked about
    terms_hash: str | None = None  # where that is of other terms than those asked about


Hits = Iterable[RuleMatch]


def when(fact: bool, since: date | None = None) -> Iterator[RuleMatch]:
    """Yield one hit where the fact is so."""
    if fact:
        yield RuleMatch(since)


def each(entries: Iterable[Entry]) -> Iterator[RuleMatch]:
    """Return a hit for each entry."""
    return (RuleMatch(entry.period.start, (entry.id,)) for entry in entries)
