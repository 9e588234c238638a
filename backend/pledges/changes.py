"""Changes of a registered pledge that both sides agreed: filed, then registered or refused by the office."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Conflict, NotFound, Text
from backend.core.ids import new_id
from backend.patents.queries import is_office
from backend.pledges import queries
from backend.pledges.access import HeldPledge
from backend.pledges.codes import ChangeKind, ChangeStatus
from backend.pledges.errors import PledgeNotInState
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


class NoSuchChange(NotFound):
    """The pledge has no such change."""

    code = "no_such_pledge_change"
    title = Text("没有找到该变更", "There is no such change")


class ChangeUnderWay(Conflict):
    """A change of the pledge was filed that is not decided."""

    code = "pledge_change_under_way"
    title = Text("已有未决的变更", "A change is under way")
    cure = Text("请待其登记或驳回后再办理。", "Wait until it is registered or refused.")


class ChangeNotAgreed(Conflict):
    """A side of the pledge has not agreed to the change, so that nobody but an office records it as registered."""

    code = "pledge_change_not_agreed"
    title = Text("变更未经各方同意", "Not all sides have agreed to the change")
    cure = Text("请其他各方先同意该变更。", "The other sides agree to it first.")


async def file(session: AsyncSession, held: HeldPledge, given: PledgeChangeIn, now: datetime) -> PledgeChange:
    """Return the change that was applied for; raise PledgeNotInState, ChangeUnderWay, DayOutOfOrder."""
    pledge = held.pledge
    next_status(pledge.status, Action.FILE_CHANGE)
    check_day(given.filed_on, "/filed_on", after=(REGISTERED, pledge.registered_on), now=now)
    waiting = queries.changes(pledge.id).where(col(PledgeChange.status) == ChangeStatus.FILED)
    if (await session.scalars(waiting)).first() is not None:
        raise ChangeUnderWay
    before, after = _values(held, given)
    change = PledgeChange(
        id=new_id("chg"),
        pledge_id=pledge.id,
        kind=given.kind,
        before=before,
        after=after,
        status=ChangeStatus.FILED,
        filed_on=given.filed_on,
        filed_at=now,
        filed_by=held.caller.organisation_id,
        agreed_by=[held.caller.organisation_id],
        note=given.note,
    )
    session.add(change)
    pledge.version += 1
    await attach_evidence(session, held, given.evidence_files, now)
    await announce(session, held, PledgeChangeFiled, now)
    return change


def _values(held: HeldPledge, given: PledgeChangeIn) -> tuple[dict[str, Any], dict[str, Any]]:
    pledge = held.pledge
    if given.kind is ChangeKind.SECURED_AMOUNT:
        return {"secured_fen": pledge.secured_fen}, {"secured_fen": given.secured_fen}
    if given.kind is ChangeKind.DEBT_TERM and given.debt_until is not None:
        return {"debt_until": pledge.debt_until.isoformat()}, {"debt_until": given.debt_until.isoformat()}
    return {}, {"note": given.note}


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
    session: AsyncSession, held: HeldPledge, change_id: str, given: PledgeChangeDecisionIn, now: datetime
) -> PledgeChange:
    """Return the change as the office decided it; a registered one counts from now on.

    Raises NoSuchChange, PledgeNotInState, DayOutOfOrder, ChangeNotAgreed, TooManyPledgeClaims.
    """
    change = await _filed(session, held, change_id, "decide_change")
    check_day(given.decided_on, "/decided_on", after=(CHANGE_FILED, change.filed_on), now=now)
    await attach_evidence(session, held, given.evidence_files, now)
    if not held.decides:
        await note_claim(session, held, Claim(f"change_{given.outcome}", given.decided_on, note=given.note), now)
        return change
    if given.outcome == "registered":
        _check_agreed(held, change)
    change.status, change.decided_on = ChangeStatus(given.outcome), given.decided_on
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
