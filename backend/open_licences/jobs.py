"""The scheduled sweep: lapses unpaid notices, starts and ends licences and open licences, sends reminders."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.jobs.batches import at_once
from backend.licences import queries
from backend.licences.activation import tell
from backend.licences.events import LicenceRecordalDue, LicenceRecordalOverdue, LicenceStarted, RoyaltyOverdue
from backend.licences.models import Duty, Licence, Notice, OpenLicence, Payment, RoyaltyReport
from backend.licences.recordal.rules import reminder_days
from backend.licences.royalties import service as royalties
from backend.licences.states import (
    OPEN,
    STANDS,
    LicenceStatus,
    LicenceStep,
    NoticeStatus,
    PaymentStatus,
    next_licence,
)
from backend.licences.termination import expire_licence, is_over
from backend.open_licences.availability import service as availability
from backend.open_licences.declarations import expiry
from backend.open_licences.events import ConfirmationOverdue, DutyOverdue
from backend.open_licences.notices import service as notices
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights.queries import ledgers_of

BATCH: Final = 100
Change = Callable[[AsyncSession, PatentAggregate, Any, datetime], Awaitable[None]]


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few patents at a time, so that other writers get through."""
    today = china_day(now)
    lapsing = sa.and_(col(Notice.status) == NoticeStatus.GIVEN, col(Notice.pay_by) < today)
    await _each(database, Notice, lapsing, _lapse, now)
    await _each(database, Licence, col(Licence.next_check) <= today, _move, now)
    while await _ask_some_again(database, today, now) == BATCH:
        pass
    await _tell_duties(database, today, now)
    await _tell_reports(database, today, now)
    await _tell_unconfirmed(database, today, now)


async def _each(database: Database, table: Any, due: sa.ColumnElement[bool], change: Change, now: datetime) -> None:
    """Change every row that is due, each with its patent locked first, as every grant does."""
    while True:
        async with database.read() as session:
            asked = sa.select(col(table.id), col(table.patent_id)).where(due).order_by(col(table.patent_id))
            found: Sequence[Any] = (await session.execute(asked.limit(BATCH))).all()
        for row_id, patent_id in found:
            async with database.write() as session:
                whole = await patent_queries.load(session, patent_id, lock=True)
                still = sa.select(table).where(col(table.id) == row_id, due)
                row = (await session.scalars(still.with_for_update())).first()
                if whole is not None and row is not None:
                    await change(session, whole, row, now)
        if len(found) < BATCH:
            return


async def _lapse(session: AsyncSession, _: PatentAggregate, notice: Notice, now: datetime) -> None:
    declared = await session.get_one(OpenLicence, notice.open_licence_id)
    await notices.lapse(session, notice, declared.organisation_id, now)


async def _move(session: AsyncSession, whole: PatentAggregate, licence: Licence, now: datetime) -> None:
    today = china_day(now)
    if licence.status in STANDS and is_over(licence, now):
        await expire_licence(session, whole, licence, now)
    elif licence.status is LicenceStatus.AWAITING_START and licence.starts_on <= today:
        licence.status = next_licence(licence.status, LicenceStep.START)
        licence.version += 1
        await tell(session, licence, LicenceStarted, now)
    await _remind(session, licence, today, now)
    licence.next_check = _next_check(session, licence, today)


async def _remind(session: AsyncSession, licence: Licence, today: date, now: datetime) -> None:
    """Tell both sides that the recordal falls due, on the days set for it and once it is overdue."""
    if licence.recordal_filed_on is not None or licence.next_check is None:
        return
    passed = [day for day in _reminders(session, licence) if licence.next_check <= day <= today]
    if today > licence.recordal_due_on and "recordal_overdue" not in licence.flags:
        licence.flags = sorted({*licence.flags, "recordal_overdue"})
        licence.version += 1
        await tell(session, licence, LicenceRecordalOverdue, now)
    elif passed:
        await tell(session, licence, LicenceRecordalDue, now)


