"""What is sought and not found, for the platform's staff."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import PlatformStaff
from backend.core.clock import Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import VARY, listed
from backend.core.http.routing import ReadingRoute
from backend.core.spreadsheets import CSV, MARK, csv_lines
from backend.unanswered_searches.presenters import COLUMNS, csv_row, search_out
from backend.unanswered_searches.queries import shown
from backend.unanswered_searches.schemas import UnansweredFileQuery, UnansweredQuery, UnansweredSearchesPage

router = APIRouter(prefix="/v1/statistics", tags=["statistics"], route_class=ReadingRoute)
FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {CSV: {"schema": {"type": "string"}}}}
}
MOST_LINES: Final = 1_000


@router.get("/unanswered-searches", summary="What is sought and not found", response_model=UnansweredSearchesPage,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_unanswered_searches(
    request: Request, _caller: PlatformStaff, query: Annotated[UnansweredQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """The words of searches for patents that found nothing, the most frequent first.

    Words are shown from five callers on, told apart by their networks and never kept; what looks as though it told of a
    person, and what is longer than sixty characters, is not counted. Everything is deleted after thirty days. Counts
    appear within half a minute; what a killed process had not written is lost.
    """
    statement, keys = shown(query, today)
    rows, cursor = await page(session, request, query, statement, *keys, descending=True)
    return listed([search_out(row) for row in rows], cursor)


@router.get("/unanswered-searches.csv", summary="The same as CSV", response_class=Response,
            responses=FILE | problem_answers(401, 403, 422))  # fmt: skip
async def unanswered_searches_csv(
    _caller: PlatformStaff, query: Annotated[UnansweredFileQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """The thousand most frequent of them as a file."""
    statement, keys = shown(query, today)
    rows = await session.execute(statement.order_by(*(key.desc() for key in keys)).limit(MOST_LINES))
    content = (MARK + csv_lines([COLUMNS, *(csv_row(search_out(row)) for row in rows)])).encode()
    headers = {"Content-Disposition": 'attachment; filename="unanswered-searches.csv"', "Vary": VARY}
    return Response(content, 200, headers, f"{CSV}; charset=utf-8")
