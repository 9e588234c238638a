"""How introductions are asked for, answered and ended; nothing else writes their table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.clock import china_day
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.introductions import queries, rules
from backend.introductions.access import AskingSide, HeldIntroduction
from backend.introductions.codes import ContactDetail, EndReason, IntroductionStatus, MatchSide
from backend.introductions.errors import (
    IntroductionExists,
    IntroductionTooSoon,
    NeedHiddenFromHolder,
    OwnMatch,
    TooManyOpenIntroductions,
)
from backend.introductions.events import (
    IntroductionAccepted,
    IntroductionAsked,
    IntroductionContracted,
    IntroductionContractVoid,
    IntroductionDeclined,
    IntroductionEnded,
    IntroductionLapsed,
    IntroductionOverdue,
    IntroductionWithdrawn,
    introduction_event,
)
from backend.introductions.models import Introduction
from backend.introductions.policy import IntroductionPolicy
from backend.introductions.rules import Action, Outcome
from backend.introductions.schemas import IntroductionDecline, IntroductionIn
from backend.needs import queries as needs
from backend.needs import steps as need_steps
from backend.needs.codes import FaceKind
from backend.needs.faces import Viewer
from backend.response_clocks import service as clocks
from backend.response_clocks.codes import StopReason
from backend.response_clocks.models import ResponseClock
from backend.response_clocks.service import Question

KIND: Final = "introduction"


async def ask(
    session: AsyncSession,
    asking: AskingSide,
    given: IntroductionIn,
    policy: IntroductionPolicy,
    quotas: QuotaPolicy,
    now: datetime,
) -> Introduction:
    """Return the introduction that one side of a match asks the other for.

    Raises OwnMatch, NeedHiddenFromHolder, IntroductionExists, IntroductionTooSoon, TooManyOpenIntroductions,
    QuotaUsedUp.
    """
    answerer = asking.holder_organisation_id if asking.side is MatchSide.NEED else asking.need_organisation_id
    face = await needs.face(session, Viewer(asking.holder_organisation_id), asking.match.need_id)
    if face is None:
        raise NeedHiddenFromHolder
    await _check_askable(session, asking, answerer, policy, now)
    await use_quota(session, asking.caller, Quota.INTRODUCTIONS, quotas)
    requester = asking.caller.organisation_id
    introduction = _new(asking, given, answerer, now)
    introduction.by_abstract = face.face is FaceKind.ABSTRACT
    if await queries.waiting_beside(session, introduction) >= policy.open_per_pair:
        raise TooManyOpenIntroductions(limit=policy.open_per_pair)
    session.add(introduction)
    question = Question(
        kind=KIND,
        subject=introduction.id,
        about=asking.match.id,
        asker_organisation_id=requester,
        organisation_id=answerer,
        is_anonymous=introduction.is_anonymous,
    )
    await clocks.start(session, question, policy.clock, now)
    await append(session, introduction_event(introduction, IntroductionAsked, asking.caller.user_id, [requester]), now)
    return introduction


def _new(asking: AskingSide, given: IntroductionIn, answerer: str, now: datetime) -> Introduction:
    return Introduction(
        id=new_id("intro"),
        match_id=asking.match.id,
        need_id=asking.match.need_id,
        listing_id=asking.match.listing_id,
        asked_by=asking.side,
        requester_organisation_id=asking.caller.organisation_id,
        answerer_organisation_id=answerer,
        status=IntroductionStatus.ASKED,
        message=given.message,
        asked_at=now,
        requester_user_id=asking.caller.user_id,
        requester_shares=given.share,
    )


async def _check_askable(
    session: AsyncSession, asking: AskingSide, answerer: str, policy: IntroductionPolicy, now: datetime
) -> None:
    if answerer == asking.caller.organisation_id:
        raise OwnMatch
    last = await queries.last_about(session, asking.match.id)
    if last is None:
        return
    if last.status in rules.LIVING:
        raise IntroductionExists(introduction_id=last.id)
    again_from = rules.again_from(_outcome(last), asking.side, policy.again_after_days)
    if again_from is not None and china_day(now) < again_from:
        raise IntroductionTooSoon(introduction_id=last.id, again_from=again_from.isoformat())


def _outcome(introduction: Introduction) -> Outcome:
    over_at = introduction.ended_at or introduction.answered_at or introduction.asked_at
    return Outcome(
        status=introduction.status,
        asked_by=introduction.asked_by,
        over_on=china_day(over_at),
        ended_because=introduction.ended_because,
        ended_by=introduction.ended_by,
    )


async def accept(
    session: AsyncSession, held: HeldIntroduction, shares: Sequence[ContactDetail], now: datetime
) -> Introduction:
    """Return the introduction, accepted; its need is matched, and the holder sees it whole where it is confidential.

    Raises IntroductionNotInState.
    """
    introduction, caller = held.introduction, held.caller
    introduction.status = rules.next_status(introduction.status, Action.ACCEPT)
    introduction.answered_at = introduction.accepted_at = now
    introduction.answerer_user_id, introduction.answerer_shares = caller.user_id, list(shares)
    introduction.version += 1
    await clocks.stop(session, held.clock, StopReason.ANSWERED, now)
    holder = introduction.holder_organisation_id
    await need_steps.match(session, introduction.need_id, now, actor=caller.user_id, shown_to=holder)
    await _announce(session, held, IntroductionAccepted, now)
    return introduction


async def decline(
    session: AsyncSession, held: HeldIntroduction, given: IntroductionDecline, now: datetime
) -> Introduction:
    """Return the introduction, declined; raise IntroductionNotInState."""
    introduction = held.introduction
    introduction.status = rules.next_status(introduction.status, Action.DECLINE)
    introduction.answered_at, introduction.answerer_user_id = now, held.caller.user_id
    introduction.decline_reason, introduction.decline_note = given.reason, given.note
    introduction.version += 1
    await clocks.stop(session, held.clock, StopReason.ANSWERED, now)
    await _announce(session, held, IntroductionDeclined, now)
    return introduction


async def withdraw(session: AsyncSession, held: HeldIntroduction, now: datetime) -> Introduction:
    """Return the introduction, taken back by whoever asked; raise IntroductionNotInState."""
    _end(held.introduction, Action.WITHDRAW, EndReason.WITHDRAWN, held.side, now)
    await clocks.stop(session, held.clock, StopReason.WITHDRAWN, now)
    await _announce(session, held, IntroductionWithdrawn, now)
    return held.introduction


async def end(session: AsyncSession, held: HeldIntroduction, now: datetime) -> Introduction:
    """Return the introduction, ended after it was accepted; raise IntroductionNotInState."""
    _end(held.introduction, Action.END, EndReason.BY_A_SIDE, held.side, now)
    await _announce(session, held, IntroductionEnded, now)
    return held.introduction


async def lapse(
    session: AsyncSession, introduction: Introduction, clock: ResponseClock, because: EndReason, now: datetime
) -> None:
    """End an introduction that waits for an answer, since its need or its listing is not there any more."""
    _end(introduction, Action.LAPSE, because, None, now)
    await clocks.stop(session, clock, StopReason.LAPSED, now)
    await append(session, introduction_event(introduction, IntroductionLapsed), now)


def _end(introduction: Introduction, action: Action, because: EndReason, by: MatchSide | None, now: datetime) -> None:
    introduction.status = rules.next_status(introduction.status, action)
    introduction.ended_at, introduction.ended_because, introduction.ended_by = now, because, by
    introduction.version += 1


async def fall_due(session: AsyncSession, introduction_id: str, now: datetime) -> None:
    """Note that an introduction, whose clock the caller holds, was not answered in time."""
    introduction = await queries.locked(session, introduction_id)
    introduction.status = rules.next_status(introduction.status, Action.FALL_DUE)
    introduction.version += 1
    await append(session, introduction_event(introduction, IntroductionOverdue), now)


async def count_contract(session: AsyncSession, licence_id: str, now: datetime) -> None:
    """Count a licence for the latest introduction of its two sides that was accepted by the day it took effect."""
    for introduction, effective_on in await queries.locked_before_licence(session, licence_id):
        if introduction.accepted_at is not None and china_day(introduction.accepted_at) <= effective_on:
            introduction.licence_id, introduction.contracted_on = licence_id, effective_on
            introduction.version += 1
            await append(session, introduction_event(introduction, IntroductionContracted), now)
            return


async def discount_contract(session: AsyncSession, licence_id: str, now: datetime) -> None:
    """Count a licence that is void no more."""
    introduction = await queries.locked_of_licence(session, licence_id)
    if introduction is not None:
        introduction.licence_id, introduction.contracted_on = None, None
        introduction.version += 1
        await append(session, introduction_event(introduction, IntroductionContractVoid), now)


async def _announce(session: AsyncSession, held: HeldIntroduction, kind: type, now: datetime) -> None:
    actor, own = held.caller.user_id, [held.caller.organisation_id]
    await append(session, introduction_event(held.introduction, kind, actor, own), now)
