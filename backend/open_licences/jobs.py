"""The scheduled sweep: lapses unpaid notices, ends open licences whose term is over, tells of what was left undone."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.jobs.batches import at_once
from backend.licences import queries
from backend.licences.jobs import BATCH, change_each
from backend.licences.models import Payment
from backend.licences.states import PaymentStatus
from backend.open_licences.availability import service as availability
from backend.open_licences.declarations import expiry
from backend.open_licences.events import ConfirmationOverdue, DutyOverdue
from backend.open_licences.models import Duty, Notice, OpenLicence
from backend.open_licences.notices import service as notices
from backend.open_licences.policy import OpenLicencePolicy, open_licence_policy
from backend.open_licences.states import OPEN, NoticeStatus
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights.queries import ledgers_of


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few patents at a time, so that other writers get through."""
    today = china_day(now)
    lapsing = sa.and_(col(Notice.status) == NoticeStatus.GIVEN, col(Notice.pay_by) < today)
    await change_each(database, Notice, lapsing, _lapse, now)
    policy = open_licence_policy(database.settings)
    while await _ask_some_again(database, today, policy, now) == BATCH:
        pass
    await _report_overdue_duties(database, today, now)
    await _report_unconfirmed(database, today, now)


async def _lapse(session: AsyncSession, _: PatentAggregate, notice: Notice, now: datetime) -> None:
    declared = await session.get_one(OpenLicence, notice.open_licence_id)
    await notices.lapse(session, notice, declared.organisation_id, now)


async def _ask_some_again(database: Database, today: date, policy: OpenLicencePolicy, now: datetime) -> int:
    """Ask again about announced open licences that were not asked about today; give how many."""
    stale = sa.or_(col(OpenLicence.checked_on).is_(None), col(OpenLicence.checked_on) != today)  # a clock put back
    due, of = sa.and_(col(OpenLicence.status).in_(sorted(OPEN)), stale), col(OpenLicence.patent_id)
    async with database.read() as session:
        ids = (await session.scalars(sa.select(of).where(due).order_by(of).limit(BATCH))).all()

    async def ask(some: Sequence[str]) -> None:
        async with database.write() as session:
            wholes = {whole.patent.id: whole for whole in await patent_queries.lock_all(session, some)}
            ledgers = await ledgers_of(session, list(wholes.values()), now)
            statement = sa.select(OpenLicence).where(of.in_(some), due).order_by(of).with_for_update()
            for declared in (await session.scalars(statement)).all():
                whole = wholes[declared.patent_id]
                if expiry.is_over(declared, now):
                    await expiry.expire(session, whole, declared, policy, now)
                else:
                    await availability.align(session, declared, whole, ledgers[declared.patent_id], policy, now)

    if ids:
        await at_once(ids, ask)
    return len(ids)


async def _report_overdue_duties(database: Database, today: date, now: datetime) -> None:
    late = sa.and_(col(Duty.ended_at).is_(None), col(Duty.due_on) < today, col(Duty.overdue_told).is_(False))
    async with database.write() as session:
        for duty in await session.scalars(sa.select(Duty).where(late).limit(BATCH).with_for_update()):
            declared = await session.get_one(OpenLicence, duty.open_licence_id)
            duty.overdue_told = True
            payload = DutyOverdue(patent_id=declared.patent_id, open_licence_id=declared.id, kind=duty.kind)
            await append(session, DomainEvent(payload, declared.id, [declared.organisation_id]), now)


async def _report_unconfirmed(database: Database, today: date, now: datetime) -> None:
    """Tell both sides and the platform, once, of a payment told late that its licensor has not answered in time."""
    waits = sa.and_(col(Payment.status) == PaymentStatus.TO_BE_CONFIRMED, col(Payment.contested_at).is_(None))
    late = sa.and_(waits, col(Payment.contestable_until) < today, col(Payment.overdue_told).is_(False))
    async with database.write() as session:
        for payment in await session.scalars(sa.select(Payment).where(late).limit(BATCH).with_for_update()):
            payment.overdue_told = True
            notice = await session.get_one(Notice, payment.payable_id)
            told = (session, notice, notice.licensor_organisation_id, ConfirmationOverdue, now, None)
            await notices.append_event(*told, payment_id=payment.id, offices=await queries.platform(session))
