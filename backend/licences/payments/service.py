"""Payments on a licence: recorded by the licensee with evidence, counted from their value date."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.files.service import attach
from backend.licences import queries
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.errors import (
    LicenceNotInState,
    NoSuchReport,
    NothingDue,
    ValueDateWrong,
)
from backend.licences.events import LicencePaymentRecorded
from backend.licences.events import append_event as append_licence_event
from backend.licences.models import Licence, Payment, RoyaltyReport
from backend.licences.payments.checks import EVIDENCE, check_amount, check_repetition
from backend.licences.policy import LicencePolicy
from backend.licences.receivables.allocation import instalments_of, settle
from backend.licences.schemas import LicencePaymentIn, PaymentIn
from backend.licences.states import LicenceStatus, PaymentStatus


@dataclass(frozen=True, slots=True)
class Payable:
    """What is paid for, and between whom: a licence, or what makes one once it is paid."""

    id: str
    patent_id: str
    licensor_organisation_id: str
    licensee_organisation_id: str
    licence_id: str | None = None


def payable_of(licence: Licence) -> Payable:
    """Return what later payments on a licence are made for."""
    return Payable(
        licence.source_id,
        licence.patent_id,
        licence.licensor_organisation_id,
        licence.licensee_organisation_id,
        licence.id,
    )


def check_value_date(value_date: date, since: date | None, now: datetime) -> None:
    """Raise ValueDateWrong where money is said to have come before there was anything to pay, or ahead of today."""
    if value_date > china_day(now) or (since is not None and value_date < since):
        raise ValueDateWrong


async def record_payment(
    session: AsyncSession, payable: Payable, given: PaymentIn, caller: Caller, policy: LicencePolicy, now: datetime,
    status: PaymentStatus = PaymentStatus.RECORDED,
) -> Payment:  # fmt: skip
    """Return the payment, recorded with its evidence."""
    payment = Payment(
        id=new_id("pay"),
        patent_id=payable.patent_id,
        licensor_organisation_id=payable.licensor_organisation_id,
        licensee_organisation_id=payable.licensee_organisation_id,
        payable_id=payable.id,
        licence_id=payable.licence_id,
        status=status,
        at_start=payable.licence_id is None,
        amount_fen=given.amount_fen,
        value_date=given.value_date,
        reference=given.reference,
        is_another_payment=given.is_another_payment,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        contestable_until=china_day(now) + timedelta(days=policy.contest_days),
    )
    session.add(payment)
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=payment.id, pointer="/evidence_files", now=now)
    return payment


async def pay_licence(
    session: AsyncSession,
    licence: Licence,
    given: LicencePaymentIn,
    caller: Caller,
    policy: LicencePolicy,
    now: datetime,
) -> Payment:
    """Return a later payment: of a further year's amount, or of the period that it names, what is beyond of others.

    Raises LicenceNotInState, ValueDateWrong, NoSuchReport, NothingDue, PaymentRepeated, or Overpaid.
    """
    if licence.status is LicenceStatus.VOID:
        raise LicenceNotInState(status=licence.status.value, step="pay")
    check_value_date(given.value_date, licence.effective_on, now)
    payments = await queries.payments_of(session, licence)
    report, open_fen = await _owed(session, licence, given, payments)
    await check_repetition(session, given, caller)
    check_amount(given, open_fen, payments)
    payment = await record_payment(session, payable_of(licence), given, caller, policy, now)
    if report is not None:
        payment.report_id = report.id
        await settle(session, licence)
    licence.chain = [
        *licence.chain, chained(CertifiedStep.PAYMENT_MADE, payment.value_date, payment.id, payment.amount_fen)
    ]  # fmt: skip
    licence.version += 1
    await append_licence_event(session, licence, LicencePaymentRecorded, now, caller.user_id)
    return payment


async def _owed(
    session: AsyncSession, licence: Licence, given: LicencePaymentIn, payments: list[Payment]
) -> tuple[RoyaltyReport | None, int]:
    """Return the reporting period that is paid, None for a further year's amount, and what is open of all of the kind.

    Raises what says that nothing is due.
    """
    if given.period is None:
        left = sum(one.open_fen for one in instalments_of(licence, payments)[0])
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
