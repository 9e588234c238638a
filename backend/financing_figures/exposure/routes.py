"""What a bank is owed, for its own members."""

from fastapi import APIRouter, Request, Response

from backend.core.clock import Today
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import plain
from backend.core.http.routing import ReadingRoute
from backend.financing_figures.access import BankMember
from backend.financing_figures.exposure import queries
from backend.financing_figures.exposure.presenters import exposure_out
from backend.financing_figures.exposure.rules import exposure
from backend.financing_figures.exposure.schemas import ExposureOut

router = APIRouter(prefix="/v1/statistics/financing/exposure", tags=["statistics"], route_class=ReadingRoute)


@router.get("", summary="What one's bank is owed", response_model=ExposureOut, responses=problem_answers(401, 403))
async def bank_exposure(request: Request, caller: BankMember, session: ReadDb, today: Today) -> Response:
    """Principal, loans and pledged patents of the caller's own bank, by status, technology field and cluster."""
    loans = await queries.owed_loans(session, caller.organisation_id)
    return plain(exposure_out(exposure(loans), today, language_of(request)))
