"""A bank's watch list, for its own members."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import listed
from backend.core.http.routing import ReadingRoute
from backend.financing_figures.access import BankMember
from backend.financing_figures.policy import Policy
from backend.financing_figures.watch.presenters import item_out
from backend.financing_figures.watch.queries import watch_list, watched
from backend.financing_figures.watch.schemas import WatchPage, WatchQuery

router = APIRouter(prefix="/v1/statistics/financing/watch", tags=["statistics"], route_class=ReadingRoute)


@router.get("", summary="One's bank's watch list", response_model=WatchPage, responses=problem_answers(401, 403, 422))
async def bank_watch_list(
    request: Request, caller: BankMember, query: Annotated[WatchQuery, Query()], session: ReadDb, policy: Policy,
    now: Now, today: Today,
) -> Response:  # fmt: skip
    """What the caller's own bank should look at: loans overdue or in default, releases and values due, patents.

    Overdue loans stand first, then releases that are due, values to be looked at, and what happened to pledged patents
    lately; of each the newest first.
    """
    statement, keys = watch_list(watched(caller.organisation_id, now, today, policy.watch_days), query.kind)
    rows, cursor = await page(session, request, query, statement, *keys, descending=True)
    return listed([item_out(row, today, language_of(request)) for row in rows], cursor)
