"""The figures of matchmaking, for everybody."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from backend.core.clock import Today
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import VARY, plain
from backend.core.http.routing import ReadingRoute
from backend.core.spreadsheets import CSV, MARK, csv_lines
from backend.introductions.figures import queries
from backend.introductions.figures.presenters import csv_rows, figures_out
from backend.introductions.figures.rules import counted_until, quarter_after, quarters
from backend.introductions.figures.schemas import FiguresQuery, MatchmakingFiguresOut

router = APIRouter(prefix="/v1/statistics", tags=["statistics"], route_class=ReadingRoute)
FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {CSV: {"schema": {"type": "string"}}}}
}
Asked = Annotated[FiguresQuery, Query()]


async def _figures(request: Request, query: FiguresQuery, session: ReadDb, today: date) -> MatchmakingFiguresOut:
    until = counted_until(today)
    counted = quarters(*query.days(until))
    rows = await queries.published(session, query.by, counted, until) if counted else []
    total, items = figures_out(rows, query.by, language_of(request))
    return MatchmakingFiguresOut(
        **{"from": counted[0] if counted else None},
        to=quarter_after(counted[-1]) - timedelta(days=1) if counted else None,
        counted_until=until,
        by=query.by,
        total=total,
        items=items,
    )


@router.get("/matchmaking", summary="Needs that met, and that led to contracts", response_model=MatchmakingFiguresOut,
            responses=problem_answers(422))  # fmt: skip
async def matchmaking_figures(request: Request, query: Asked, session: ReadDb, today: Today) -> Response:
    """The share of needs with an introduction and with a contract, and the median of days, by cluster or province.

    Whole quarters that are over are counted, anew each month. A quarter in which a cell has fewer than ten needs is
    left out of that cell, and so is what would let others be found by subtraction; confidential needs are counted
    where there are ten of them at least, of five organisations.
    """
    return plain(await _figures(request, query, session, today))


@router.get("/matchmaking.csv", summary="The same as CSV", response_class=Response,
            responses=FILE | problem_answers(422))  # fmt: skip
async def matchmaking_figures_csv(request: Request, query: Asked, session: ReadDb, today: Today) -> Response:
    """The same figures as a file, the sum of all in its first line under the headings."""
    found = await _figures(request, query, session, today)
    content = (MARK + csv_lines(csv_rows(found.total, found.items))).encode()
    headers = {"Content-Disposition": 'attachment; filename="matchmaking.csv"', "Vary": VARY}
    return Response(content, 200, headers, f"{CSV}; charset=utf-8")
