"""What a process compares texts with, from its start to its end: all listings and all open needs, in memory."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.domain import ServiceSite
from backend.core.events import stream
from backend.matching.errors import MatchingNotReady
from backend.matching.memory.listings import ListingMemory
from backend.matching.memory.needs import NeedMemory

NAME: Final = "matching"
POLL: Final = 0.25  # seconds between two looks at the stream


@dataclass(frozen=True, slots=True)
class MatchingMemory:
    """The listings and the needs of a process."""

    listings: ListingMemory
    needs: NeedMemory

    @classmethod
    def of(cls, database: Database) -> "MatchingMemory":
        """Return an empty memory, which fills itself step by step."""
        listings = ListingMemory(database)
        return cls(listings, NeedMemory(database, listings))

    async def step(self) -> int:
        """Take in the next events; return how many those were."""
        return await self.listings.step() + await self.needs.step()


@contextlib.asynccontextmanager
async def matching_memory(site: ServiceSite) -> AsyncIterator[MatchingMemory]:
    """Hold the memory of a process, filled and kept up to date beside its requests."""
    memory = MatchingMemory.of(site.database)
    async with beside(stream.follow(memory.step, None, None, POLL)):
        yield memory


def memory_of(request: Request) -> MatchingMemory:
    """Return the memory that answers a request; raise MatchingNotReady until it is filled."""
    memory: MatchingMemory = request.app.state.services[NAME]
    if not memory.listings.is_filled:
        raise MatchingNotReady
    return memory
