"""Follows the stream for whoever tells members of some kinds of events: with a cursor of its own, in any process."""

import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.log import EVENT

LAG: Final = 5.0  # seconds that the cursor may stay behind while others write and there is nothing to tell
POSITION: Final = sa.select(stream.CURSOR.c.position).where(stream.CURSOR.c.name == sa.bindparam("name"))
IS_TOLD: Final = (
    sa.select(EVENT.c.seq)
    .where(EVENT.c.seq > sa.bindparam("after"), EVENT.c.seq <= sa.bindparam("until"))
    .where(EVENT.c.type.in_(sa.bindparam("types", expanding=True)))
    .limit(1)
)


class StreamFollower(ABC):
    """Takes the events of some types, batch by batch; any number of processes may.

    A migration made the cursor of this name, at the stream's start or end.
    """

    def __init__(self, database: Database, name: str, types: Collection[str]) -> None:
        self._database, self._name, self._types = database, name, list(types)
        self._seen = 0  # up to here there was nothing to tell: the cursor, which is a write, may wait until it is quiet
        self._moved = time.monotonic()

    @abstractmethod
    async def effect(self, session: AsyncSession, happened: Sequence[sa.Row[Any]]) -> None:
        """Do what a batch of events asks for, in the transaction that moves the cursor."""

    async def step(self) -> int:
        """Take the next events of the stream; return how many."""
        async with self._database.read() as session:
            cursor = (await session.execute(POSITION, {"name": self._name})).scalar_one_or_none()
            end = int((await session.execute(stream.HEAD)).scalar_one())
            if cursor is None or end <= cursor:
                return 0
            parameters = {"after": max(cursor, self._seen), "until": end, "types": self._types}
            is_told = (await session.execute(IS_TOLD, parameters)).first() is not None
        is_quiet = end == self._seen
        if not (is_told or is_quiet) and time.monotonic() - self._moved < LAG:
            self._seen = end
            return 0
        self._moved = time.monotonic()
        return await stream.consume(self._database, self._name, self.effect)

    async def finish(self) -> None:
        """Take what is left before the process ends, so that nobody finds the cursor behind."""
        while await self.step() or await self.step():  # the second look finds it quiet
            pass
