"""The steps of a need: what its asker, the platform, an accepted introduction or time alone does."""

from copy import copy
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.database.columns import table_of
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.http.idempotency import blank_answers_about
from backend.needs import queries, rules
from backend.needs.codes import BudgetVisibility, NeedOutcome, NeedStatus, TakenDownBy
from backend.needs.errors import NeedNotInState, NoSuchNeed, TooManyOpenNeeds
from backend.needs.events import (
    NeedClosed,
    NeedErased,
    NeedEvent,
    NeedMatched,
    NeedOutcomeAsked,
    NeedPublished,
    NeedRenewed,
    NeedSuspended,
    NeedTakenDown,
)
from backend.needs.models import Need, NeedShown
from backend.needs.policy import Acting, NeedPolicy
from backend.needs.rules import Action
from backend.needs.service import announce, presence_of, show_also_to
from backend.patents.legal_events.term_rules import add_months

EVENT_OF_ACTION: Final[dict[Action, type[NeedEvent]]] = {
    Action.TAKE_DOWN: NeedTakenDown,
    Action.SUSPEND: NeedSuspended,
    Action.CLOSE: NeedClosed,
    Action.MATCH: NeedMatched,
}

ERASED: Final[dict[str, Any]] = {
    "title": "", "problem": "", "language": None, "abstract": None, "tried": None, "ipc": [], "technology_fields": [],
    "deal_types": [], "budget_min_fen": None, "budget_max_fen": None, "budget_visibility": BudgetVisibility.SECRET,
    "stage_min": None, "wanted_by": None, "reference": None, "status_reason": None,
}  # fmt: skip
"""What was written of a need, as it stands once that is erased; cluster, region and confidentiality are counted."""
SHOWN: Final = table_of(NeedShown)


async def publish(session: AsyncSession, acting: Acting, need: Need, policy: NeedPolicy, now: datetime) -> Need:
    """Return the need, shown to those who may see it; of one that is shown already, the asker says that it still is.

    Raises NeedNotInState, NeedNotPublishable, TooManyOpenNeeds, QuotaUsedUp.
    """
    target, today = rules.next_status(need.status, Action.PUBLISH), china_day(now)
    rules.check_publishable(need.wanted_by, mended=need.mended, today=today)
    is_renewed = need.status in rules.OPEN
    if not is_renewed and await queries.open_needs_of(session, need.organisation_id) >= policy.published_at_once:
        raise TooManyOpenNeeds(limit=policy.published_at_once)
    before = await presence_of(session, need)
    need.status = target
    need.ask_on = rules.first_asked_on(need.wanted_by, today, policy.asked_after_months)
    need.times_asked, need.status_reason, need.taken_down_by = 0, None, None
    need.version += 1
    if not is_renewed:
        need.published_at = now
    step = NeedRenewed if is_renewed else NeedPublished
    await announce(session, need, before, step, now, acting=acting)
    return need


async def _end(session: AsyncSession, actor: str | None, need: Need, action: Action, now: datetime) -> Need:
    target = rules.next_status(need.status, action)
    before = await presence_of(session, need)
    need.status, need.ask_on, need.times_asked = target, None, 0
    need.version += 1
    await announce(session, need, before, EVENT_OF_ACTION[action], now, actor=actor)
    return need


async def take_down(
    session: AsyncSession, actor: str | None, need: Need, by: TakenDownBy, reason: str | None, now: datetime
) -> Need:
    """Return the need, shown to nobody until it is mended and published again; raise NeedNotInState."""
    rules.next_status(need.status, Action.TAKE_DOWN)
    need.taken_down_by, need.status_reason = by, reason
    need.mended = by is not TakenDownBy.PLATFORM
    return await _end(session, actor, need, Action.TAKE_DOWN, now)


async def close(session: AsyncSession, actor: str | None, need: Need, outcome: NeedOutcome, now: datetime) -> Need:
    """Return the need, closed for good with its outcome; raise NeedNotInState."""
    rules.next_status(need.status, Action.CLOSE)
    need.outcome, need.closed_at = outcome, now
    return await _end(session, actor, need, Action.CLOSE, now)


async def match(
    session: AsyncSession, need_id: str, now: datetime, *, actor: str | None = None, shown_to: str | None = None
) -> Need:
    """Return the need, matched since an introduction about it was accepted; it stays open for others.

    `shown_to` is the organisation that was introduced, which sees a confidential need by name from then on.
    Raises NoSuchNeed, NeedNotInState.
    """
    need = await queries.locked_by_id(session, need_id)
    if need is None:
        raise NoSuchNeed
    target = rules.next_status(need.status, Action.MATCH)
    before = await presence_of(session, need)
    is_newly_shown = shown_to is not None and await show_also_to(session, need, shown_to, now)
    if need.status is target and not is_newly_shown:
        return need
    step = None if need.status is target else NeedMatched
    if step is not None:
        need.status, need.matched_at = target, now
    need.version += 1
    await announce(session, need, before, step, now, actor=actor)
    return need


async def ask_or_suspend(session: AsyncSession, need: Need, policy: NeedPolicy, now: datetime) -> Need:
    """Return the need, about whose outcome its asker was asked again, or suspended where no answer came in time.

    Nobody is taken to have said anything: its outcome stays unknown, and publishing it again shows it as before.
    """
    if need.times_asked >= policy.times_asked:
        return await _end(session, None, need, Action.SUSPEND, now)
    before = await presence_of(session, need)
    need.times_asked += 1
    need.ask_on = add_months(china_day(now), 1)
    need.version += 1
    await announce(session, need, before, NeedOutcomeAsked, now)
    return need


async def erase(session: AsyncSession, actor: str | None, need: Need, now: datetime) -> None:
    """Have nothing be kept of what a need says: a draft is deleted, and of a closed one what it is counted by stays.

    Raises NeedNotInState. One that was erased before stays as it is.
    """
    if need.erased_at is not None:
        return
    if need.status not in rules.ERASABLE:
        raise NeedNotInState(status=need.status.value, action="erase")
    await append(session, DomainEvent(NeedErased(need_id=need.id), need.id, [need.organisation_id], actor), now)
    await blank_answers_about(session, need.id)
    await session.execute(sa.delete(SHOWN).where(SHOWN.c.need_id == need.id))
    if need.status is NeedStatus.DRAFT:
        await session.delete(need)
        return
    blank(need)
    need.erased_at, need.version = now, need.version + 1


def blank(need: Need) -> None:
    """Have the need say nothing any more."""
    for name, value in ERASED.items():
        setattr(need, name, copy(value))
