"""How many streams are open in this process: so many for each who reads them, and a share for each kind of readers.

Strangers, and organisations that nobody verified, cost one request each to become: together they have a part of the
places, and none of those that are kept for verified organisations.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from backend.accounts.caller import Caller
from backend.accounts.quotas.rules import Standing
from backend.accounts.quotas.service import standing
from backend.core.network.client_address import network_of
from backend.core.settings import Settings
from backend.delivery.errors import StreamsFull, TooManyStreams

Key = TypeVar("Key")


class ReaderKind(StrEnum):
    """What kind of reader a stream has."""

    ANONYMOUS = "anonymous"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


SHARES: Final[Mapping[ReaderKind, Fraction]] = {  # of all places: what is beyond them is for verified ones alone
    ReaderKind.ANONYMOUS: Fraction(1, 4),
    ReaderKind.UNVERIFIED: Fraction(1, 4),
    ReaderKind.VERIFIED: Fraction(1),
}
OF_PLACE: Final = 4  # so many times what one stranger may have, all unverified organisations of one place may


@dataclass(frozen=True, slots=True)
class StreamReader:
    """Who reads a stream: an organisation, or whoever asks from a place on the network."""

    kind: ReaderKind
    name: str
    place: str


def reader_of(caller: Caller | None, address: str) -> StreamReader:
    """Return who reads, by the caller and the network address that the request came from."""
    place = network_of(address)
    if caller is None:
        return StreamReader(ReaderKind.ANONYMOUS, place, place)
    is_unverified = standing(caller) is Standing.UNVERIFIED
    kind = ReaderKind.UNVERIFIED if is_unverified else ReaderKind.VERIFIED
    return StreamReader(kind, caller.organisation_id, place)


class Streams:
    """Who reads streams in this process."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.streams_at_once
        self._most_of_one = {
            ReaderKind.ANONYMOUS: settings.streams_per_address,
            ReaderKind.UNVERIFIED: settings.streams_per_organisation_unverified,
            ReaderKind.VERIFIED: settings.streams_per_organisation,
        }
        self._most_of_place = settings.streams_per_address * OF_PLACE
        self._of_one: Counter[tuple[ReaderKind, str]] = Counter()
        self._of_kind: Counter[ReaderKind] = Counter()
        self._of_place: Counter[str] = Counter()  # of the unverified: who asks may register as many as it likes

    def check(self, who: StreamReader) -> None:
        """Raise TooManyStreams where the reader has enough, StreamsFull where those of its kind have."""
        if self._of_one[who.kind, who.name] >= self._most_of_one[who.kind]:
            raise TooManyStreams
        if who.kind is ReaderKind.UNVERIFIED and self._of_place[who.place] >= self._most_of_place:
            raise TooManyStreams
        of_kind = self._of_kind[who.kind]
        if of_kind >= self._most * SHARES[who.kind] or self._of_kind.total() >= self._most:
            raise StreamsFull

    @contextlib.contextmanager
    def counted(self, who: StreamReader) -> Iterator[None]:
        """Count one until the end."""
        self._count(who, 1)
        try:
            yield
        finally:
            self._count(who, -1)

    def _count(self, who: StreamReader, n: int) -> None:
        self._of_kind[who.kind] += n
        _add(self._of_one, (who.kind, who.name), n)
        if who.kind is ReaderKind.UNVERIFIED:
            _add(self._of_place, who.place, n)


def _add(counter: Counter[Key], key: Key, n: int) -> None:
    counter[key] += n
    if not counter[key]:  # nobody is remembered who went away
        del counter[key]
