"""What `patentmart fsck` compares of clocks: the figures of each day with the questions that they were counted from."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.consistency import Line, Site, pages
from backend.response_clocks import queries
from backend.response_clocks.models import OrganisationResponsiveness, ResponseClock
from backend.response_clocks.policy import clock_policy
from backend.response_clocks.rules import Figures, first_day_counted


async def running_clocks(site: Site, line: Line) -> None:
    """A running clock is looked at again until it is overdue; one that has stopped or stands is not."""
    key = queries.CLOCK.c.subject
    each: sa.Select[Any] = sa.select(key, ResponseClock)
    async for rows, _ in pages(site.database, each, key):
        for row in rows:
            subject, clock = row.subject, row.ResponseClock
            line.looked_at += 1
            waits = clock.stopped_at is None and clock.overdue_at is None and clock.paused_on is None
            if waits != (clock.next_check is not None):
                line.differs(f"{subject}: running is {waits}, looked at again on {clock.next_check}")


async def organisation_figures(site: Site, line: Line) -> None:
    """What is published of organisations that were counted today is what counting again gives.

    An asker that was refused since, or an answer that came late, changes the figures of the next day.
    """
    policy, today = clock_policy(site.database.settings), site.database.clock.today()
    since = first_day_counted(today, policy.days_counted)
    key = queries.FIGURES.c.organisation_id
    of_today: sa.Select[Any] = sa.select(key, OrganisationResponsiveness).where(queries.FIGURES.c.as_of == today)

    async def count(session: AsyncSession, rows: Any) -> dict[str, Figures]:
        return await queries.counted_figures(session, [row[0] for row in rows], since, today, policy)

    async for rows, counted in pages(site.database, of_today, key, count):
        for row in rows:
            organisation_id, kept = row.organisation_id, row.OrganisationResponsiveness
            line.looked_at += 1
            found = counted.get(organisation_id, Figures())
            if found != Figures(questions=kept.questions, in_time=kept.in_time, median_days=kept.median_days):
                line.differs(f"{organisation_id}: {kept.questions} questions are published, {found.questions} count")


CONSISTENCY_CHECKS = (
    ("running clocks of answers", running_clocks),
    ("figures of how organisations answer", organisation_figures),
)
