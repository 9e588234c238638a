"""Payments: recorded by the licensee with evidence, counted from their value date."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.catalogue.queries import Whole
from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.files.service import attach
from backend.licensing import queries, taking
from backend.licensing.certificate import CertifiedStep
from backend.licensing.effect import chained, take_effect
from backend.licensing.effect import tell as tell_licence
from backend.licensing.ending import end_licence, outlives, right_ended_on
from backend.licensing.errors import (
    LicenceNotInState,
    NoSuchReport,
    NothingDue,
    NoticeNotInState,
    PaidTooLate,
    ValueDateWrong,
)
from backend.licensing.models import Licence, Notice, OpenLicence, Payment, RoyaltyReport
from backend.licensing.settling import instalments_of, settle
from backend.licensing.states import LicenceStatus, LicenceStep, NoticeStatus, NoticeStep, next_notice
from backend.licensing.taking_schemas import LicencePaymentIn, PaymentIn

EVIDENCE: Final = "payment"
TAKES_EFFECT: Final = frozenset({NoticeStatus.GIVEN, NoticeStatus.LAPSED, NoticeStatus.ENDED})


async def pay_notice(
    session: AsyncSession, whole: Whole, declared: OpenLicence, notice: Notice, given: PaymentIn, caller: Caller,
    now: datetime,
) -> Payment:  # fmt: skip
    """Give the payment; with all that is due at the start there, the licence takes effect on the later day.

    Raises NoticeNotInState, NothingDue, ValueDateWrong, PaidTooLate, AlreadyTaken, NotAvailable.
    """
    if notice.status not in TAKES_EFFECT:
        raise NoticeNotInState(status=notice.status.value, step=NoticeStep.PAY.value)
    if notice.due_at_start_fen == 0:
        raise NothingDue
    _check_day(given.value_date, declared.announced_on, now)
    if not _is_in_time(session, declared, notice, given.value_date):
        raise PaidTooLate
    if notice.status is not NoticeStatus.GIVEN:
        await taking.check_free(session, declared, caller, notice.starts_on, notice.ends_on)
    payment = await _record(session, notice, None, given, caller, now)
    notice.paid_fen += given.amount_fen
    notice.version += 1
    await taking.tell(session, notice, declared.organisation_id, "payment_recorded", now, caller.user_id)
    if notice.paid_fen >= notice.due_at_start_fen:
        await session.flush()
        paid = (await queries.payments_of(session, [notice.id])).get(notice.id, [])
        notice.status = next_notice(notice.status, NoticeStep.PAY)
        effective_on = max(notice.given_on, _paid_on(paid, notice.due_at_start_fen))
        over = await right_ended_on(session, whole, now)
        licence = await take_effect(session, whole, declared, notice, effective_on, now, paid, over)
        for one in paid:  # who is to contest them learns of the licence now
            one.licence_id, one.contestable_until = licence.id, payment.contestable_until
        if over is not None:  # after the licence took effect: it was recorded late
            await end_licence(session, whole, licence, LicenceStep.TERMINATE, over, queries.RIGHT_ENDED, now)
    return payment


def _check_day(value_date: date, announced_on: date | None, now: datetime) -> None:
    if value_date > china_day(now) or (announced_on is not None and value_date < announced_on):
        raise ValueDateWrong


def _is_in_time(session: AsyncSession, declared: OpenLicence, notice: Notice, value_date: date) -> bool:
    """Whether the money was there in time, whenever that is recorded; a notice that ended comes back by it."""
    if notice.pay_by is None or value_date > notice.pay_by:
        return False
    if notice.status is NoticeStatus.ENDED and notice.status_reason not in taking.ENDED_BY.values():
        return False
    if notice.status is NoticeStatus.GIVEN or declared.withdrawn_on is None or outlives(session, notice):
        return True
    return value_date < declared.withdrawn_on


def _paid_on(paid: list[Payment], due: int) -> date:
    """Give the value date with which all that is due was there."""
    total = 0
    for one in sorted(paid, key=lambda payment: payment.value_date):
        total += one.amount_fen
        if total >= due:
            return one.value_date
    raise LookupError(due)


async def _record(
    session: AsyncSession, notice: Notice, licence: Licence | None, given: PaymentIn, caller: Caller, now: datetime
) -> Payment:
    settings = session.info["database"].settings
    payment = Payment(
        id=new_id("pay"),
        notice_id=notice.id,
        licence_id=licence.id if licence else None,
        amount_fen=given.amount_fen,
        value_date=given.value_date,
        reference=given.reference,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        contestable_until=china_day(now) + timedelta(days=settings.contest_days),
    )
    session.add(payment)
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=payment.id, pointer="/evidence_files", now=now)
    return payment


async def pay_licence(
    session: AsyncSession, licence: Licence, notice: Notice, given: LicencePaymentIn, caller: Caller, now: datetime
) -> Payment:
    """Give a later payment: of a further year's amount, or of the period that it names, what is beyond of others.

    Raises LicenceNotInState, ValueDateWrong, NoSuchReport, or NothingDue.
    """
    if licence.status is LicenceStatus.VOID:
        raise LicenceNotInState(status=licence.status.value, step="pay")
    _check_day(given.value_date, licence.effective_on, now)
    report = await _owed(session, licence, notice, given)
    payment = await _record(session, notice, licence, given, caller, now)
    if report is not None:
        payment.report_id = report.id
        await settle(session, licence)
    licence.chain = [
        *licence.chain, chained(CertifiedStep.PAYMENT_MADE, payment.value_date, payment.id, payment.amount_fen)
    ]  # fmt: skip
    licence.version += 1
    await tell_licence(session, licence, "payment_recorded", now, caller.user_id)
    return payment


async def _owed(
    session: AsyncSession, licence: Licence, notice: Notice, given: LicencePaymentIn
) -> RoyaltyReport | None:
    """Give the reporting period that is paid, None for a further year's amount; raise what says that nothing is due."""
    if given.period is None:
        payments = (await queries.payments_of(session, [notice.id])).get(notice.id, [])
        if not any(one.open_fen for one in instalments_of(licence, notice, payments)[0]):
            raise NothingDue
        return None
    reports = await queries.reports_of(session, licence.id)
    report = next((one for one in reports if one.number == given.period), None)
    if report is None or report.amount_fen is None:
        raise NoSuchReport
    if report.paid_fen >= report.amount_fen:
        raise NothingDue
    return report
