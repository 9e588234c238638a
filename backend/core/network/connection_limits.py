"""How many connections are held at once, in all and of one network, and what each may cost before it is heard."""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final, Protocol, Self

from backend.core.settings import Settings

RESERVED: Final = 256  # descriptors for the databases, files, processes and receivers of webhooks
LOOK: Final = 1.0  # seconds between two looks at who is late


class Timed(Protocol):
    """What is held, and may be late with what it owes."""

    def late(self, now: float) -> None:
        """Look whether it is late, and end it then."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is taken at most: bytes and seconds of a request's headers, connections in all and of one network.

    Of `proxies`, each a network, any number is taken: all their callers come through them.
    """

    header_bytes: int
    header_seconds: float
    connections: int
    of_one: int
    proxies: Sequence[str] = ()
    base: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the bounds of the settings; no more connections than there are descriptors for."""
        return cls(
            header_bytes=settings.header_bytes,
            header_seconds=settings.header_seconds,
            connections=connections_held(settings.connections),
            of_one=settings.connections_per_address,
            proxies=settings.trusted_proxies,
            base=settings.patentmart_public_url.rstrip("/"),
        )


def connections_held(wanted: int) -> int:
    """Return how many connections the descriptors of this process allow, at most those wanted.

    The soft limit is raised as far as the hard one lets it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + RESERVED
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else max(soft, min(needed, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, soft - min(RESERVED, soft // 2)))


class Connections:
    """All connections of this process, counted in all and by network; looks each second at who is late."""

    def __init__(self, bounds: Bounds, refused: Callable[[str], None]) -> None:
        """`refused` is called with the code of every refusal."""
        self.bounds = bounds
        self.refused = refused
        self._held: set[Timed] = set()
        self._of: Counter[str] = Counter()
        self._spared = [ip_network(network) for network in bounds.proxies]
        self._look: asyncio.TimerHandle | None = None

    def take(self, one: Timed, network: str) -> bool:
        """Count a connection; False where it is one too many."""
        if len(self._held) >= self.bounds.connections:
            return False
        if self._of[network] >= self.bounds.of_one and not self._is_spared(network):
            return False
        self._held.add(one)
        self._of[network] += 1
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK, self._find_late)
        return True

    def give_back(self, one: Timed, network: str) -> None:
        """Count it no more."""
        if one in self._held:
            self._held.discard(one)
            self._of[network] -= 1
            if not self._of[network]:
                del self._of[network]

    def _is_spared(self, network: str) -> bool:
        try:
            address = ip_address(network.partition("/")[0])
        except ValueError:
            return False
        return any(address in spared for spared in self._spared)

    def _find_late(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for one in list(self._held):
            one.late(now)
        self._look = loop.call_later(LOOK, self._find_late) if self._held else None
