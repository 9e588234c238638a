"""The table of indicators and the sets of their weights: public; another set is the platform's to post."""

from collections.abc import Sequence
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import PlatformStaff
from backend.appraisal.indicators.definitions import Indicator
from backend.appraisal.indicators.table import INDICATORS, VERSION
from backend.appraisal.models import AppraisalWeights
from backend.appraisal.weights import service
from backend.appraisal.weights.queries import KEYS
from backend.appraisal.weights.schemas import (
    IndicatorOut,
    IndicatorPoints,
    IndicatorsOut,
    WeightsIn,
    WeightsOut,
    WeightsPage,
    WeightsQuery,
    weights_out,
)
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import created, listed, plain

router = APIRouter(prefix="/v1/reference", tags=["appraisal"], route_class=WritingRoute)
FIRST: Final = 1


@router.get("/appraisal-indicators", summary="The indicators of appraisals", response_model=IndicatorsOut,
            responses=problem_answers(422))  # fmt: skip
async def appraisal_indicators(request: Request) -> Response:
    """Every indicator with its formula in words and its points as data; a changed one is a new version of the table.

    They are the platform's own. Their groups are named as in GB/T 42748; no conformity with it is claimed.
    """
    language = language_of(request)
    items = [_indicator(indicator, language) for indicator in INDICATORS]
    return plain(IndicatorsOut(indicator_version=VERSION, items=items, next_cursor=None))


@router.get("/appraisal-weights", summary="The weights of the indicators", response_model=WeightsPage,
            responses=problem_answers(422))  # fmt: skip
async def appraisal_weights(request: Request, query: Annotated[WeightsQuery, Query()], session: ReadDb) -> Response:
    """Every set of weights that ever held or will, the newest first; none is ever changed."""
    rows, cursor = await page(session, request, query, sa.select(AppraisalWeights), *KEYS, descending=True)
    return listed([weights_out(row[0]) for row in rows], cursor)


@router.post("/appraisal-weights", summary="Set weights", status_code=201, response_model=WeightsOut,
             responses=problem_answers(401, 403, 409, 422))  # fmt: skip
async def set_appraisal_weights(caller: PlatformStaff, body: WeightsIn, session: Db, now: Now) -> Response:
    """Another set of weights, which holds from its day on; those before stay, and so does what was reckoned by them."""
    row = await service.set_weights(session, caller, body, now)
    return created(weights_out(row), FIRST, "/v1/reference/appraisal-weights")


def _indicator(indicator: Indicator, language: str) -> IndicatorOut:
    pairs: Sequence[tuple[int | str, int]] = indicator.points or list(indicator.named.items())
    return IndicatorOut(
        code=indicator.code,
        group=indicator.group,
        label=indicator.label.say(language, {}),
        label_zh=indicator.label.zh,
        label_en=indicator.label.en,
        formula=indicator.formula.say(language, {}),
        formula_zh=indicator.formula.zh,
        formula_en=indicator.formula.en,
        unit=indicator.unit,
        direction=indicator.direction,
        sources=list(indicator.sources),
        points=[IndicatorPoints(value=value, points=points) for value, points in pairs],
        not_applicable_points=indicator.not_applicable_points,
    )
