"""Keeps the standing pairs in line with the stream, and has the sides told of those that are new to them."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.matching.answering import circumstances
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.models import StandingPair
from backend.matching.scoring.facts import Circumstances
from backend.matching.standing import queries
from backend.matching.standing.evaluation import Pair, pairs_of_listing, pairs_of_need
from backend.matching.standing.recording import Evaluated, record
from backend.matching.standing.telling import tell_some
from backend.patent_search.affected_patents import touched

FOLLOWER: Final = "standing"  # the cursor's name; a migration made it, at the stream's end of then
AT_ONCE: Final = 200  # patents evaluated in one step
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

    async def step(self) -> int:
        """Evaluate what the next events changed; return how many events those were.

        What comes of it is computed beside the database and kept together with the cursor's move: of two processes
        that take the same events the second finds the cursor moved, and keeps nothing.
        """
        async with self._database.read() as session:
            position = (await session.execute(POSITION)).scalar_one_or_none()
        if position is None:
            return 0
        events, behind = await stream.events_after(self._database, position)
        if behind == position:
            return 0
        await self._memory.reach(behind)
        needs = list(dict.fromkeys(event.subject for event in events if event.type.startswith("need.")))
        evaluated = await self._evaluate(await touched(self._database, events), needs)
        now = self._database.clock.now()
        async with self._database.write() as session:
            moved: Any = await session.execute(MOVE, {"from_position": position, "to_position": behind})
            if moved.rowcount != 1:
                return 0
            await record(session, evaluated, now, self._database.clock.real())
        return int(behind - position)

    async def _evaluate(self, patent_ids: list[str], need_ids: list[str]) -> Evaluated:
        """Return the pairs of these patents and needs, and of the needs that lost one of their first."""
        if not patent_ids and not need_ids:
            return Evaluated([], set(), set())
        async with self._database.read() as session:
            when = await circumstances(session, self._database, self._memory.listings.holders())
            least = await queries.last_of_top(session)
            listing_ids = await queries.listings_of_patents(session, patent_ids) if patent_ids else set()
            known = await queries.pairs_of_listings(session, listing_ids) if listing_ids else []
        pairs: list[Pair] = []
        for start in range(0, len(patent_ids), AT_ONCE):
            some = patent_ids[start : start + AT_ONCE]
            pairs += await asyncio.to_thread(self._of_patents, some, when)
        standing = {(pair.need_id, pair.side, pair.listing_id): pair for pair in pairs}
        kept = {(row.need_id, row.side, row.listing_id) for row in known}
        again = {*need_ids} | {
            row.need_id
            for row in known
            if row.is_present and _has_fallen(row, standing.get((row.need_id, row.side, row.listing_id)))
        }
        entering = [p for p in pairs if _enters(p, least) or (p.need_id, p.side, p.listing_id) in kept]
        whole = await asyncio.to_thread(self._of_needs, again, when)
        return Evaluated([p for p in entering if p.need_id not in again] + whole, again, listing_ids)

    def _of_patents(self, patent_ids: Iterable[str], when: Circumstances) -> list[Pair]:
        return [pair for patent_id in patent_ids for pair in pairs_of_listing(self._memory, patent_id, when)]

    def _of_needs(self, need_ids: Collection[str], when: Circumstances) -> list[Pair]:
        return [pair for need_id in sorted(need_ids) for pair in pairs_of_need(self._memory, need_id, when)]

    async def tell(self) -> int:
        """Have the sides told of what waits; return how many needs and sides that were."""
        real = self._database.clock.real()
        quiet = timedelta(seconds=self._database.settings.match_digest_quiet_seconds)
        return await tell_some(self._database, quiet_since=real - quiet)


def _has_fallen(row: StandingPair, now: Pair | None) -> bool:
    return now is None or now.points < row.points


def _enters(pair: Pair, least: dict[Any, int]) -> bool:
    return pair.points > least.get((pair.need_id, pair.side), -1)
