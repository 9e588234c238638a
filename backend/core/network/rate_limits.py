"""Requests a minute, from one address and for one caller, counted in this process.

Whoever is not recognised is an address: no spelling of a header makes him somebody else.
"""

import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from backend.core.errors import TooMany
from backend.core.network.client_address import network_of
from backend.core.settings import Settings


class RateLimits:
    """What one app counts."""

    def __init__(self, settings: Settings) -> None:
        self._strategy = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._caller = self._item(settings.rate_caller_per_minute, "caller")
        self._address = self._item(settings.rate_address_per_minute, "address")
        self._preview = self._item(settings.previews_per_address_per_minute, "preview")
        self._comparison = self._item(settings.comparisons_per_caller_per_minute, "comparison")
        self._calculation = self._item(settings.loan_costs_per_address_per_minute, "calculation")

    @staticmethod
    def _item(most: int, name: str) -> RateLimitItemPerMinute | None:
        return RateLimitItemPerMinute(most, namespace=name) if most else None

    async def count_address(self, address: str) -> TooMany | None:
        """Count a request from the address; return the refusal where it is one too many."""
        return await self._count(self._address, network_of(address))

    async def count_preview(self, address: str) -> TooMany | None:
        """Count a text that somebody at the address has compared; return the refusal where it is one too many."""
        return await self._count(self._preview, network_of(address))

    async def count_calculation(self, address: str) -> TooMany | None:
        """Count a cost of a loan that somebody at the address has worked out; return the refusal of one too many."""
        return await self._count(self._calculation, network_of(address))

    async def count_comparison(self, caller: str | None, address: str) -> TooMany | None:
        """Count a comparison with all listings or needs for a caller, or for an address where nobody is recognised."""
        return await self._count(self._comparison, caller or network_of(address))

    async def count_caller(self, caller: str) -> TooMany | None:
        """Count a request of a caller who was recognised; return the refusal where it is one too many."""
        return await self._count(self._caller, caller)

    async def _count(self, item: RateLimitItemPerMinute | None, who: str) -> TooMany | None:
        if item is None or await self._strategy.hit(item, who):
            return None
        reset = max(1, int((await self._strategy.get_window_stats(item, who)).reset_time - time.time()) + 1)
        said = f'"{item.namespace}";r=0;t={reset}'
        return TooMany(headers={"Retry-After": str(reset), "RateLimit": said})
