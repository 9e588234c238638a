"""Payments: recorded by the licensee with evidence, counted from their value date."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.files.service import attach
from backend.licences import queries
from backend.licences.activation import chained
from backend.licences.activation import tell as tell_licence
from backend.licences.certificates.content import CertifiedStep
from backend.licences.errors import (
    LicenceNotInState,
    NoSuchReport,
    NothingDue,
    NoticeNotInState,
    PaidTooLate,
    ValueDateWrong,
)
from backend.licences.models import Licence, Notice, OpenLicence, Payment, RoyaltyReport
from backend.licences.payments.checks import EVIDENCE, check_amount, check_repetition
from backend.licences.payments.rules import is_told_late
from backend.licences.receivables.allocation import instalments_of, settle
from backend.licences.schemas import LicencePaymentIn, PaymentIn
from backend.licences.states import LicenceStatus, NoticeStatus, NoticeStep, PaymentStatus, next_notice
from backend.licences.termination import outlives
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.settlement import settle_notice
from backend.patents.queries import PatentAggregate

N: Final = NoticeStatus
TAKES_EFFECT: Final = frozenset({N.GIVEN, N.PAYMENT_TO_BE_CONFIRMED, N.LAPSED, N.ENDED})


async def pay_notice(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    given: PaymentIn,
    caller: Caller,
    now: datetime,
) -> Payment:
    """Return the payment; with all that is due at the start there, the licence takes effect on the later day.

    One that is told late waits until the licensor confirms it or an office decides. Raises NoticeNotInState,
    NothingDue, ValueDateWrong, PaidTooLate, PaymentRepeated, Overpaid, AlreadyTaken, NotAvailable.
    """
    await _check_payable(session, declared, notice, given.value_date, now)
    await check_repetition(session, given, caller)
    known = (await queries.payments_of(session, [notice.id])).get(notice.id, [])
    check_amount(given, notice.due_at_start_fen - notice.paid_fen, known)
    within = session.info["database"].settings.payment_told_within_days
    late = is_told_late(given.value_date, notice.given_on, china_day(now), within)
    payment = await _record(
        session, notice, None, given, caller, now, PaymentStatus.TO_BE_CONFIRMED if late else PaymentStatus.RECORDED
    )
    if late:
        notice.status = next_notice(notice.status, NoticeStep.TELL_LATE)
    what = "payment_to_be_confirmed" if late else "payment_recorded"
    await notices.tell(session, notice, declared.organisation_id, what, now, caller.user_id, payment_id=payment.id)
    await settle_notice(session, whole, declared, notice, now, caller.user_id)
    return payment


async def _check_payable(
    session: AsyncSession, declared: OpenLicence, notice: Notice, value_date: date, now: datetime
) -> None:
    """A notice that lapsed, or ended with the open licence, comes back by money from its time; no other does."""
    over = notice.status is N.ENDED and notice.status_reason not in notices.ENDED_BY.values()
    if notice.status not in TAKES_EFFECT or over:
        raise NoticeNotInState(status=notice.status.value, step=NoticeStep.PAY.value)
    if notice.due_at_start_fen == 0:
        raise NothingDue
    _check_day(value_date, declared.announced_on, now)
    if not _is_in_time(session, declared, notice, value_date):
        raise PaidTooLate
    if notice.ended_on is not None:
        about = (declared, notice.licensee_organisation_id, notice.starts_on, notice.ends_on)
        await notices.check_free(session, *about, but=notice.id)


def _check_day(value_date: date, announced_on: date | None, now: datetime) -> None:
    if value_date > china_day(now) or (announced_on is not None and value_date < announced_on):
        raise ValueDateWrong


def _is_in_time(session: AsyncSession, declared: OpenLicence, notice: Notice, value_date: date) -> bool:
    """Return whether the money was there in time, whenever that is recorded."""
    if notice.pay_by is None or value_date > notice.pay_by:
        return False
    if notice.ended_on is None or declared.withdrawn_on is None or outlives(session, notice):
        return True
    return value_date < declared.withdrawn_on


async def _record(
    session: AsyncSession, notice: Notice, licence: Licence | None, given: PaymentIn, caller: Caller, now: datetime,
    status: PaymentStatus = PaymentStatus.RECORDED,
) -> Payment:  # fmt: skip
    settings = session.info["database"].settings
    payment = Payment(
        id=new_id("pay"),
        notice_id=notice.id,
        licence_id=licence.id if licence else None,
        status=status,
        at_start=licence is None,
        amount_fen=given.amount_fen,
        value_date=given.value_date,
        reference=given.reference,
        is_another_payment=given.is_another_payment,
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
    """Return a later payment: of a further year's amount, or of the period that it names, what is beyond of others.

    Raises LicenceNotInState, ValueDateWrong, NoSuchReport, NothingDue, PaymentRepeated, or Overpaid.
    """
    if licence.status is LicenceStatus.VOID:
        raise LicenceNotInState(status=licence.status.value, step="pay")
    _check_day(given.value_date, licence.effective_on, now)
    payments = (await queries.payments_of(session, [notice.id])).get(notice.id, [])
    report, open_fen = await _owed(session, licence, notice, given, payments)
    await check_repetition(session, given, caller)
    check_amount(given, open_fen, payments)
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
    session: AsyncSession, licence: Licence, notice: Notice, given: LicencePaymentIn, payments: list[Payment]
) -> tuple[RoyaltyReport | None, int]:
    """Return the reporting period that is paid, None for a further year's amount, and what is open of all of the kind.

    Raises what says that nothing is due.
    """
    if given.period is None:
        left = sum(one.open_fen for one in instalments_of(licence, notice, payments)[0])
        if left == 0:
            raise NothingDue
        return None, left
    reports = await queries.reports_of(session, licence.id)
    report = next((one for one in reports if one.number == given.period), None)
    if report is None or report.amount_fen is None:
        raise NoSuchReport
    if report.paid_fen >= report.amount_fen:
        raise NothingDue
    return report, sum(max(0, (one.amount_fen or 0) - one.paid_fen) for one in reports)
