"""The scheduled sweep: releases overdue, annuities that fall due, and values that are to be looked at again."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.patents.models import Patent
from backend.pledges import queries
from backend.pledges.codes import WatchKind
from backend.pledges.collateral.watch import Occurrence, notice
from backend.pledges.models import Pledge, PledgedPatent, PledgeWatch
from backend.pledges.policy import pledge_policy
from backend.pledges.release import service as release
from backend.pledges.rules import STANDING
from backend.response_clocks.queries import platform

BATCH: Final = 50


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few pledges at a time, so that other writers get through."""
    today = china_day(now)
    while await _report_overdue(database, today, now) == BATCH:
        pass
    while await _remind_of_reappraisals(database, today, now) == BATCH:
        pass
    while await _notify_of_annuities(database, today, now) == BATCH:
        pass


async def _report_overdue(database: Database, today: date, now: datetime) -> int:
    late = sa.and_(
        col(Pledge.release_due_on) < today,
        col(Pledge.release_overdue_at).is_(None),
        col(Pledge.status) == "registered",
    )
    async with database.write() as session:
        rows = (await session.scalars(_due_pledges(late))).all()
        offices = list(await platform(session)) if rows else []
        for pledge in rows:
            await release.fall_overdue(session, pledge, offices, now)
    return len(rows)


async def _remind_of_reappraisals(database: Database, today: date, now: datetime) -> int:
    due = sa.and_(col(Pledge.reappraisal_due_on) <= today, col(Pledge.status).in_(sorted(STANDING)))
    policy = pledge_policy(database.settings)
    async with database.write() as session:
        rows = (await session.scalars(_due_pledges(due))).all()
        ids = [pledge.id for pledge in rows]
        patents, audiences = await queries.patents_of(session, ids), await queries.audiences_of(session, rows)
        for pledge in rows:
            occurrence = Occurrence(WatchKind.REAPPRAISAL_DUE, str(pledge.reappraisal_due_on))
            for patent in patents[pledge.id]:
                if patent.is_still_pledged:
                    await notice(session, pledge, audiences[pledge.id], patent.patent_id, occurrence, now)
            pledge.reappraisal_due_on = policy.reappraisal_due(today)
            pledge.version += 1
    return len(rows)


async def _notify_of_annuities(database: Database, today: date, now: datetime) -> int:
    """Notify the sides of annuities of pledged patents that fall due soon, each once."""
    soon = today + timedelta(days=pledge_policy(database.settings).annuity_notice_days)
    known = sa.exists().where(
        col(PledgeWatch.pledge_id) == col(Pledge.id),
        col(PledgeWatch.patent_id) == col(Patent.id),
        col(PledgeWatch.kind) == WatchKind.ANNUITY_DUE,
        col(PledgeWatch.about) == sa.cast(col(Patent.annuity_due_on), sa.Text),
    )
    columns: tuple[Any, ...] = (Pledge, col(Patent.id), col(Patent.annuity_due_on))
    due = (
        sa.select(*columns)
        .join(PledgedPatent, col(PledgedPatent.pledge_id) == col(Pledge.id))
        .join(Patent, col(Patent.id) == col(PledgedPatent.patent_id))
        .where(
            col(Pledge.status).in_(sorted(STANDING)),
            queries.STILL_PLEDGED,
            col(Patent.annuity_due_on).between(today, soon),
            sa.not_(known),
        )
        .order_by(col(Pledge.id), col(Patent.id))
        .limit(BATCH)
    )
    async with database.write() as session:
        rows = (await session.execute(due)).all()
        audiences = await queries.audiences_of(session, {pledge.id: pledge for pledge, _, _ in rows}.values())
        for pledge, patent_id, due_on in rows:
            occurrence = Occurrence(WatchKind.ANNUITY_DUE, due_on.isoformat())
            await notice(session, pledge, audiences[pledge.id], patent_id, occurrence, now)
    return len(rows)


def _due_pledges(due: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(Pledge).where(due).order_by(col(Pledge.id)).limit(BATCH).with_for_update(skip_locked=True)
