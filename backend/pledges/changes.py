"""Changes of a registered pledge that both sides agreed: filed, then registered or refused by the office."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.ids import new_id
from backend.patents.queries import is_office
from backend.pledges import queries
from backend.pledges.access import HeldPledge
from backend.pledges.codes import ChangeKind, ChangeStatus
from backend.pledges.errors import ChangeNotAgreed, ChangeUnderWay, NoSuchChange, PledgeNotInState
from backend.pledges.events import PledgeChangeAgreed, PledgeChangeDecided, PledgeChangeFiled
from backend.pledges.models import PledgeChange
from backend.pledges.rules import Action, next_status
from backend.pledges.schemas import PledgeChangeDecisionIn, PledgeChangeIn
from backend.pledges.service import (
    CHANGE_FILED,
    REGISTERED,
    Claim,
    announce,
    attach_evidence,
    check_day,
    note_claim,
    settle_claims,
)

OF_CHANGE: Final = ("change_registered", "change_refused")


async def file(session: AsyncSession, held: HeldPledge, body: PledgeChangeIn, now: datetime) -> PledgeChange:
    """Return the change that was applied for; raise PledgeNotInState, ChangeUnderWay, DayOutOfOrder."""
    pledge = held.pledge
    next_status(pledge.status, Action.FILE_CHANGE)
    check_day(body.filed_on, "/filed_on", after=(REGISTERED, pledge.registered_on), now=now)
    waiting = queries.changes(pledge.id).where(col(PledgeChange.status) == ChangeStatus.FILED)
    if (await session.scalars(waiting)).first() is not None:
        raise ChangeUnderWay
    before, after = _values(held, body)
    change = PledgeChange(
        id=new_id("chg"),
        pledge_id=pledge.id,
        kind=body.kind,
        before=before,
        after=after,
        status=ChangeStatus.FILED,
        filed_on=body.filed_on,
        filed_at=now,
        filed_by=held.caller.organisation_id,
        agreed_by=[held.caller.organisation_id],
        note=body.note,
    )
    session.add(change)
    pledge.version += 1
    await attach_evidence(session, held, body.evidence_files, now)
    await announce(session, held, PledgeChangeFiled, now)
    return change


def _values(held: HeldPledge, body: PledgeChangeIn) -> tuple[dict[str, Any], dict[str, Any]]:
    pledge = held.pledge
    if body.kind is ChangeKind.SECURED_AMOUNT:
        return {"secured_fen": pledge.secured_fen}, {"secured_fen": body.secured_fen}
    if body.kind is ChangeKind.DEBT_TERM and body.debt_until is not None:
        return {"debt_until": pledge.debt_until.isoformat()}, {"debt_until": body.debt_until.isoformat()}
    return {}, {"note": body.note}


async def agree(session: AsyncSession, held: HeldPledge, change_id: str, now: datetime) -> PledgeChange:
    """Return the change, to which the caller's side agrees; raise NoSuchChange, PledgeNotInState."""
    change = await _filed(session, held, change_id, "agree_to_change")
    own = held.caller.organisation_id
    if own not in change.agreed_by:
        change.agreed_by = sorted({*change.agreed_by, own})
        held.pledge.version += 1
        await announce(session, held, PledgeChangeAgreed, now)
    return change


async def _filed(session: AsyncSession, held: HeldPledge, change_id: str, action: str) -> PledgeChange:
    statement = queries.changes(held.pledge.id).where(col(PledgeChange.id) == change_id).with_for_update()
    change: PledgeChange | None = (await session.scalars(statement)).first()
    if change is None:
        raise NoSuchChange
    if change.status is not ChangeStatus.FILED:
        raise PledgeNotInState(status=change.status.value, action=action)
    return change


def _check_agreed(held: HeldPledge, change: PledgeChange) -> None:
    sides = {held.pledge.pledgee_organisation_id, *(one.organisation_id for one in held.pledgors)}
    if not is_office(held.caller) and not sides <= set(change.agreed_by):
        raise ChangeNotAgreed


async def decide(
    session: AsyncSession, held: HeldPledge, change_id: str, body: PledgeChangeDecisionIn, now: datetime
) -> PledgeChange:
    """Return the change as the office decided it; a registered one counts from now on.

    Raises NoSuchChange, PledgeNotInState, DayOutOfOrder, ChangeNotAgreed, TooManyPledgeClaims.
    """
    change = await _filed(session, held, change_id, "decide_change")
    check_day(body.decided_on, "/decided_on", after=(CHANGE_FILED, change.filed_on), now=now)
    await attach_evidence(session, held, body.evidence_files, now)
    if not held.decides:
        await note_claim(session, held, Claim(f"change_{body.outcome}", body.decided_on, note=body.note), now)
        return change
    if body.outcome == "registered":
        _check_agreed(held, change)
    change.status, change.decided_on = ChangeStatus(body.outcome), body.decided_on
    change.decided_by = held.caller.organisation_id
    if change.status is ChangeStatus.REGISTERED:
        _apply(held, change)
    settle_claims(held.pledge, *OF_CHANGE)
    held.pledge.version += 1
    await announce(session, held, PledgeChangeDecided, now)
    return change


def _apply(held: HeldPledge, change: PledgeChange) -> None:
    if change.kind is ChangeKind.SECURED_AMOUNT:
        held.pledge.secured_fen = change.after["secured_fen"]
    elif change.kind is ChangeKind.DEBT_TERM:
        held.pledge.debt_until = date.fromisoformat(change.after["debt_until"])
