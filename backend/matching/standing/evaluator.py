"""Keeps the standing pairs in line with the stream, and has the sides told of those that are new to them."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.matching.codes import StandingSide
from backend.matching.comparisons.circumstances import circumstances
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.memory.needs import changed_needs
from backend.matching.scoring.facts import Circumstances
from backend.matching.standing import queries
from backend.matching.standing.evaluation import (
    FirstPairs,
    Group,
    Pair,
    Place,
    pairs_of_need,
    take_pairs_of_listing,
)
from backend.matching.standing.notifier import FOLLOWER, tell
from backend.matching.standing.pair_store import Evaluated, record
from backend.patent_search.affected_patents import UNLISTED, touched

AT_ONCE: Final = 50  # patents evaluated while the memory stands still
DIGESTS: Final = 100  # needs and sides told in one go
LONGEST: Final = timedelta(hours=1)  # that what comes of a file waits for the file's end
LONGEST_WAIT: Final = 60.0  # seconds that the evaluation waits for a file and other long work
P = ParamSpec("P")
T = TypeVar("T")
LOOK: Final = 0.05  # seconds between two looks at how far the evaluation has come
MOVE: Final = (
    sa.update(stream.CURSOR)
    .where(stream.CURSOR.c.name == FOLLOWER, stream.CURSOR.c.position == sa.bindparam("from_position"))
    .values(position=sa.bindparam("to_position"))
)
POSITION: Final = sa.select(stream.CURSOR.c.position).where(stream.CURSOR.c.name == FOLLOWER)


class StandingMatches:
    """Evaluates what is new, for a process that works; any number of processes may."""

    def __init__(self, database: Database, memory: MatchingMemory) -> None:
        self._database, self._memory = database, memory
        self._waiting_since: float | None = None

    async def step(self) -> int:
        """Evaluate what the next events changed; return how many events those were.

        What comes of it is computed beside the database and kept together with the cursor's move: of two processes
        that take the same events the second finds the cursor moved, and keeps nothing.
        """
        async with self._database.read() as session:
            position = (await session.execute(POSITION)).scalar_one_or_none()
            if position is None or await self._waits(session):
                return 0
        events, behind = await stream.events_after(self._database, position, without=UNLISTED)
        if behind == position:
            return 0
        await self._memory.reach(behind)
        evaluated = await self._evaluate(await touched(self._database, events), changed_needs(events))
        again_after = timedelta(hours=self._database.settings.match_told_again_after_hours)
        async with self._database.write() as session:
            moved: Any = await session.execute(MOVE, {"from_position": position, "to_position": behind})
            if moved.rowcount != 1:
                return 0
            await record(session, evaluated, self._database.clock.real(), again_after)
        return int(behind - position)

    async def _waits(self, session: AsyncSession) -> bool:
        """Whether a file or other long work is let go first, as what comes of it is told at its end; for a while."""
        if not await queries.is_working(session):
            self._waiting_since = None
            return False
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        if now - self._waiting_since < LONGEST_WAIT:
            return True
        self._waiting_since = None
        return False

    async def _evaluate(self, patent_ids: list[str], need_ids: list[str]) -> Evaluated:
        """Return the pairs of these patents and needs, and of the needs that lost one of their first.

        A need is evaluated anew for the side alone that lost one: what the asker knows alone, such as a secret budget,
        must bring about nothing that the holders' side is told.
        """
        if not patent_ids and not need_ids:
            return Evaluated([], set(), set())
        async with self._database.read() as session:
            when = await circumstances(session, self._database, self._memory.listings.holders())
            last = await queries.last_of_top(session)
            listing_ids = await queries.listings_of_patents(session, patent_ids) if patent_ids else set()
            known = await queries.pairs_of_listings(session, listing_ids) if listing_ids else []
        kept = {(row.need_id, StandingSide(row.side), row.listing_id) for row in known}
        first = FirstPairs(last, kept)
        for start in range(0, len(patent_ids), AT_ONCE):
            await self._in_thread(self._take_patents, patent_ids[start : start + AT_ONCE], when, first)
        pairs = first.pairs()
        standing = {(pair.need_id, pair.side, pair.listing_id): pair for pair in pairs}
        again = {(need_id, side) for need_id in need_ids for side in StandingSide} | {
            (row.need_id, StandingSide(row.side))
            for row in known
            if row.is_present and _has_fallen(row, standing.get((row.need_id, row.side, row.listing_id)))
        }
        entering = [p for p in pairs if _enters(p, last) or (p.need_id, p.side, p.listing_id) in kept]
        whole = await self._in_thread(self._of_needs, sorted(again), when)
        left = [pair for pair in entering if (pair.need_id, pair.side) not in again]
        return Evaluated(left + whole, again, listing_ids)

    async def _in_thread(self, compute: Callable[P, T], *of: P.args, **more: P.kwargs) -> T:
        """Return what is computed while the memory stands still: what is just being renewed would be missed."""
        async with self._memory.lock:
            return await asyncio.to_thread(compute, *of, **more)

    def _take_patents(self, patent_ids: Iterable[str], when: Circumstances, first: FirstPairs) -> None:
        for patent_id in patent_ids:
            take_pairs_of_listing(self._memory, patent_id, when, first)

    def _of_needs(self, sides: Iterable[tuple[str, StandingSide]], when: Circumstances) -> list[Pair]:
        return [pair for need_id, side in sides for pair in pairs_of_need(self._memory, need_id, side, when)]

    async def tell(self) -> int:
        """Have the sides told of what waits; return how many needs and sides that were.

        All that has happened until then is evaluated first: the end of a file is told with the rest of it.
        """
        real = self._database.clock.real()
        quiet = timedelta(seconds=self._database.settings.match_digest_quiet_seconds)
        patience = queries.Patience(real, real - quiet, real - LONGEST)
        async with self._database.read() as session:
            due = await queries.pending(session, patience, DIGESTS)
        if due:
            await self._evaluated(await stream.now(self._database))
        for row in due:
            await tell(self._database, row.need_id, StandingSide(row.side))
        return len(due)

    async def _evaluated(self, position: int) -> None:
        while True:
            async with self._database.read() as session:
                reached = (await session.execute(POSITION)).scalar_one_or_none()
            if reached is None or reached >= position:
                return
            await asyncio.sleep(LOOK)


def _has_fallen(row: sa.Row[Any], now: Pair | None) -> bool:
    return now is None or bool(now.points < row.points)


def _enters(pair: Pair, last: Mapping[Group, Place]) -> bool:
    """Whether a pair comes before the last of the first pairs; equal scores by the listing's id, as they are kept."""
    known = last.get((pair.need_id, pair.side, pair.by_abstract))
    return known is None or (-pair.points, pair.listing_id) < known
