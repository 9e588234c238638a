"""What a process compares texts with, from its start to its end, and the standing matches that it keeps up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request

from backend.core.background_tasks import beside
from backend.core.domain import ServiceSite
from backend.core.events import stream
from backend.matching.errors import MatchingNotReady
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.standing.evaluator import StandingMatches
from backend.patent_search import listed_texts

NAME: Final = "matching"
POLL: Final = 0.25  # seconds between two looks at the stream
PATIENCE: Final = 2.0  # seconds that a request waits for a process that has just started
LOOK_AGAIN: Final = 0.05
TELL_POLL: Final = 1.0  # … and at what waits to be told


@contextlib.asynccontextmanager
async def matching_memory(site: ServiceSite) -> AsyncIterator[MatchingMemory]:
    """Hold the memory of a process, filled and kept up to date beside its requests."""
    memory = MatchingMemory.of(site.database, site.services[listed_texts.NAME])
    work = [stream.follow(memory.step, None, None, POLL)]
    if site.works:
        standing = StandingMatches(site.database, memory)
        work += [stream.follow(standing.step, None, None, POLL), stream.follow(standing.tell, None, None, TELL_POLL)]
    async with beside(*work):
        yield memory


async def memory_of(request: Request, *, with_needs: bool = False) -> MatchingMemory:
    """Return the memory that answers a request, of listings, and where it is asked for of needs.

    Raises MatchingNotReady where it is not filled within two seconds.
    """
    memory: MatchingMemory = request.app.state.services[NAME]
    until = asyncio.get_running_loop().time() + PATIENCE
    while not (memory.listings.is_filled and (memory.needs.is_filled or not with_needs)):
        if asyncio.get_running_loop().time() >= until:
            raise MatchingNotReady
        await asyncio.sleep(LOOK_AGAIN)
    return memory
