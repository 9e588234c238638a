"""The scheduled sweep: starts and ends licences, reminds of recordals and royalty reports."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.licences.events import (
    LicenceRecordalDue,
    LicenceRecordalOverdue,
    LicenceStarted,
    RoyaltyOverdue,
    append_event,
)
from backend.licences.lifecycle.termination import expire_licence, is_over
from backend.licences.models import Licence, RoyaltyReport
from backend.licences.policy import LicencePolicy, licence_policy
from backend.licences.recordal.rules import reminder_days
from backend.licences.royalties import service as royalties
from backend.licences.states import STANDS, LicenceStatus, LicenceStep, next_licence
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate

BATCH: Final = 100
Change = Callable[[AsyncSession, PatentAggregate, Any, datetime], Awaitable[None]]


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few patents at a time, so that other writers get through."""
    today, policy = china_day(now), licence_policy(database.settings)
    await change_each(database, Licence, col(Licence.next_check) <= today, partial(_move, policy), now)
    await _report_overdue_royalties(database, today, now)


async def change_each(
    database: Database, table: Any, due: sa.ColumnElement[bool], change: Change, now: datetime
) -> None:
    """Change every row that is due, each with its patent locked first, as every grant does."""
    while True:
        async with database.read() as session:
            statement = sa.select(col(table.id), col(table.patent_id)).where(due).order_by(col(table.patent_id))
            found: Sequence[Any] = (await session.execute(statement.limit(BATCH))).all()
        for row_id, patent_id in found:
            async with database.write() as session:
                whole = await patent_queries.load(session, patent_id, lock=True)
                still = sa.select(table).where(col(table.id) == row_id, due)
                row = (await session.scalars(still.with_for_update())).first()
                if whole is not None and row is not None:
                    await change(session, whole, row, now)
        if len(found) < BATCH:
            return


async def _move(
    policy: LicencePolicy, session: AsyncSession, whole: PatentAggregate, licence: Licence, now: datetime
) -> None:
    today = china_day(now)
    if licence.status in STANDS and is_over(licence, now):
        await expire_licence(session, whole, licence, policy, now)
    elif licence.status is LicenceStatus.AWAITING_START and licence.starts_on <= today:
        licence.status = next_licence(licence.status, LicenceStep.START)
        licence.version += 1
        await append_event(session, licence, LicenceStarted, now)
    await _remind(session, licence, policy, today, now)
    licence.next_check = _next_check(licence, policy, today)


async def _remind(session: AsyncSession, licence: Licence, policy: LicencePolicy, today: date, now: datetime) -> None:
    """Tell both sides that the recordal falls due, on the days set for it and once it is overdue."""
    if licence.recordal_filed_on is not None or licence.next_check is None:
        return
    passed = [day for day in _reminders(licence, policy) if licence.next_check <= day <= today]
    if today > licence.recordal_due_on and "recordal_overdue" not in licence.flags:
        licence.flags = sorted({*licence.flags, "recordal_overdue"})
        licence.version += 1
        await append_event(session, licence, LicenceRecordalOverdue, now)
    elif passed:
        await append_event(session, licence, LicenceRecordalDue, now)


def _reminders(licence: Licence, policy: LicencePolicy) -> tuple[date, ...]:
    return reminder_days(licence.recordal_due_on, licence.effective_on, policy.recordal_reminder_days)


def _next_check(licence: Licence, policy: LicencePolicy, today: date) -> date | None:
    days = [licence.ends_on + timedelta(days=1), licence.starts_on]
    if licence.recordal_filed_on is None:
        days += [*_reminders(licence, policy), licence.recordal_due_on + timedelta(days=1)]
    return min((day for day in days if day > today), default=None)


async def _report_overdue_royalties(database: Database, today: date, now: datetime) -> None:
    late = sa.and_(royalties.overdue(today), col(RoyaltyReport.overdue_told).is_(False))
    async with database.write() as session:
        for report in await session.scalars(sa.select(RoyaltyReport).where(late).limit(BATCH).with_for_update()):
            report.overdue_told = True
            licence = await session.get_one(Licence, report.licence_id)
            if licence.status is not LicenceStatus.VOID:
                await append_event(session, licence, RoyaltyOverdue, now)
