"""Contests of payments: by the licensor, in time or not at all; what is upheld does not count any more."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.files.service import attach
from backend.licences import queries
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.errors import ContestTooLate, LicenceNotInState, PaymentNotInState
from backend.licences.events import (
    LicenceContested,
    LicenceContestEnded,
    LicenceEvent,
    LicencePaymentStruck,
    LicenceVoid,
)
from backend.licences.events import append_event as append_licence_event
from backend.licences.lifecycle.licensor_contests import LICENSOR_DISPLACED
from backend.licences.models import Licence, Payment
from backend.licences.payments.checks import EVIDENCE
from backend.licences.policy import LicencePolicy
from backend.licences.receivables.allocation import paid_at_start, settle
from backend.licences.royalties import service as royalties
from backend.licences.schemas import Contest, ContestDecision
from backend.licences.states import (
    STANDS,
    LicenceStatus,
    LicenceStep,
    PaymentStatus,
    PaymentStep,
    next_licence,
    next_payment,
)
from backend.patents.queries import PatentAggregate
from backend.rights.entries import termination
from backend.rights.queries import in_this_patent

STRUCK: Final = "upheld"
NOT_PAID: Final = "payment_not_made"  # the status_reason of a licence that is void by it
LINKS: Final[dict[type[LicenceEvent], tuple[CertifiedStep, ...]]] = {
    LicenceContested: (CertifiedStep.PAYMENT_CONTESTED,),
    LicenceContestEnded: (CertifiedStep.CONTEST_ENDED,),
    LicencePaymentStruck: (CertifiedStep.PAYMENT_STRUCK,),
    LicenceVoid: (CertifiedStep.PAYMENT_STRUCK, CertifiedStep.ENDED),
}


def check_contestable(payment: Payment, now: datetime) -> None:
    """Raise LicenceNotInState, PaymentNotInState or ContestTooLate where the payment cannot be contested now."""
    if payment.contested_at is not None:
        raise LicenceNotInState(status="contested", step=LicenceStep.CONTEST.value)
    next_payment(payment.status, PaymentStep.CONTEST)
    if china_day(now) > payment.contestable_until:
        raise ContestTooLate(until=payment.contestable_until)


async def contest(
    session: AsyncSession, licence: Licence, payment: Payment, given: Contest, caller: Caller, now: datetime
) -> None:
    """The licensor says that the payment did not come; the licence stands, marked, until that is decided."""
    check_contestable(payment, now)
    payment.status = next_payment(payment.status, PaymentStep.CONTEST)
    if payment.at_start:
        licence.status = next_licence(licence.status, LicenceStep.CONTEST)
    payment.contested_at, payment.contest_reason = now, given.reason
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=payment.id, pointer="/evidence_files", now=now)
    await _moved(session, licence, payment, LicenceContested, now, caller)


async def let_stand(
    session: AsyncSession, licence: Licence, payment: Payment, outcome: str, decision: str | None, caller: Caller,
    now: datetime,
) -> None:  # fmt: skip
    """The contest is withdrawn or dismissed: the licence stands unmarked."""
    end_contest(payment, outcome, decision, now)
    payment.status = next_payment(payment.status, PaymentStep.LET_STAND)
    await _unmark(session, licence, payment, now)
    await _moved(session, licence, payment, LicenceContestEnded, now, caller)


async def _unmark(session: AsyncSession, licence: Licence, payment: Payment, now: datetime) -> None:
    """Have a licence that rests on the payment go on, once none of those that it rests on is contested.

    A payment that came later is a debt, and no more.
    """
    if not payment.at_start or await is_contested(session, licence, but=payment):
        return
    waits = licence.starts_on > china_day(now) and licence.status in STANDS
    if licence.status_reason == LICENSOR_DISPLACED:  # that is another contest, decided by itself
        return
    licence.status = next_licence(licence.status, LicenceStep.LET_WAIT if waits else LicenceStep.LET_STAND)
    if licence.status in STANDS:
        licence.next_check = china_day(now)


async def is_contested(session: AsyncSession, licence: Licence, but: Payment | None = None) -> bool:
    """Whether a payment that the licence rests on is contested, `but` this one."""
    others = [one for one in await queries.payments_of(session, licence) if but is None or one.id != but.id]
    return any(one.at_start and one.status is PaymentStatus.RECORDED and is_open(one) for one in others)


async def decide(
    session: AsyncSession,
    whole: PatentAggregate,
    licence: Licence,
    payment: Payment,
    given: ContestDecision,
    caller: Caller,
    policy: LicencePolicy,
    now: datetime,
) -> None:
    """The platform or an authority finds: dismissed, and the payment counts; upheld, and it never did.

    A licence is void where what was there in time without it is less than what was due at the start. Else it stands,
    and what the payment paid is owed again.
    """
    if given.outcome != STRUCK:
        await let_stand(session, licence, payment, given.outcome, given.reason, caller, now)
        return
    end_contest(payment, given.outcome, given.reason, now)
    payment.status = next_payment(payment.status, PaymentStep.UPHOLD)
    await session.flush()
    paid_fen = paid_at_start(await queries.payments_of(session, licence))
    kind: type[LicenceEvent] = LicencePaymentStruck
    if paid_fen < licence.due_at_start_fen and licence.status is not LicenceStatus.VOID:
        await _make_void(session, whole, licence, caller, policy, now)
        kind = LicenceVoid
    else:
        await _unmark(session, licence, payment, now)
    await settle(session, licence)
    await _moved(session, licence, payment, kind, now, caller)


async def _make_void(
    session: AsyncSession,
    whole: PatentAggregate,
    licence: Licence,
    caller: Caller,
    policy: LicencePolicy,
    now: datetime,
) -> None:
    """The licence never was: nothing is owed for it."""
    licence.status, licence.status_reason = next_licence(licence.status, LicenceStep.UPHOLD), NOT_PAID
    licence.ended_on, licence.next_check = licence.effective_on, None
    await royalties.close(session, licence, policy, now)
    entry = await in_this_patent(session, whole, licence.right_id)
    if entry is not None and (entry.ended_on is None or entry.ended_on > licence.starts_on):
        await termination.end_entry(session, whole, entry, licence.starts_on, "payment not made", by=caller, now=now)


def is_open(payment: Payment) -> bool:
    """Whether the payment is contested, and no one has decided or given up."""
    return payment.contested_at is not None and payment.contest_outcome is None


def end_contest(payment: Payment, outcome: str, decision: str | None, now: datetime) -> None:
    """Enter how the contest ended; raise PaymentNotInState where there is none that is open."""
    if not is_open(payment):
        raise PaymentNotInState(status="not contested", step=PaymentStep.LET_STAND.value)
    payment.contest_outcome, payment.contest_decided_at, payment.contest_decision = outcome, now, decision


async def _moved(
    session: AsyncSession,
    licence: Licence,
    payment: Payment,
    kind: type[LicenceEvent],
    now: datetime,
    caller: Caller,
) -> None:
    links = [chained(step, china_day(now), payment.id) for step in LINKS[kind]]
    licence.chain = [*licence.chain, *links]
    for row in (licence, payment):
        row.version += 1
    await append_licence_event(session, licence, kind, now, caller.user_id)
