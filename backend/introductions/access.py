"""Who may do what with an introduction: path id → loaded, permitted thing.

| act | requester (editors) | answerer (editors) | platform | others |
|---|---|---|---|---|
| ask | either side of the match, verified; the holder only where it sees the need | | | |
| accept | | x, verified | | |
| decline | | x | | |
| withdraw | x | | | |
| end | x | x | | |
| write | x, verified | x, verified | | |
| see | x | x | x, without a word of theirs | |

Things are held in one order: patent, listing, need, clock, introduction.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor
from backend.accounts.access import Viewer as SignedInViewer
from backend.accounts.caller import Caller
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.introductions import queries
from backend.introductions.codes import MatchSide
from backend.introductions.errors import (
    IntroductionStepNotYours,
    ListingNotListed,
    NeedNotOpen,
    NoSuchIntroduction,
)
from backend.introductions.models import Introduction
from backend.introductions.rules import WAITING
from backend.listings import queries as listings
from backend.matching import queries as matches
from backend.matching.access import MatchId
from backend.matching.errors import NoSuchMatch
from backend.matching.models import Match
from backend.needs import queries as needs
from backend.needs.faces import viewer_of
from backend.needs.models import Need
from backend.needs.rules import OPEN
from backend.patents.codes import ListingStatus
from backend.response_clocks import queries as clocks
from backend.response_clocks.models import ResponseClock

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
IntroductionId = Annotated[
    str, Path(pattern=id_pattern("intro"), description="The introduction's id.", examples=[f"intro_{SUFFIX}"])
]


@dataclass(frozen=True, slots=True)
class AskingSide:
    """A match whose listing is listed and whose need is open, both held, and the side that asks about it."""

    match: Match
    caller: Caller
    side: MatchSide
    need_organisation_id: str
    holder_organisation_id: str


@dataclass(frozen=True, slots=True)
class HeldIntroduction:
    """An introduction held for a change with its clock, and who changes it."""

    introduction: Introduction
    clock: ResponseClock
    caller: Caller

    @property
    def side(self) -> MatchSide:
        """The side of the match that the caller stands on."""
        is_need = self.caller.organisation_id == self.introduction.need_organisation_id
        return MatchSide.NEED if is_need else MatchSide.LISTING


async def hold_open(session: AsyncSession, caller: Caller, need_id: str, listing_id: str) -> Need:
    """Return the need, held with the listing; raise ListingNotListed, NeedNotOpen."""
    listing = await listings.locked(session, caller, listing_id)
    need = await needs.locked_by_id(session, need_id)
    if listing is None or listing["status"] is not ListingStatus.LISTED:
        raise ListingNotListed
    if need is None or need.status not in OPEN:
        raise NeedNotOpen
    return need


async def _asking(match_id: MatchId, caller: VerifiedEditor, session: Db) -> AskingSide:
    """Load the match for a side of it; a holder who may not know of the need learns nothing, before and after."""
    row = await matches.match_with_sides(session, match_id)
    if row is None or caller.organisation_id not in (row.asker_id, row.holder_id):
        raise NoSuchMatch
    is_need = caller.organisation_id == row.asker_id
    if not is_need and await needs.face(session, viewer_of(caller), row.Match.need_id) is None:
        raise NoSuchMatch
    await hold_open(session, caller, row.Match.need_id, row.Match.listing_id)
    if not is_need and await needs.face(session, viewer_of(caller), row.Match.need_id) is None:
        raise NoSuchMatch  # it was concealed meanwhile
    side = MatchSide.NEED if is_need else MatchSide.LISTING
    return AskingSide(row.Match, caller, side, row.asker_id, row.holder_id)


async def _seen(introduction_id: IntroductionId, caller: SignedInViewer, session: ReadDb) -> Introduction:
    found = await queries.introduction(session, caller, introduction_id)
    if found is None:
        raise NoSuchIntroduction
    return found


async def _thread(caller: SignedInViewer, introduction: "SeenIntroduction") -> Introduction:
    if caller.organisation_id not in (introduction.requester_organisation_id, introduction.answerer_organisation_id):
        raise IntroductionStepNotYours(action="read_messages", by="requester, answerer")
    return introduction


def _permit(caller: Caller, action: str, **sides: str) -> None:
    if caller.organisation_id not in sides.values():
        raise IntroductionStepNotYours(action=action, by=", ".join(sides))


async def _visible(session: AsyncSession, caller: Caller, introduction_id: str) -> Introduction:
    found = await queries.introduction(session, caller, introduction_id)
    if found is None:
        raise NoSuchIntroduction
    return found


async def _held(session: AsyncSession, caller: Caller, introduction: Introduction) -> HeldIntroduction:
    clock = await clocks.locked(session, introduction.id)
    if clock is None:
        raise NoSuchIntroduction
    return HeldIntroduction(await queries.locked(session, introduction.id), clock, caller)


async def _acceptable(introduction_id: IntroductionId, caller: VerifiedEditor, session: Db) -> HeldIntroduction:
    found = await _visible(session, caller, introduction_id)
    _permit(caller, "accept", answerer=found.answerer_organisation_id)
    if found.status in WAITING:
        await hold_open(session, caller, found.need_id, found.listing_id)
    return await _held(session, caller, found)


async def _declinable(introduction_id: IntroductionId, caller: OnceVerifiedEditor, session: Db) -> HeldIntroduction:
    found = await _visible(session, caller, introduction_id)
    _permit(caller, "decline", answerer=found.answerer_organisation_id)
    return await _held(session, caller, found)


async def _withdrawable(introduction_id: IntroductionId, caller: OnceVerifiedEditor, session: Db) -> HeldIntroduction:
    found = await _visible(session, caller, introduction_id)
    _permit(caller, "withdraw", requester=found.requester_organisation_id)
    return await _held(session, caller, found)


async def _endable(introduction_id: IntroductionId, caller: OnceVerifiedEditor, session: Db) -> HeldIntroduction:
    found = await _visible(session, caller, introduction_id)
    sides = {"requester": found.requester_organisation_id, "answerer": found.answerer_organisation_id}
    _permit(caller, "end", **sides)
    return await _held(session, caller, found)


async def _writable(introduction_id: IntroductionId, caller: VerifiedEditor, session: Db) -> HeldIntroduction:
    found = await _visible(session, caller, introduction_id)
    sides = {"requester": found.requester_organisation_id, "answerer": found.answerer_organisation_id}
    _permit(caller, "write", **sides)
    return await _held(session, caller, found)


MatchToAskAbout = Annotated[AskingSide, Depends(_asking)]
SeenIntroduction = Annotated[Introduction, Depends(_seen)]
SeenThread = Annotated[Introduction, Depends(_thread)]
AcceptableIntroduction = Annotated[HeldIntroduction, Depends(_acceptable)]
DeclinableIntroduction = Annotated[HeldIntroduction, Depends(_declinable)]
WithdrawableIntroduction = Annotated[HeldIntroduction, Depends(_withdrawable)]
EndableIntroduction = Annotated[HeldIntroduction, Depends(_endable)]
WritableIntroduction = Annotated[HeldIntroduction, Depends(_writable)]
