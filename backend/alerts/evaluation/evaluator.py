"""Follows the stream for all alerts: what has changed is compared with what they look for, once for each event."""

import time
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
import structlog

from backend.alerts.evaluation.batch import Outcome, starts_of
from backend.alerts.evaluation.hit_store import record
from backend.alerts.evaluation.saved_searches import SavedSearches
from backend.alerts.evaluation.searches import search_outcome
from backend.alerts.evaluation.watches import watch_outcome
from backend.alerts.policy import AlertPolicy
from backend.alerts.queries import ALERT
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.search_indexing.consumer import wait_until_fed
from backend.core.search_indexing.index import SearchIndex
from search.engine import SearchEngine, SearchError

FOLLOWER: Final = "alerts"  # the cursor's name; a migration made it, at the stream's end
PATIENCE: Final = 2.0  # seconds for an index that is behind, before others get their turn
AT_ONCE: Final = 5_000  # rows kept in one transaction, so that other writers get their turn
LAG: Final = 5.0  # seconds that the cursor may stay behind while nobody has an alert
ANY_ALERT: Final = sa.select(ALERT.c.id).limit(1)

log = structlog.get_logger()


class AlertEvaluator:
    """Finds hits for a process that works and that has the indexes; any number of processes may."""

    def __init__(
        self, database: Database, indexes: Mapping[str, SearchIndex], engines: Mapping[str, SearchEngine],
        policy: AlertPolicy,
    ) -> None:  # fmt: skip
        self._database, self._policy = database, policy
        self._saved = [SavedSearches(index, engines[name]) for name, index in indexes.items()]
        self._moved = time.monotonic()

    async def step(self) -> int:
        """Take the next events of the stream, once the indexes have; return how many, 0 while one is behind."""
        position, events = await stream.unconsumed(self._database, FOLLOWER)
        if not events:
            return 0
        starts = starts_of(events)
        async with self._database.read() as session:
            is_needed = starts or (await session.execute(ANY_ALERT)).first() is not None
        if not is_needed:
            return await self._pass_over(position, events)
        try:
            outcome = await self._outcome(events, starts)
        except SearchError as away:
            log.warning("alerts_wait_for_search", reason=str(away))
            return 0
        return 0 if outcome is None else await self._keep(position, events, outcome)

    async def _outcome(self, events: Any, starts: Mapping[str, tuple[int, int]]) -> Outcome | None:
        """Return what the events change, or None while an index has not come to their end."""
        end = events[-1].seq
        for saved in self._saved:
            if saved.engine.needs_rebuild:
                return None
            if not await wait_until_fed(saved.index, self._database, saved.engine, end, PATIENCE):
                return None
        outcome = Outcome()
        for saved in self._saved:
            await search_outcome(self._database, saved, events, starts, self._policy.matches_kept, outcome)
        async with self._database.read() as session:
            await watch_outcome(session, events, starts, outcome)
        return outcome

    async def _keep(self, position: int, events: Any, outcome: Outcome) -> int:
        """Keep the outcome in short transactions, each with all of its alerts, and move the cursor in the last.

        Of a process that ends in between the next one finds the rest: what is kept of an alert is not found again.
        """
        parts = list(outcome.portions(AT_ONCE))
        for number, part in enumerate(parts, start=1):
            to = events[-1].seq if number == len(parts) else position
            async with self._database.write() as session:
                if not await stream.advance(session, FOLLOWER, position, to):
                    return 0
                await record(session, part, self._policy, self._database.clock.now())
        self._moved = time.monotonic()
        return len(events)

    async def _pass_over(self, position: int, events: Any) -> int:
        """Move the cursor, which is a write, once in a while."""
        if len(events) < stream.BATCH and time.monotonic() - self._moved < LAG:
            return 0
        return await self._keep(position, events, Outcome())
