"""Made-up introductions of the demonstration, one for each way that they go; an overdue one comes with the clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.ids import new_id
from backend.demo.load_context import Stage
from backend.introductions import queries, service, thread
from backend.introductions.access import AskingSide, HeldIntroduction
from backend.introductions.codes import ContactDetail, DeclineReason, MatchSide
from backend.introductions.models import Introduction
from backend.introductions.policy import introduction_policy
from backend.introductions.schemas import IntroductionDecline, IntroductionIn, IntroductionMessageIn
from backend.matching.models import Match
from backend.needs.models import Need
from backend.needs.queries import IS_OPEN
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing, Patent
from backend.response_clocks import queries as clocks

MESSAGE: Final = "演示数据：希望进一步了解贵方的技术与合作方式。"
ANSWER: Final = "演示数据：附件为技术说明，欢迎来校交流。"
NOTE: Final = "演示数据：今年已无余力，明年可再联系。"
LOOKED_AT: Final = 2_000  # listings
SUBCLASS: Final = 4  # characters of a class such as H01M
BOTH: Final = [ContactDetail.NAME, ContactDetail.EMAIL]


@dataclass(frozen=True, slots=True)
class Story:
    """Whose need it is about, which side asks, and what comes of it."""

    key: str
    side: MatchSide
    then: Callable[[Stage, Introduction], Awaitable[None]] | None = None


async def introduce(stage: Stage) -> None:
    """Have each story happen to the first listing that fits its need; a register without one leaves it out."""
    used: set[str] = set()
    for story in STORIES:
        need = await _need_of(stage, story.key)
        listing = await _listing_for(stage, need, used) if need is not None else None
        if need is not None and listing is not None:
            used.add(listing.id)
            introduction = await _asked(stage, story, need, listing)
            if story.then is not None:
                await story.then(stage, introduction)


async def _need_of(stage: Stage, key: str) -> Need | None:
    statement = sa.select(Need).where(col(Need.organisation_id) == stage.places[key].organisation_id, IS_OPEN)
    return (await stage.session.scalars(statement.order_by(col(Need.title)).limit(1))).first()


async def _listing_for(stage: Stage, need: Need, used: set[str]) -> Listing | None:
    """Return a listing of one of the need's classes, or else of its industry."""
    statement = (
        sa.select(Listing, col(Patent.ipc))
        .join(Patent, col(Patent.id) == col(Listing.patent_id))
        .where(col(Listing.status) == ListingStatus.LISTED, col(Listing.organisation_id) != need.organisation_id)
    )
    listed = (await stage.session.execute(statement.order_by(col(Listing.id)).limit(LOOKED_AT))).all()
    fresh = [row for row in listed if row.Listing.id not in used and set(row.Listing.clusters) & set(need.clusters)]
    wanted = {symbol[:SUBCLASS] for symbol in need.ipc}
    fresh.sort(key=lambda row: wanted.isdisjoint(symbol[:SUBCLASS] for symbol in row.ipc))
    return fresh[0].Listing if fresh else None


async def _asked(stage: Stage, story: Story, need: Need, listing: Listing) -> Introduction:
    match = Match(id=new_id("mat"), need_id=need.id, listing_id=listing.id, created_at=stage.now)
    stage.session.add(match)
    await stage.session.flush()
    asker = need.organisation_id if story.side is MatchSide.NEED else listing.organisation_id
    sides = (need.organisation_id, listing.organisation_id)
    asking = AskingSide(match, await stage.caller(asker), story.side, *sides)
    given = IntroductionIn(message=MESSAGE, share=BOTH)
    policy = introduction_policy(stage.settings)
    return await service.ask(stage.session, asking, given, policy, stage.quotas, stage.now)


async def _held(stage: Stage, introduction: Introduction, organisation_id: str) -> HeldIntroduction:
    clock = await clocks.locked(stage.session, introduction.id)
    if clock is None:
        raise LookupError(introduction.id)
    caller = await stage.caller(organisation_id)
    return HeldIntroduction(await queries.locked(stage.session, introduction.id), clock, caller)


async def _accepted(stage: Stage, introduction: Introduction) -> None:
    answering = await _held(stage, introduction, introduction.answerer_organisation_id)
    await service.accept(stage.session, answering, BOTH, stage.now)
    text: Any = IntroductionMessageIn(text=ANSWER, files=await stage.evidence(answering.caller))
    await thread.send(stage.session, answering, text, stage.quotas, stage.now)


async def _ended(stage: Stage, introduction: Introduction) -> None:
    await _accepted(stage, introduction)
    await service.end(
        stage.session, await _held(stage, introduction, introduction.requester_organisation_id), stage.now
    )


async def _declined(stage: Stage, introduction: Introduction) -> None:
    answering = await _held(stage, introduction, introduction.answerer_organisation_id)
    given = IntroductionDecline(reason=DeclineReason.CAPACITY, note=NOTE)
    await service.decline(stage.session, answering, given, stage.now)


async def _withdrawn(stage: Stage, introduction: Introduction) -> None:
    asking = await _held(stage, introduction, introduction.requester_organisation_id)
    await service.withdraw(stage.session, asking, stage.now)


STORIES: Final = (
    Story("yuli", MatchSide.NEED, _accepted),
    Story("shancheng", MatchSide.LISTING),
    Story("hongyan", MatchSide.LISTING, _declined),
    Story("yunlian", MatchSide.NEED, _withdrawn),
    Story("kangqiao", MatchSide.LISTING),
    Story("huoguo", MatchSide.NEED, _ended),
)
