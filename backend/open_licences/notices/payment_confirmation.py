"""Payments told late: they count for nothing until the licensor confirms them or an office decides."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.files.service import attach
from backend.licences import queries
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.errors import LicenceNotInState
from backend.licences.events import LicencePaymentRecorded
from backend.licences.events import append_event as append_licence_event
from backend.licences.models import Licence, Payment
from backend.licences.payments.checks import EVIDENCE
from backend.licences.payments.contests import STRUCK, end_contest
from backend.licences.receivables.allocation import settle
from backend.licences.schemas import Contest, ContestDecision
from backend.licences.states import LicenceStatus, LicenceStep, PaymentStep, next_payment
from backend.open_licences.events import NoticePaymentConfirmed, NoticePaymentContested, NoticePaymentStruck
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.payment_contests import check_open
from backend.open_licences.notices.settlement import settle_notice
from backend.open_licences.policy import OpenLicencePolicy
from backend.patents.errors import NotTheHolder
from backend.patents.queries import PatentAggregate

WITHDRAWN: Final = "withdrawn"  # the outcome of a contest that the licensor gave up


async def confirm(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    payment: Payment,
    caller: Caller,
    policy: OpenLicencePolicy,
    now: datetime,
) -> None:
    """The licensor says that the payment came: it counts from its value date, whatever has happened since.

    Raises PaymentNotInState, LicenceNotInState, AlreadyTaken, NotAvailable; NotTheHolder where it holds the patent no
    more, so that one whom an office displaced makes no licence: then an office decides.
    """
    if not whole.held_by(caller.organisation_id):
        raise NotTheHolder
    payment.status = next_payment(payment.status, PaymentStep.CONFIRM)
    if payment.contested_at is not None:
        check_open(payment)
        end_contest(payment, WITHDRAWN, None, now)
    await _count(session, whole, declared, notice, payment, caller, policy, now)


async def contest(
    session: AsyncSession, declared: OpenLicence, notice: Notice, payment: Payment, given: Contest, caller: Caller,
    now: datetime,
) -> None:  # fmt: skip
    """The licensor says that the payment did not come; it goes on waiting, for an office's decision."""
    if payment.contested_at is not None:
        raise LicenceNotInState(status="contested", step=LicenceStep.CONTEST.value)
    payment.status = next_payment(payment.status, PaymentStep.CONTEST)
    payment.contested_at, payment.contest_reason = now, given.reason
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=payment.id, pointer="/evidence_files", now=now)
    payment.version += 1
    notice.version += 1
    platform = await queries.platform(session)
    told = (session, notice, declared.organisation_id, NoticePaymentContested, now, caller.user_id)
    await notices.append_event(*told, payment_id=payment.id, offices=platform)


async def give_up_contest(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    payment: Payment,
    caller: Caller,
    policy: OpenLicencePolicy,
    now: datetime,
) -> None:
    """The licensor contests the payment no more, which confirms it; raise NoticeNotInState where it does not."""
    check_open(payment)
    end_contest(payment, WITHDRAWN, None, now)
    payment.status = next_payment(payment.status, PaymentStep.LET_STAND)
    await _count(session, whole, declared, notice, payment, caller, policy, now)


async def decide(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, notice: Notice, payment: Payment,
    given: ContestDecision, caller: Caller, policy: OpenLicencePolicy, now: datetime,
) -> None:  # fmt: skip
    """The platform or an authority finds, whether or not the licensor has answered: it counts, or it never will."""
    payment.contest_outcome, payment.contest_decided_at, payment.contest_decision = given.outcome, now, given.reason
    if given.outcome != STRUCK:
        payment.status = next_payment(payment.status, PaymentStep.LET_STAND)
        await _count(session, whole, declared, notice, payment, caller, policy, now)
        return
    payment.status = next_payment(payment.status, PaymentStep.UPHOLD)
    payment.version += 1
    told = (session, notice, declared.organisation_id, NoticePaymentStruck, now, caller.user_id)
    await notices.append_event(*told, payment_id=payment.id)
    await settle_notice(session, whole, declared, notice, policy, now, caller.user_id)


async def _count(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    payment: Payment,
    caller: Caller,
    policy: OpenLicencePolicy,
    now: datetime,
) -> None:
    payment.confirmed_at, payment.confirmed_by = now, caller.organisation_id
    payment.version += 1
    told = (session, notice, declared.organisation_id, NoticePaymentConfirmed, now, caller.user_id)
    await notices.append_event(*told, payment_id=payment.id)
    if notice.licence_id is not None:
        licence = await session.get_one(Licence, notice.licence_id, with_for_update=True)
        await _add(session, licence, payment, now, caller)
    await settle_notice(session, whole, declared, notice, policy, now, caller.user_id)


async def _add(session: AsyncSession, licence: Licence, payment: Payment, now: datetime, caller: Caller) -> None:
    """Have the payment count for a licence that other payments made meanwhile."""
    if licence.status is LicenceStatus.VOID:
        raise LicenceNotInState(status=licence.status.value, step="pay")
    payment.licence_id = licence.id
    made = chained(CertifiedStep.PAYMENT_MADE, payment.value_date, payment.id, payment.amount_fen)
    licence.chain = [*licence.chain, made]
    licence.version += 1
    await settle(session, licence)
    await append_licence_event(session, licence, LicencePaymentRecorded, now, caller.user_id)