def _reminders(session: AsyncSession, licence: Licence) -> tuple[date, ...]:
    before = session.info["database"].settings.recordal_reminder_days
    return reminder_days(licence.recordal_due_on, licence.effective_on, before)


def _next_check(session: AsyncSession, licence: Licence, today: date) -> date | None:
    days = [licence.ends_on + timedelta(days=1), licence.starts_on]
    if licence.recordal_filed_on is None:
        days += [*_reminders(session, licence), licence.recordal_due_on + timedelta(days=1)]
    return min((day for day in days if day > today), default=None)


async def _ask_some_again(database: Database, today: date, now: datetime) -> int:
    """Ask again about announced open licences that were not asked about today; give how many."""
    stale = sa.or_(col(OpenLicence.checked_on).is_(None), col(OpenLicence.checked_on) != today)  # a clock put back
    due, of = sa.and_(col(OpenLicence.status).in_(sorted(OPEN)), stale), col(OpenLicence.patent_id)
    async with database.read() as session:
        ids = (await session.scalars(sa.select(of).where(due).order_by(of).limit(BATCH))).all()

    async def ask(some: Sequence[str]) -> None:
        async with database.write() as session:
            wholes = {whole.patent.id: whole for whole in await patent_queries.lock_all(session, some)}
            ledgers = await ledgers_of(session, list(wholes.values()), now)
            asked = sa.select(OpenLicence).where(of.in_(some), due).order_by(of).with_for_update()
            for declared in (await session.scalars(asked)).all():
                whole = wholes[declared.patent_id]
                if expiry.is_over(declared, now):
                    await expiry.expire(session, whole, declared, now)
                else:
                    await availability.align(session, declared, whole, ledgers[declared.patent_id], now)

    if ids:
        await at_once(ids, ask)
    return len(ids)


async def _tell_duties(database: Database, today: date, now: datetime) -> None:
    late = sa.and_(col(Duty.ended_at).is_(None), col(Duty.due_on) < today, col(Duty.overdue_told).is_(False))
    async with database.write() as session:
        for duty in await session.scalars(sa.select(Duty).where(late).limit(BATCH).with_for_update()):
            declared = await session.get_one(OpenLicence, duty.open_licence_id)
            duty.overdue_told = True
            payload = DutyOverdue(patent_id=declared.patent_id, open_licence_id=declared.id, kind=duty.kind)
            await append(session, DomainEvent(payload, declared.id, [declared.organisation_id]), now)


async def _tell_reports(database: Database, today: date, now: datetime) -> None:
    late = sa.and_(royalties.overdue(today), col(RoyaltyReport.overdue_told).is_(False))
    async with database.write() as session:
        for report in await session.scalars(sa.select(RoyaltyReport).where(late).limit(BATCH).with_for_update()):
            report.overdue_told = True
            licence = await session.get_one(Licence, report.licence_id)
            if licence.status is not LicenceStatus.VOID:
                await tell(session, licence, RoyaltyOverdue, now)


async def _tell_unconfirmed(database: Database, today: date, now: datetime) -> None:
    """Tell both sides and the platform, once, of a payment told late that its licensor has not answered in time."""
    waits = sa.and_(col(Payment.status) == PaymentStatus.TO_BE_CONFIRMED, col(Payment.contested_at).is_(None))
    late = sa.and_(waits, col(Payment.contestable_until) < today, col(Payment.overdue_told).is_(False))
    async with database.write() as session:
        for payment in await session.scalars(sa.select(Payment).where(late).limit(BATCH).with_for_update()):
            payment.overdue_told = True
            notice = await session.get_one(Notice, payment.notice_id)
            told = (session, notice, notice.licensor_organisation_id, ConfirmationOverdue, now, None)
            await notices.tell(*told, payment_id=payment.id, offices=await queries.platform(session))
