"""The listings and the open needs that a process holds in memory, taken in together."""

import asyncio
from dataclasses import dataclass

from backend.core.database.sessions import Database
from backend.matching.memory.listings import ListingMemory
from backend.matching.memory.needs import NeedMemory
from backend.patent_search.listed_texts import ListedTexts


@dataclass(frozen=True, slots=True)
class MatchingMemory:
    """The listings and the needs of a process."""

    listings: ListingMemory
    needs: NeedMemory
    lock: asyncio.Lock

    @classmethod
    def of(cls, database: Database, texts: ListedTexts) -> "MatchingMemory":
        """Return an empty memory, which fills itself step by step, and the texts that it rests on with it."""
        listings = ListingMemory(texts)
        return cls(listings, NeedMemory(database, listings), asyncio.Lock())

    async def readiness(self) -> str:
        """Return what is in memory; while a process that has just started reads it, how far it is."""
        read = f"{len(self.listings.offers)} listings"
        if not self.needs.is_filled:
            return f"starting: {read} read so far; 503 matching_not_ready until all are"
        return f"{read}, and all open needs"  # how many would tell of confidential ones

    async def step(self) -> int:
        """Take in the next events; return how many those were."""
        async with self.lock:
            return await self.listings.step() + await self.needs.step()

    async def reach(self, position: int) -> None:
        """Take in events until those up to a position are among them."""
        while not self.needs.is_filled or min(self.listings.position, self.needs.position) < position:
            await self.step()
