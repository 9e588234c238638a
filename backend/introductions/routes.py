"""The introductions' addresses."""

from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Today, begin_of_day
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain
from backend.introductions import queries, service, thread
from backend.introductions.access import (
    AcceptableIntroduction,
    DeclinableIntroduction,
    EndableIntroduction,
    MatchToAskAbout,
    SeenIntroduction,
    SeenThread,
    WithdrawableIntroduction,
    WritableIntroduction,
)
from backend.introductions.models import Introduction
from backend.introductions.policy import Policy
from backend.introductions.presenters import introductions_out
from backend.introductions.schemas import (
    DeclineCount,
    DeclineCounts,
    IntroductionAcceptance,
    IntroductionDecline,
    IntroductionIn,
    IntroductionMessageIn,
    IntroductionMessageOut,
    IntroductionMessagePage,
    IntroductionOut,
    IntroductionPage,
    IntroductionsQuery,
)
from backend.response_clocks.rules import first_day_counted

router = APIRouter(prefix="/v1", tags=["introductions"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
ONE: Final = "/introductions/{introduction_id}"


async def _out(session: AsyncSession, caller: Caller, introduction: Introduction) -> IntroductionOut:
    await session.flush()
    return (await introductions_out(session, caller, [introduction]))[0]


@router.post("/matches/{match_id}/introduction", summary="Ask for an introduction", status_code=201,
             response_model=IntroductionOut, responses=problem_answers(401, 403, 404, 409, 422, 429))  # fmt: skip
async def ask_for_introduction(
    asking: MatchToAskAbout, body: IntroductionIn, session: Db, policy: Policy, quotas: Quotas, now: Now
) -> Response:
    """A question to the other side of the match: the need's asker asks the listing's holder, or the holder the asker.

    The other side answers within its working days. Until then each sees of the other what everybody in its place
    would; of a confidential need of which the holder sees the abstract alone, its asker is named on acceptance.
    """
    introduction = await service.ask(session, asking, body, policy, quotas, now)
    out = await _out(session, asking.caller, introduction)
    return created(out, introduction.version, f"/v1/introductions/{introduction.id}")


@router.get("/introductions", summary="Introductions of one's own", response_model=IntroductionPage,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_introductions(
    request: Request, caller: Viewer, query: Annotated[IntroductionsQuery, Query()], session: ReadDb
) -> Response:
    """Those in which the caller's organisation asks or answers, newest first; the platform sees that there are any."""
    found = queries.introductions(caller, query)
    keys = (queries.ASKED_AT, queries.ID)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await introductions_out(session, caller, [row[0] for row in rows]), cursor)


@router.get("/introductions/declines", summary="Why one's introductions were declined", response_model=DeclineCounts,
            responses=problem_answers(401, 403))  # fmt: skip
async def count_declines(caller: Viewer, session: ReadDb, policy: Policy, today: Today) -> Response:
    """How often what the caller's organisation asked for in the last year was declined, by side and reason.

    A holder sees by it what keeps its listings from being taken.
    """
    since = first_day_counted(today, policy.clock.days_counted)
    rows = await queries.decline_counts(session, caller.organisation_id, begin_of_day(since))
    counts = [DeclineCount(asked_by=row.asked_by, reason=row.decline_reason, count=row.times) for row in rows]
    return plain(DeclineCounts(since=since, items=counts))


@router.get(ONE, summary="One introduction", response_model=IntroductionOut, responses=problem_answers(401, 403, 404))
async def get_introduction(
    request: Request, caller: Viewer, introduction: SeenIntroduction, session: ReadDb
) -> Response:
    """The introduction as the caller's side sees it."""
    return one(request, await _out(session, caller, introduction), introduction.version)


@router.post(f"{ONE}/acceptance", summary="Accept an introduction", response_model=IntroductionOut, responses=STEP)
async def accept_introduction(
    seen: MayMatch, held: AcceptableIntroduction, body: IntroductionAcceptance, session: Db, now: Now
) -> Response:
    """The introduction, accepted: each side sees what the other lets it see, and they write to each other.

    A confidential need is shown to the holder from then on, by name. What is overdue can be accepted too.
    """
    seen.check(held.introduction.version)
    introduction = await service.accept(session, held, body.share, now)
    return changed(await _out(session, held.caller, introduction), introduction.version)


@router.post(f"{ONE}/decline", summary="Decline an introduction", response_model=IntroductionOut, responses=STEP)
async def decline_introduction(
    seen: MayMatch, held: DeclinableIntroduction, body: IntroductionDecline, session: Db, now: Now
) -> Response:
    """The introduction, declined for a reason of the list `decline-reasons`; the other side reads it and the note."""
    seen.check(held.introduction.version)
    introduction = await service.decline(session, held, body, now)
    return changed(await _out(session, held.caller, introduction), introduction.version)


@router.post(f"{ONE}/withdrawal", summary="Take an introduction back", response_model=IntroductionOut, responses=STEP)
async def withdraw_introduction(seen: MayMatch, held: WithdrawableIntroduction, session: Db, now: Now) -> Response:
    """The introduction, taken back by whoever asked before it was answered."""
    seen.check(held.introduction.version)
    introduction = await service.withdraw(session, held, now)
    return changed(await _out(session, held.caller, introduction), introduction.version)


@router.post(f"{ONE}/end", summary="End an introduction", response_model=IntroductionOut, responses=STEP)
async def end_introduction(seen: MayMatch, held: EndableIntroduction, session: Db, now: Now) -> Response:
    """The introduction, ended by either side after it was accepted: its messages stay, and nobody adds one."""
    seen.check(held.introduction.version)
    introduction = await service.end(session, held, now)
    return changed(await _out(session, held.caller, introduction), introduction.version)


@router.post(f"{ONE}/messages", summary="Write to the other side", status_code=201,
             response_model=IntroductionMessageOut,
             responses=problem_answers(401, 403, 404, 409, 422, 429))  # fmt: skip
async def send_message(
    held: WritableIntroduction, body: IntroductionMessageIn, session: Db, quotas: Quotas, now: Now
) -> Response:
    """A message with files, which both sides read from then on."""
    message = await thread.send(session, held, body, quotas, now)
    (out,) = await thread.messages_out(session, held.caller, [message])
    return created(out, 1, f"/v1/introductions/{held.introduction.id}/messages")


@router.get(f"{ONE}/messages", summary="Messages of an introduction", response_model=IntroductionMessagePage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_messages(
    request: Request,
    caller: Viewer,
    introduction: SeenThread,
    query: Annotated[PageQuery, Query()],
    session: ReadDb,
) -> Response:
    """What the two sides wrote to each other, newest first; nobody else reads it."""
    found = queries.messages(introduction.id)
    number = cast("Any", queries.MESSAGE_NUMBER)
    rows, cursor = await page(session, request, query, found, number, descending=True)
    return listed(await thread.messages_out(session, caller, [row[0] for row in rows]), cursor)
