"""The scheduled sweep: reminds of answers, finds those overdue, and counts each day how organisations answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.jobs.batches import at_once
from backend.response_clocks import queries, service
from backend.response_clocks.models import OrganisationResponsiveness, ResponseClock
from backend.response_clocks.policy import ClockPolicy, clock_policy
from backend.response_clocks.rules import Figures, first_day_counted

BATCH: Final = 100
FIGURES: Final = queries.FIGURES


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few clocks at a time, so that other writers get through."""
    policy = clock_policy(database.settings)
    await _check_clocks(database, policy, now)
    await _count_anew(database, policy, china_day(now))


async def _check_clocks(database: Database, policy: ClockPolicy, now: datetime) -> None:
    is_due = sa.and_(col(ResponseClock.next_check) <= china_day(now), queries.IS_RUNNING)
    first = sa.select(col(ResponseClock.subject)).where(is_due)
    first = first.order_by(col(ResponseClock.next_check), col(ResponseClock.subject)).limit(BATCH)

    async def check(some: Sequence[str]) -> None:
        async with database.write() as session:
            still = sa.select(ResponseClock).where(col(ResponseClock.subject).in_(some), is_due)
            for clock in (await session.scalars(still.order_by(col(ResponseClock.subject)).with_for_update())).all():
                await service.check(session, clock, policy, now)

    while True:
        async with database.read() as session:
            subjects = list(await session.scalars(first))
        if subjects:
            await at_once(subjects, check)
        if len(subjects) < BATCH:
            return


async def _count_anew(database: Database, policy: ClockPolicy, today: date) -> None:
    """Count the figures of organisations that were counted for another day."""
    old = sa.select(col(OrganisationResponsiveness.organisation_id)).where(
        col(OrganisationResponsiveness.as_of) != today
    )
    old = old.order_by(col(OrganisationResponsiveness.organisation_id)).limit(BATCH)
    while True:
        async with database.read() as session:
            ids = list(await session.scalars(old))
        if ids:
            async with database.write() as session:
                await _write(session, ids, policy, today)
        if len(ids) < BATCH:
            return


async def _write(session: AsyncSession, ids: Sequence[str], policy: ClockPolicy, today: date) -> None:
    since = first_day_counted(today, policy.days_counted)
    counted = await queries.counted_figures(session, ids, since, today, policy)
    for organisation_id in ids:
        change = sa.update(FIGURES).where(FIGURES.c.organisation_id == organisation_id)
        await session.execute(change.values(_row(counted.get(organisation_id, Figures()), today)))


def _row(found: Figures, today: date) -> dict[str, Any]:
    return {
        "as_of": today,
        "questions": found.questions,
        "in_time": found.in_time,
        "median_days": found.median_days,
    }
