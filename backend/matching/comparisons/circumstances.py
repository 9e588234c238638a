"""How the holders of listings answer, as a fact that pairs are compared by."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.matching.scoring.facts import Circumstances
from backend.response_clocks.policy import clock_policy
from backend.response_clocks.queries import responsiveness


async def circumstances(session: AsyncSession, database: Database, organisation_ids: Collection[str]) -> Circumstances:
    """Return what is the same for all pairs of a moment, with how those of the organisations answer that are known."""
    known = await responsiveness(session, organisation_ids, clock_policy(database.settings))
    return Circumstances(
        today=china_day(database.clock.now()),
        stale_after_days=database.settings.status_stale_after_days,
        answered_in_time={i: one.in_time / one.questions for i, one in known.items() if one.questions},
    )
