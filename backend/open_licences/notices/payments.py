"""Payments on a notice: with all that is due at the start there, the licence takes effect."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.licences import queries
from backend.licences.errors import NothingDue
from backend.licences.models import Payment
from backend.licences.payments.checks import check_amount, check_repetition
from backend.licences.payments.rules import is_reported_late
from backend.licences.payments.service import Payable, check_value_date, record_payment
from backend.licences.schemas import PaymentIn
from backend.licences.states import PaymentStatus
from backend.open_licences.errors import NoticeNotInState, PaidTooLate
from backend.open_licences.events import NoticePaymentRecorded, NoticePaymentToBeConfirmed
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.settlement import settle_notice
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import NoticeStatus, NoticeStep, next_notice
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
    policy: OpenLicencePolicy,
    now: datetime,
) -> Payment:
    """Return the payment; with all that is due at the start there, the licence takes effect on the later day.

    One that is told late waits until the licensor confirms it or an office decides. Raises NoticeNotInState,
    NothingDue, ValueDateWrong, PaidTooLate, PaymentRepeated, Overpaid, AlreadyTaken, NotAvailable.
    """
    await _check_payable(session, declared, notice, given.value_date, policy, now)
    await check_repetition(session, given, caller)
    known = (await queries.payments_made(session, [notice.id])).get(notice.id, [])
    check_amount(given, notice.due_at_start_fen - notice.paid_fen, known)
    late = is_reported_late(given.value_date, notice.given_on, china_day(now), policy.payment_told_within_days)
    status = PaymentStatus.TO_BE_CONFIRMED if late else PaymentStatus.RECORDED
    payment = await record_payment(session, _payable(notice), given, caller, policy.licences, now, status)
    if late:
        notice.status = next_notice(notice.status, NoticeStep.TELL_LATE)
    kind = NoticePaymentToBeConfirmed if late else NoticePaymentRecorded
    await notices.append_event(
        session, notice, declared.organisation_id, kind, now, caller.user_id, payment_id=payment.id
    )
    await settle_notice(session, whole, declared, notice, policy, now, caller.user_id)
    return payment


def _payable(notice: Notice) -> Payable:
    return Payable(notice.id, notice.patent_id, notice.licensor_organisation_id, notice.licensee_organisation_id)


async def _check_payable(
    session: AsyncSession, declared: OpenLicence, notice: Notice, value_date: date, policy: OpenLicencePolicy,
    now: datetime,
) -> None:  # fmt: skip
    """A notice that lapsed, or ended with the open licence, comes back by money from its time; no other does."""
    over = notice.status is N.ENDED and notice.status_reason not in notices.ENDED_BY.values()
    if notice.status not in TAKES_EFFECT or over:
        raise NoticeNotInState(status=notice.status.value, step=NoticeStep.PAY.value)
    if notice.due_at_start_fen == 0:
        raise NothingDue
    check_value_date(value_date, declared.announced_on, now)
    if not _is_in_time(declared, notice, value_date, policy):
        raise PaidTooLate
    if notice.ended_on is not None:
        about = (declared, notice.licensee_organisation_id, notice.starts_on, notice.ends_on)
        await notices.check_free(session, *about, but=notice.id)


def _is_in_time(declared: OpenLicence, notice: Notice, value_date: date, policy: OpenLicencePolicy) -> bool:
    """Return whether the money was there in time, whenever that is recorded."""
    if notice.pay_by is None or value_date > notice.pay_by:
        return False
    if notice.ended_on is None or declared.withdrawn_on is None or notices.outlives(notice, policy):
        return True
    return value_date < declared.withdrawn_on
