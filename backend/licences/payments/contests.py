"""Contests of payments: by the licensor, in time or not at all; what is upheld does not count any more."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.files.service import attach
from backend.licences import queries
from backend.licences.activation import chained
from backend.licences.activation import tell as tell_licence
from backend.licences.certificates.content import CertifiedStep
from backend.licences.errors import ContestTooLate, LicenceNotInState, NoticeNotInState
from backend.licences.events import (
    LicenceContested,
    LicenceContestEnded,
    LicenceEvent,
    LicencePaymentStruck,
    LicenceVoid,
)
from backend.licences.licensor_contests import LICENSOR_DISPLACED
from backend.licences.models import Licence, Notice, Payment
from backend.licences.payments.checks import EVIDENCE
from backend.licences.receivables.allocation import paid_at_start, settle
from backend.licences.royalties import service as royalties
from backend.licences.schemas import Contest, ContestDecision
from backend.licences.states import (
    STANDS,
    LicenceStatus,
    LicenceStep,
    NoticeStep,
    PaymentStatus,
    PaymentStep,
    next_licence,
    next_notice,
    next_payment,
)
from backend.patents.queries import PatentAggregate
from backend.rights.entries import service as rights
from backend.rights.entries import termination

STRUCK: Final = "upheld"
LINKS: Final[dict[type[LicenceEvent], tuple[CertifiedStep, ...]]] = {
    LicenceContested: (CertifiedStep.PAYMENT_CONTESTED,),
    LicenceContestEnded: (CertifiedStep.CONTEST_ENDED,),
    LicencePaymentStruck: (CertifiedStep.PAYMENT_STRUCK,),
    LicenceVoid: (CertifiedStep.PAYMENT_STRUCK, CertifiedStep.ENDED),
}


async def contest(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, given: Contest, caller: Caller,
    now: datetime,
) -> None:  # fmt: skip
    """The licensor says that the payment did not come; the licence stands, marked, until that is decided."""
    if payment.contested_at is not None:
        raise LicenceNotInState(status="contested", step=LicenceStep.CONTEST.value)
    payment.status = next_payment(payment.status, PaymentStep.CONTEST)
    if china_day(now) > payment.contestable_until:
        raise ContestTooLate(until=payment.contestable_until)
    if payment.at_start:
        notice.status = next_notice(notice.status, NoticeStep.CONTEST)
        licence.status = next_licence(licence.status, LicenceStep.CONTEST)
    payment.contested_at, payment.contest_reason = now, given.reason
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=payment.id, pointer="/evidence_files", now=now)
    await _moved(session, licence, notice, payment, LicenceContested, now, caller)


async def let_stand(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, outcome: str, decision: str | None,
    caller: Caller, now: datetime,
) -> None:  # fmt: skip
    """The contest is withdrawn or dismissed: the licence stands unmarked."""
    end_contest(payment, outcome, decision, now)
    payment.status = next_payment(payment.status, PaymentStep.LET_STAND)
    await _unmark(session, licence, notice, payment, now)
    await _moved(session, licence, notice, payment, LicenceContestEnded, now, caller)


async def _unmark(session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, now: datetime) -> None:
    """Have a licence that rests on the payment go on, once none of those that it rests on is contested.

    A payment that came later is a debt, and no more.
    """
    if not payment.at_start or await _contested_else(session, licence, payment):
        return
    waits = licence.starts_on > china_day(now) and licence.status in STANDS
    notice.status = next_notice(notice.status, NoticeStep.LET_STAND)
    if licence.status_reason == LICENSOR_DISPLACED:  # that is another contest, decided by itself
        return
    licence.status = next_licence(licence.status, LicenceStep.LET_WAIT if waits else LicenceStep.LET_STAND)
    if licence.status in STANDS:
        licence.next_check = china_day(now)


async def _contested_else(session: AsyncSession, licence: Licence, payment: Payment) -> bool:
    """Whether another payment that the licence rests on is contested still."""
    others = (await queries.payments_of(session, [licence.notice_id])).get(licence.notice_id, [])
    return any(
        one.contested_at is not None and one.contest_outcome is None
        for one in others
        if one.id != payment.id and one.at_start and one.status is PaymentStatus.RECORDED
    )


async def decide(
    session: AsyncSession,
    whole: PatentAggregate,
    licence: Licence,
    notice: Notice,
    payment: Payment,
    given: ContestDecision,
    caller: Caller,
    now: datetime,
) -> None:
    """The platform or an authority finds: dismissed, and the payment counts; upheld, and it never did.

    A licence is void where what was there in time without it is less than what was due at the start. Else it stands,
    and what the payment paid is owed again.
    """
    if given.outcome != STRUCK:
        await let_stand(session, licence, notice, payment, given.outcome, given.reason, caller, now)
        return
    end_contest(payment, given.outcome, given.reason, now)
    payment.status = next_payment(payment.status, PaymentStep.UPHOLD)
    await session.flush()
    notice.paid_fen = paid_at_start((await queries.payments_of(session, [notice.id]))[notice.id])
    kind: type[LicenceEvent] = LicencePaymentStruck
    if notice.paid_fen < notice.due_at_start_fen and licence.status is not LicenceStatus.VOID:
        await _make_void(session, whole, licence, notice, caller, now)
        kind = LicenceVoid
    else:
        await _unmark(session, licence, notice, payment, now)
    await settle(session, licence)
    await _moved(session, licence, notice, payment, kind, now, caller)


async def _make_void(
    session: AsyncSession, whole: PatentAggregate, licence: Licence, notice: Notice, caller: Caller, now: datetime
) -> None:
    """The licence never was: nothing is owed for it."""
    notice.status, notice.status_reason = next_notice(notice.status, NoticeStep.UPHOLD), "payment_not_made"
    licence.status, licence.status_reason = next_licence(licence.status, LicenceStep.UPHOLD), "payment_not_made"
    licence.ended_on, licence.next_check = licence.effective_on, None
    await royalties.close(session, licence, now)
    entry = await rights.in_this_patent(session, whole, licence.right_id)
    if entry is not None and (entry.ended_on is None or entry.ended_on > licence.starts_on):
        await termination.end_entry(session, whole, entry, licence.starts_on, "payment not made", by=caller, now=now)


def end_contest(payment: Payment, outcome: str, decision: str | None, now: datetime) -> None:
    """Enter how the contest ended; raise NoticeNotInState where there is none that is open."""
    if payment.contested_at is None or payment.contest_outcome is not None:
        raise NoticeNotInState(status="not contested", step=NoticeStep.LET_STAND.value)
    payment.contest_outcome, payment.contest_decided_at, payment.contest_decision = outcome, now, decision


async def _moved(
    session: AsyncSession,
    licence: Licence,
    notice: Notice,
    payment: Payment,
    kind: type[LicenceEvent],
    now: datetime,
    caller: Caller,
) -> None:
    links = [chained(step, china_day(now), payment.id) for step in LINKS[kind]]
    licence.chain = [*licence.chain, *links]
    for row in (licence, notice, payment):
        row.version += 1
    await tell_licence(session, licence, kind, now, caller.user_id)
