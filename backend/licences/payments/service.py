"""Payments on a licence: recorded by the licensee with evidence, counted from their value date."""

from datetime import date, datetime, timedelta

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
    ValueDateWrong,
)
from backend.licences.events import LicencePaymentRecorded
from backend.licences.models import Licence, Notice, Payment, RoyaltyReport
from backend.licences.payments.checks import EVIDENCE, check_amount, check_repetition
from backend.licences.receivables.allocation import instalments_of, settle
from backend.licences.schemas import LicencePaymentIn, PaymentIn
from backend.licences.states import LicenceStatus, PaymentStatus


def check_value_date(value_date: date, since: date | None, now: datetime) -> None:
    """Raise ValueDateWrong where money is said to have come before there was anything to pay, or ahead of today."""
    if value_date > china_day(now) or (since is not None and value_date < since):
        raise ValueDateWrong


async def record_payment(
    session: AsyncSession, notice: Notice, licence: Licence | None, given: PaymentIn, caller: Caller, now: datetime,
    status: PaymentStatus = PaymentStatus.RECORDED,
) -> Payment:  # fmt: skip
    """Return the payment, recorded with its evidence; on a notice where there is no licence yet."""
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
    check_value_date(given.value_date, licence.effective_on, now)
    payments = (await queries.payments_of(session, [notice.id])).get(notice.id, [])
    report, open_fen = await _owed(session, licence, notice, given, payments)
    await check_repetition(session, given, caller)
    check_amount(given, open_fen, payments)
    payment = await record_payment(session, notice, licence, given, caller, now)
    if report is not None:
        payment.report_id = report.id
        await settle(session, licence)
    licence.chain = [
        *licence.chain, chained(CertifiedStep.PAYMENT_MADE, payment.value_date, payment.id, payment.amount_fen)
    ]  # fmt: skip
    licence.version += 1
    await tell_licence(session, licence, LicencePaymentRecorded, now, caller.user_id)
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
