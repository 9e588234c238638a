"""Payments: recorded by the licensee with evidence, counted from their value date, contested in time or not at all."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.catalogue.queries import Whole
from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.files.service import attach
from backend.licensing import queries, royalties, taking
from backend.licensing.certificate import CertifiedStep
from backend.licensing.codes import LumpSumPer
from backend.licensing.effect import chained, take_effect
from backend.licensing.effect import tell as tell_licence
from backend.licensing.ending import outlives
from backend.licensing.errors import (
    ContestTooLate,
    LicenceNotInState,
    NoSuchReport,
    NothingDue,
    NoticeNotInState,
    PaidTooLate,
    ValueDateWrong,
)
from backend.licensing.models import Licence, Notice, OpenLicence, Payment, RoyaltyReport
from backend.licensing.states import (
    STANDS,
    LicenceStatus,
    LicenceStep,
    NoticeStatus,
    NoticeStep,
    next_licence,
    next_notice,
)
from backend.licensing.taking_schemas import Contest, ContestDecision, LicencePaymentIn, PaymentIn
from backend.rights import service as rights

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
        licence = await take_effect(session, whole, declared, notice, effective_on, now, paid)
        for one in paid:  # who is to contest them learns of the licence now
            one.licence_id, one.contestable_until = licence.id, payment.contestable_until
    return payment


def _check_day(value_date: date, announced_on: date | None, now: datetime) -> None:
    if value_date > china_day(now) or (announced_on is not None and value_date < announced_on):
        raise ValueDateWrong


def _is_in_time(session: AsyncSession, declared: OpenLicence, notice: Notice, value_date: date) -> bool:
    """Whether the money was there in time, whenever that is recorded; a notice that ended comes back by it."""
    if notice.pay_by is None or value_date > notice.pay_by:
        return False
    if notice.status is NoticeStatus.ENDED and notice.status_reason != taking.WITHDRAWN:
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
    """Give a later payment, counted against the reporting period that it names, or of a further year's amount.

    Raises LicenceNotInState, ValueDateWrong, NoSuchReport, or NothingDue.
    """
    if licence.status is LicenceStatus.VOID:
        raise LicenceNotInState(status=licence.status.value, step="pay")
    _check_day(given.value_date, licence.effective_on, now)
    report = await _owed(session, licence, given)
    payment = await _record(session, notice, licence, given, caller, now)
    if report is not None:
        payment.report_id = report.id
        report.paid_fen += given.amount_fen
        report.version += 1
    licence.chain = [
        *licence.chain, chained(CertifiedStep.PAYMENT_MADE, payment.value_date, payment.id, payment.amount_fen)
    ]  # fmt: skip
    licence.version += 1
    await tell_licence(session, licence, "payment_recorded", now, caller.user_id)
    return payment


async def _owed(session: AsyncSession, licence: Licence, given: LicencePaymentIn) -> RoyaltyReport | None:
    """Give the reporting period that is paid, None for a further year's amount; raise what says that nothing is due."""
    if given.period is None:
        if licence.fee.get("lump_sum_per") != LumpSumPer.YEAR:
            raise NothingDue
        return None
    reports = await queries.reports_of(session, licence.id)
    report = next((one for one in reports if one.number == given.period), None)
    if report is None or report.amount_fen is None:
        raise NoSuchReport
    if report.paid_fen >= report.amount_fen:
        raise NothingDue
    return report


async def contest(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, given: Contest, caller: Caller,
    now: datetime,
) -> None:  # fmt: skip
    """The licensor says that the payment did not come; the licence stands, marked, until that is decided."""
    if payment.contested_at is not None:
        raise LicenceNotInState(status="contested", step=LicenceStep.CONTEST.value)
    if china_day(now) > payment.contestable_until:
        raise ContestTooLate(until=payment.contestable_until)
    if _made_it(payment, licence):
        notice.status = next_notice(notice.status, NoticeStep.CONTEST)
        licence.status = next_licence(licence.status, LicenceStep.CONTEST)
    payment.contested_at, payment.contest_reason = now, given.reason
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=payment.id, pointer="/evidence_files", now=now)
    await _moved(session, licence, notice, payment, "contested", now, caller)


