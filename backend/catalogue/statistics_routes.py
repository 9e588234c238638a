"""How many patents there are, were assessed, are listed: counted apart."""

from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlmodel import col

from backend.accounts.access import MaybeCaller
from backend.catalogue import queries
from backend.catalogue.assessment_rules import counts
from backend.catalogue.models import Assessment, Patent
from backend.catalogue.visibility import is_established, listed
from backend.core.clock import Today
from backend.core.db import ReadDb
from backend.core.errors import NotSignedIn
from backend.core.http import plain
from backend.core.openapi import problem_answers
from backend.core.routing import ReadingRoute
from backend.core.schemas import Body, Out

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
    """How many patents the platform has, how many were assessed, how many are listed; `mine` asks for one's own."""
    if query.mine and caller is None:
        raise NotSignedIn
    everybodys = sa.and_(col(Patent.merged_into).is_(None), is_established())
    whose = queries.register_of(caller) if query.mine and caller else everybodys
    assessed = sa.exists().where(col(Assessment.patent_id) == col(Patent.id), counts())
    conditions = (sa.true(), assessed, listed(), sa.and_(assessed, listed()))
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in conditions]
    counted = (await session.execute(sa.select(*sums).where(whose))).one()
    names = ("patents", "assessed", "listed", "assessed_and_listed")
    return plain(CatalogueFigures(**dict(zip(names, counted, strict=True)), as_of=today))
