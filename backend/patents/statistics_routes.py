"""How many patents there are, were assessed, are listed: counted apart."""

from datetime import date, timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlmodel import col

from backend.accounts.access import MaybeCaller
from backend.core.clock import Today, begin_of_day
from backend.core.errors import NotSignedIn
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import plain
from backend.core.http.routing import ReadingRoute
from backend.core.http.schemas import Body, Out
from backend.patents import queries
from backend.patents.assessments.queries import counts
from backend.patents.models import Assessment, Patent
from backend.patents.visibility import is_established, listed

router = APIRouter(prefix="/v1/statistics", tags=["statistics"], route_class=ReadingRoute)


class CatalogueQuery(Body):
    """Of whom the figures are."""

    mine: bool = Field(False, description="Of the caller's own register; else of the whole platform.")


class CatalogueFigures(Out):
    """Figures of the catalogue: a patent may be assessed and not listed, listed and not assessed, both or neither."""

    patents: int
    assessed: int
    listed: int
    assessed_and_listed: int
    as_of: date


@router.get("/catalogue", summary="Patents, assessed, listed", response_model=CatalogueFigures,
            responses=problem_answers(401, 422))  # fmt: skip
async def catalogue_figures(
    caller: MaybeCaller, query: Annotated[CatalogueQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """How many patents the platform has, how many were assessed, how many are listed; `mine` asks for one's own.

    Of the whole platform the figures are those of the day before: counted at once, they would tell whoever enters a
    patent whether its number was free.
    """
    if query.mine and caller is None:
        raise NotSignedIn
    whose = queries.register_of(caller) if query.mine and caller else _known_before(today)
    assessed = sa.exists().where(col(Assessment.patent_id) == col(Patent.id), counts())
    if not query.mine:
        assessed = assessed.where(col(Assessment.recorded_at) < begin_of_day(today))
    conditions = (sa.true(), assessed, listed(), sa.and_(assessed, listed()))
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in conditions]
    counted = (await session.execute(sa.select(*sums).where(whose))).one()
    names = ("patents", "assessed", "listed", "assessed_and_listed")
    as_of = today if query.mine else today - timedelta(days=1)
    return plain(CatalogueFigures(**dict(zip(names, counted, strict=True)), as_of=as_of))


def _known_before(today: date) -> sa.ColumnElement[bool]:
    """Return which patents are everybody's, as far as they were entered before today."""
    entered = col(Patent.created_at) < begin_of_day(today)
    return sa.and_(col(Patent.merged_into).is_(None), is_established(), entered)
