"""What a process remembers of today's unanswered searches until it writes them down, within bounds.

Nothing here is written anywhere: the day's key is random and forgotten with the day, and a killed process loses what it
had not yet written.
"""

import secrets
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Final

from backend.core.network.client_address import network_of
from backend.unanswered_searches.codes import Cause
from backend.unanswered_searches.rules import counted_text, id_of

MOST_WAITING: Final = 2_000  # searches noted and not yet looked at; the oldest are forgotten
MOST_REMEMBERED: Final = 20_000  # of today: callers with their words; then all of them are forgotten
MOST_TEXTS_OF_CALLER: Final = 50  # on a day


@dataclass(frozen=True, slots=True)
class Noted:
    """A search that found nothing, as it was asked."""

    text: str
    is_narrowed: bool
    address: str


@dataclass(slots=True)
class Counted:
    """Words, and the networks that sought them for the first time today."""

    id: str
    text: str
    cause: Cause
    networks: list[str] = field(default_factory=list)


class Tally:
    """Notes what found nothing, at no cost to the search, and counts it later."""

    def __init__(self) -> None:
        self._noted: deque[Noted] = deque(maxlen=MOST_WAITING)
        self._day = date.min
        self._forget()

    def note(self, noted: Noted) -> None:
        """Remember a search until it is counted."""
        self._noted.append(noted)

    def take(self) -> Sequence[Noted]:
        """Return what was noted, which is remembered no more."""
        noted = list(self._noted)
        self._noted.clear()
        return noted

    def count(self, noted: Iterable[Noted], day: date) -> list[Counted]:
        """Return what is new of a day among the noted, by id; a caller counts once for words."""
        if day != self._day:
            self._day = day
            self._forget()
        found: dict[str, Counted] = {}
        for one in noted:
            text = counted_text(one.text)
            if text is None:
                continue
            cause = Cause.FILTERS if one.is_narrowed else Cause.WORDS
            identity, network = id_of(text, cause), network_of(one.address)
            if self._is_new(identity, network):
                found.setdefault(identity, Counted(identity, text, cause)).networks.append(network)
        return [found[identity] for identity in sorted(found)]

    def _is_new(self, identity: str, network: str) -> bool:
        caller, both = self._hash(network), self._hash(f"{identity} {network}")
        if both in self._seen or self._texts[caller] >= MOST_TEXTS_OF_CALLER:
            return False
        if len(self._seen) >= MOST_REMEMBERED:
            self._forget()
            caller, both = self._hash(network), self._hash(f"{identity} {network}")
        self._seen.add(both)
        self._texts[caller] += 1
        return True

    def _hash(self, text: str) -> bytes:
        return blake2b(text.encode(), key=self._key, digest_size=8).digest()

    def _forget(self) -> None:
        self._key = secrets.token_bytes(32)
        self._seen: set[bytes] = set()
        self._texts: Counter[bytes] = Counter()
