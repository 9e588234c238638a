"""Tells any number of waiters that the stream goes on, with one question to the database at a time."""

import asyncio
import contextlib
from typing import Final

from backend.core.database.sessions import Database
from backend.core.events import stream

LOOK: Final = 0.2  # seconds between two looks, while somebody waits


class Watch:
    """The end of the stream, as those see it who wait for more."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look: asyncio.Task[int] | None = None

    async def beyond(self, position: int, seconds: float) -> bool:
        """Wait until the stream goes beyond the position, but no longer; give whether it does."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while await self._next() <= position:
                    pass
                return True
        return False

    async def _next(self) -> int:
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._end())
        return await asyncio.shield(self._look)  # who gives up takes nothing from the others

    async def _end(self) -> int:
        await asyncio.sleep(LOOK)
        return await stream.head(self._database)
