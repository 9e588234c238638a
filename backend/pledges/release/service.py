"""How a pledge ends once its debt is paid or the pledgee waives it: filed, registered, and out of the ledger."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.log import append
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.loans.codes import LoanStatus
from backend.pledges import queries
from backend.pledges.access import HeldPledge
from backend.pledges.codes import PledgeStatus, ReleaseReason
from backend.pledges.errors import DebtNotPaid, PledgeNotInState, PledgeStepNotYours
from backend.pledges.events import (
    PledgedPatentReleased,
    PledgeReleased,
    PledgeReleaseDue,
    PledgeReleaseFiled,
    PledgeReleaseOverdue,
    PledgeReleaseRefused,
    pledge_event,
)
from backend.pledges.models import Pledge, PledgedPatent
from backend.pledges.policy import PledgePolicy
from backend.pledges.registration.ledger_entries import leave_ledger
from backend.pledges.release.kept_disclosures import end_kept_disclosures
from backend.pledges.rules import Action, next_status
from backend.pledges.schemas import PledgeReleaseDecisionIn, PledgeReleaseIn
from backend.pledges.service import (
    REGISTERED,
    RELEASE_FILED,
    Claim,
    announce,
    attach_evidence,
    check_day,
    note_claim,
    settle_claims,
)

OF_RELEASE: Final = ("released", "release_refused")
PAID: Final = frozenset({LoanStatus.REPAID, LoanStatus.CLOSED})


async def fall_due(session: AsyncSession, pledge: Pledge, policy: PledgePolicy, now: datetime) -> None:
    """Start the pledgee's time to file the release, since the secured debt is paid."""
    loan = await loan_queries.loan_of_offer(session, pledge.offer_id)
    if loan is None or loan.repaid_on is None or pledge.release_due_on is not None:
        return
    pledge.release_due_on = policy.release_due(loan.repaid_on)
    pledge.version += 1
    await _notify_sides(session, pledge, PledgeReleaseDue, [], now)


async def fall_overdue(session: AsyncSession, pledge: Pledge, platform: list[str], now: datetime) -> None:
    """Tell the sides and the platform's staff that the pledgee has not filed the release in time."""
    pledge.release_overdue_at = now
    pledge.version += 1
    await _notify_sides(session, pledge, PledgeReleaseOverdue, platform, now)


async def _notify_sides(
    session: AsyncSession, pledge: Pledge, kind: type[PledgeReleaseDue | PledgeReleaseOverdue], more: list[str],
    now: datetime,
) -> None:  # fmt: skip
    audience = (await queries.audiences_of(session, [pledge]))[pledge.id]
    payload = kind(pledge_id=pledge.id, offer_id=pledge.offer_id)
    await append(session, pledge_event(payload, [*audience, *more]), now)


async def file(session: AsyncSession, held: HeldPledge, body: PledgeReleaseIn, now: datetime) -> None:
    """Note that the release was applied for: by the pledgee, or by a pledgor once the debt is paid.

    Raises PledgeNotInState, PledgeStepNotYours, DebtNotPaid, PatentNotInPledge, DayOutOfOrder.
    """
    pledge = held.pledge
    named = held.still_pledged(body.patent_ids)
    whole = len(named) == len(held.still_pledged())
    status = next_status(pledge.status, Action.FILE_RELEASE)
    check_day(body.filed_on, "/filed_on", after=(REGISTERED, pledge.registered_on), now=now)
    is_paid = await _is_paid(session, pledge)
    if body.reason is ReleaseReason.DEBT_PAID and not is_paid:
        raise DebtNotPaid
    if not held.is_pledgee and body.reason is not ReleaseReason.DEBT_PAID:
        raise PledgeStepNotYours(action="file_release", by="pledgee")
    if whole:
        pledge.status, pledge.release_filed_on, pledge.release_reason = status, body.filed_on, body.reason
    for one in named:
        one.release_filed_on, one.release_reason = body.filed_on, body.reason
    pledge.version += 1
    await attach_evidence(session, held, body.evidence_files, now)
    await announce(session, held, PledgeReleaseFiled, now)


async def _is_paid(session: AsyncSession, pledge: Pledge) -> bool:
    loan = await loan_queries.loan_of_offer(session, pledge.offer_id, lock=True)
    return loan is not None and loan.status in PAID


async def decide(session: AsyncSession, held: HeldPledge, body: PledgeReleaseDecisionIn, now: datetime) -> None:
    """Record what the office decided about the release; a pledgor's or debtor's word awaits the pledgee's.

    Raises PledgeNotInState, PatentNotInPledge, DayOutOfOrder, TooManyPledgeClaims.
    """
    pledge, released = held.pledge, body.outcome == "registered"
    named = _to_decide(held, body)
    filed = [one.release_filed_on for one in named if one.release_filed_on is not None]
    check_day(body.decided_on, "/decided_on", after=(RELEASE_FILED, max(filed, default=None)), now=now)
    await attach_evidence(session, held, body.evidence_files, now)
    if not held.decides:
        await note_claim(session, held, Claim("released" if released else "release_refused", body.decided_on), now)
        return
    settle_claims(pledge, *OF_RELEASE)
    pledge.version += 1
    if released:
        await _release(session, held, named, body.decided_on, now)
    else:
        await _refuse(session, held, named, now)


def _to_decide(held: HeldPledge, body: PledgeReleaseDecisionIn) -> list[PledgedPatent]:
    """Return the patents of which the office decided: those named, or all whose release was filed.

    Raises PledgeNotInState where that was not filed of one of them, or of none; PatentNotInPledge.
    """
    living = held.still_pledged(body.patent_ids)
    named = [one for one in living if one.release_filed_on is not None]
    if not named or (body.patent_ids is not None and len(named) < len(living)):
        raise PledgeNotInState(status=held.pledge.status.value, action=Action.RELEASE.value)
    return named


async def _release(
    session: AsyncSession, held: HeldPledge, named: list[PledgedPatent], on: date, now: datetime
) -> None:
    """Release the patents, and with the last one of them the pledge."""
    pledge = held.pledge
    await leave_ledger(session, held, named, on, "released", now)
    for one in named:
        one.released_on = on
    if held.still_pledged():
        for one in named:
            await announce(session, held, PledgedPatentReleased, now, patent_id=one.patent_id)
        return
    pledge.status = next_status(pledge.status, Action.RELEASE)
    pledge.release_reason = pledge.release_reason or named[-1].release_reason
    pledge.released_on, pledge.release_due_on = on, None
    loan = await loan_queries.loan_of_offer(session, pledge.offer_id, lock=True)
    if loan is not None and loan.status is LoanStatus.AGREED:
        await loans.lose_security(session, loan, on, now, actor=held.caller.user_id)
    await end_kept_disclosures(session, pledge, now)
    await announce(session, held, PledgeReleased, now)


async def _refuse(session: AsyncSession, held: HeldPledge, named: list[PledgedPatent], now: datetime) -> None:
    """Keep the patents pledged; where the whole pledge was to be released, only the other patents still are."""
    pledge = held.pledge
    if pledge.status is PledgeStatus.RELEASE_FILED:
        pledge.status = next_status(pledge.status, Action.REFUSE_RELEASE)
        pledge.release_filed_on = pledge.release_reason = None
    for one in named:
        one.release_filed_on = one.release_reason = None
    await announce(session, held, PledgeReleaseRefused, now)
