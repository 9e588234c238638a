"""Comparables of closed deals, for everybody."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.appraisal.comparables.queries import standing
from backend.appraisal.comparables.schemas import ComparablesOut, ComparablesQuery, comparable_out
from backend.appraisal.models import ComparableSnapshot
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import listed
from backend.core.http.routing import ReadingRoute

router = APIRouter(prefix="/v1/comparables", tags=["appraisal"], route_class=ReadingRoute)
KEYS: Final[tuple[Any, ...]] = (
    col(ComparableSnapshot.sector),
    col(ComparableSnapshot.deal_type),
    col(ComparableSnapshot.period),
)


@router.get("", summary="What comparable deals cost", response_model=ComparablesOut, responses=problem_answers(422))
async def comparables(request: Request, query: Annotated[ComparablesQuery, Query()], session: ReadDb) -> Response:
    """Quartiles of the prices of closed deals by WIPO sector, deal type and three calendar years.

    A cell is published from five deals of three holders and three licensees on, none of whom has more than half, and
    anew only with as much that is new, on the first of a month. Related sides, free deals and running royalties are
    left out. A cell that is not there has too few deals, or none.
    """
    statement = standing(is_demonstration=request.app.state.settings.patentmart_demo)
    if query.sector is not None:
        statement = statement.where(col(ComparableSnapshot.sector) == query.sector.value)
    if query.deal_type is not None:
        statement = statement.where(col(ComparableSnapshot.deal_type) == query.deal_type)
    rows, cursor = await page(session, request, query, statement, *KEYS)
    return listed([comparable_out(row[0]) for row in rows], cursor)
