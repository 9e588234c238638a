"""The addresses of matches, on the side of the need and on that of the listing."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.core.clock import Now
from backend.core.errors import InvalidCursor
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, question
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import one, plain
from backend.core.security.tokens import sign, unsign
from backend.matching import service
from backend.matching.access import Counted, JudgedMatch, OwnListingRow, OwnNeedFace, SeenMatch
from backend.matching.comparisons.context import Comparison, Page, RankingPage
from backend.matching.comparisons.listings_for_need import matches_of_need
from backend.matching.comparisons.needs_for_listing import matches_of_listing
from backend.matching.comparisons.one_match import one_match
from backend.matching.objections.queries import sum_of
from backend.matching.presenters import feedback_out
from backend.matching.process_memory import memory_of
from backend.matching.schemas import FeedbackIn, FeedbackOut, MatchesOut, MatchOut, ObjectionsOut

router = APIRouter(prefix="/v1", tags=["matches"], route_class=WritingRoute)
READ = problem_answers(401, 403, 404, 422, 429, 503)
NO_VERSION = 0  # nobody changes a match itself: its ETag is of its bytes


@router.get(
    "/needs/{need_id}/matches",
    summary="Listings for a need",
    response_model=MatchesOut,
    responses=READ,
    dependencies=[Counted],
)
async def list_matches_of_need(
    request: Request,
    face: OwnNeedFace,
    query: Annotated[PageQuery, Query()],
    caller: Viewer,
    session: ReadDb,
    now: Now,
) -> Response:
    """The listings that come closest to one's own need, best first, each with what its score is made of.

    A secret budget counts in this order and nowhere else. What nobody can have in a way that is wanted is left out.
    """
    page = _page(request, query)
    return _answer(
        request, query, page, await matches_of_need(await _comparison(request, session, caller, now), face, page)
    )


@router.get(
    "/listings/{listing_id}/matches",
    summary="Needs that a listing meets",
    response_model=MatchesOut,
    responses=READ,
    dependencies=[Counted],
)
async def list_matches_of_listing(
    request: Request,
    row: OwnListingRow,
    query: Annotated[PageQuery, Query()],
    caller: Viewer,
    session: ReadDb,
    now: Now,
) -> Response:
    """The open needs that one's own listing comes closest to, best first, by what one may know of each."""
    page = _page(request, query)
    at = await _comparison(request, session, caller, now, with_needs=True)
    return _answer(request, query, page, await matches_of_listing(at, row.Listing.patent_id, page))


@router.get("/matches/{match_id}", summary="A match", response_model=MatchOut, responses=READ, dependencies=[Counted])
async def get_match(request: Request, sides: SeenMatch, caller: Viewer, session: ReadDb, now: Now) -> Response:
    """One match as one's side may know it, with the words that would raise its score."""
    return one(request, await one_match(await _comparison(request, session, caller, now), sides), NO_VERSION)


@router.post(
    "/matches/{match_id}/feedback",
    summary="Say what one thinks of a match",
    response_model=FeedbackOut,
    responses=problem_answers(401, 403, 404, 422),
)
async def post_feedback(sides: JudgedMatch, body: FeedbackIn, caller: Viewer, session: Db, now: Now) -> Response:
    """Keeps it in the place of what was said before; it changes the order that one's own organisation is shown.

    A holder is told what keeps its listing from being taken, in sums that grow by five askers at a time.
    """
    return plain(feedback_out(await service.give_feedback(session, sides, caller, body, now)) or {})


@router.delete(
    "/matches/{match_id}/feedback",
    summary="Take it back",
    status_code=204,
    responses=problem_answers(401, 403, 404),
)
async def delete_feedback(sides: JudgedMatch, caller: Viewer, session: Db, now: Now) -> Response:
    """Forgets what one's organisation said of a match; a second time changes nothing.

    A sum of what askers said, in which it is counted, stays as it is.
    """
    await service.take_back_feedback(session, sides, caller, now)
    return Response(None, 204)


@router.get(
    "/listings/{listing_id}/objections",
    summary="What keeps a listing from being taken",
    response_model=ObjectionsOut,
    responses=problem_answers(401, 403, 404),
)
async def get_objections(request: Request, row: OwnListingRow, session: ReadDb) -> Response:
    """The reasons of askers to whom it was not relevant, of five more askers at a time, as they were said then.

    Askers are verified organisations whose need is or was published; each is in the sum once, and stays in it.
    """
    kept = await sum_of(session, row.Listing.id)
    return one(request, ObjectionsOut(askers=kept.askers or None, reasons=dict(sorted(kept.reasons.items()))),
               kept.askers)  # fmt: skip


async def _comparison(
    request: Request, session: AsyncSession, caller: Caller, now: Now, *, with_needs: bool = False
) -> Comparison:
    memory = await memory_of(request, with_needs=with_needs)
    return Comparison(session, request.app.state.database, memory, caller, now)


def _page(request: Request, query: PageQuery) -> Page:
    key = request.app.state.settings.key("cursor")
    if query.cursor is None:
        return Page(0, query.limit, key)
    place = unsign(key, question(request, query), query.cursor)
    if not isinstance(place, list):
        raise InvalidCursor
    offset, before = place
    return Page(offset, query.limit, key, before)


def _answer(request: Request, query: PageQuery, page: Page, found: RankingPage) -> Response:
    cursor = sign(page.key, question(request, query), found.next_place) if found.next_place else None
    return plain({"items": found.items, "next_cursor": cursor, "total": found.total, "shifted": found.shifted})