def _made_it(payment: Payment, licence: Licence) -> bool:
    """Whether the licence rests on the payment; one that came later is a debt, and no more."""
    return payment.recorded_at <= licence.created_at


async def let_stand(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, outcome: str, decision: str | None,
    caller: Caller, now: datetime,
) -> None:  # fmt: skip
    """The contest is withdrawn or dismissed: the licence stands unmarked."""
    _end_contest(payment, outcome, decision, now)
    if _made_it(payment, licence) and not await _contested_else(session, licence, payment):
        waits = licence.starts_on > china_day(now) and licence.status in STANDS
        notice.status = next_notice(notice.status, NoticeStep.LET_STAND)
        licence.status = next_licence(licence.status, LicenceStep.LET_WAIT if waits else LicenceStep.LET_STAND)
        licence.next_check = china_day(now) if licence.status in STANDS else None
    await _moved(session, licence, notice, payment, "contest_ended", now, caller)


async def _contested_else(session: AsyncSession, licence: Licence, payment: Payment) -> bool:
    """Whether another payment that the licence rests on is contested still."""
    others = (await queries.payments_of(session, [licence.notice_id])).get(licence.notice_id, [])
    return any(
        one.contested_at is not None and one.contest_outcome is None and _made_it(one, licence)
        for one in others
        if one.id != payment.id
    )


async def decide(
    session: AsyncSession, whole: Whole, licence: Licence, notice: Notice, payment: Payment, given: ContestDecision,
    caller: Caller, now: datetime,
) -> None:  # fmt: skip
    """The platform or an authority finds: dismissed, and the licence stands; upheld, and it never was.

    A later payment that did not come is owed again, and the licence stands.
    """
    if given.outcome == "dismissed":
        await let_stand(session, licence, notice, payment, given.outcome, given.reason, caller, now)
        return
    _end_contest(payment, given.outcome, given.reason, now)
    if not _made_it(payment, licence):
        await _owe_again(session, payment)
        await _moved(session, licence, notice, payment, "payment_struck", now, caller)
        return
    notice.status, notice.status_reason = next_notice(notice.status, NoticeStep.UPHOLD), "payment_not_made"
    licence.status, licence.status_reason = next_licence(licence.status, LicenceStep.UPHOLD), "payment_not_made"
    licence.ended_on, licence.next_check = licence.effective_on, None
    await royalties.close(session, licence, now)
    entry = await rights.in_this_patent(session, whole, licence.right_id)
    if entry is not None and entry.ended_on is None:
        await rights.end_entry(session, whole, entry, licence.starts_on, "payment not made", by=caller, now=now)
    await _moved(session, licence, notice, payment, "void", now, caller)


async def _owe_again(session: AsyncSession, payment: Payment) -> None:
    if payment.report_id is None:
        return
    report = await session.get_one(RoyaltyReport, payment.report_id, with_for_update=True)
    report.paid_fen -= payment.amount_fen
    report.version += 1


def _end_contest(payment: Payment, outcome: str, decision: str | None, now: datetime) -> None:
    if payment.contested_at is None or payment.contest_outcome is not None:
        raise NoticeNotInState(status="not contested", step=NoticeStep.LET_STAND.value)
    payment.contest_outcome, payment.contest_decided_at, payment.contest_decision = outcome, now, decision


async def _moved(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, what: str, now: datetime, caller: Caller
) -> None:
    steps = {"contested": CertifiedStep.PAYMENT_CONTESTED, "void": CertifiedStep.ENDED}
    step = steps.get(what, CertifiedStep.CONTEST_ENDED)
    licence.chain = [*licence.chain, chained(step, china_day(now), payment.id)]
    for row in (licence, notice, payment):
        row.version += 1
    await tell_licence(session, licence, what, now, caller.user_id)
