"""What becomes of a notice by its payments: worked out from all that count, whenever one comes or counts no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.licences import queries
from backend.licences.lifecycle.licensor_contests import contest_where_displaced
from backend.licences.lifecycle.termination import end_licence, right_ended_on
from backend.licences.models import Licence, Payment
from backend.licences.payments.rules import paid_on
from backend.licences.receivables.allocation import paid_at_start
from backend.licences.states import COUNTS, LicenceStep, PaymentStatus
from backend.open_licences.events import NoticeEnded, NoticeLapsed
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.activation import take_effect
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import NoticeStatus, NoticeStep, next_notice
from backend.patents.queries import PatentAggregate

TOLD_LATE: Final = "payment_told_late"


async def settle_notice(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, notice: Notice, policy: OpenLicencePolicy,
    now: datetime, by: str | None,
) -> Licence | None:  # fmt: skip
    """Return the licence that the notice makes once what counts covers what is due at its start.

    Until then it waits while a payment has to be confirmed, and after that stands where it would without that one.
    Raises AlreadyTaken, NotAvailable.
    """
    await session.flush()
    payments = (await queries.payments_made(session, [notice.id])).get(notice.id, [])
    notice.paid_fen = paid_at_start(payments)
    notice.version += 1
    if notice.licence_id is not None:
        return None
    if notice.paid_fen >= notice.due_at_start_fen:
        return await _make_licence(session, whole, declared, notice, payments, policy, now)
    if notice.status is NoticeStatus.PAYMENT_TO_BE_CONFIRMED and not _waits(payments):
        await _go_on(session, notice, declared.organisation_id, now, by)
    return None


def _waits(payments: Iterable[Payment]) -> bool:
    return any(one.status is PaymentStatus.TO_BE_CONFIRMED for one in payments)


async def _go_on(session: AsyncSession, notice: Notice, licensor: str, now: datetime, by: str | None) -> None:
    """Have the notice be as it was before the payment was told, or as what happened meanwhile leaves it."""
    if notice.status_reason is None:
        notice.status = next_notice(notice.status, NoticeStep.GO_ON)
        return
    lapsed = notice.status_reason == notices.NOT_PAID
    notice.status = next_notice(notice.status, NoticeStep.LAPSE if lapsed else NoticeStep.END)
    await notices.append_event(session, notice, licensor, NoticeLapsed if lapsed else NoticeEnded, now, by)


async def _make_licence(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, notice: Notice, payments: Iterable[Payment],
    policy: OpenLicencePolicy, now: datetime,
) -> Licence:  # fmt: skip
    """Return the licence, effective on the later day of notice and payment, at the terms that the notice froze.

    It is contested at once where an office has found meanwhile that its licensor never held the patent.
    """
    paid = [one for one in payments if one.status in COUNTS]
    if notice.ended_on is not None:
        about = (declared, notice.licensee_organisation_id, notice.starts_on, notice.ends_on)
        await notices.check_free(session, *about, but=notice.id)
    notice.status = next_notice(notice.status, NoticeStep.PAY)
    enough_on = paid_on(((one.value_date, one.amount_fen) for one in paid), notice.due_at_start_fen)
    effective_on, over = max(notice.given_on, enough_on), await right_ended_on(session, whole, now)
    licence = await take_effect(session, whole, declared, notice, effective_on, policy.licences, now, paid, over)
    if any(one.status is PaymentStatus.CONFIRMED for one in paid):
        licence.flags = sorted({*licence.flags, TOLD_LATE})
    until = china_day(now) + timedelta(days=policy.licences.contest_days)
    for one in paid:
        one.licence_id = licence.id
        if one.status is PaymentStatus.RECORDED:  # who is to contest it learns of the licence now
            one.contestable_until = until
    await contest_where_displaced(session, whole, licence, now)
    if over is not None:  # after the licence took effect: it was recorded late
        await end_licence(
            session, whole, licence, LicenceStep.TERMINATE, over, queries.RIGHT_ENDED, policy.licences, now
        )
    return licence
