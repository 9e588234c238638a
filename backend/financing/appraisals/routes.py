"""The addresses of what a request's patents are worth, for the enterprise and for whom it disclosed that to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.appraisal.bank_report.response import PDF, paper_language, pdf_response
from backend.appraisal.policy import Policy
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import ReadDb, WritingRoute, release
from backend.core.http.responses import plain
from backend.financing.access import RequestToSee, SeenRequest
from backend.financing.appraisals import service
from backend.financing.appraisals.schemas import DisclosedAppraisal
from backend.financing.codes import Part, ViewedPart
from backend.financing.disclosures.views import listed_reading
from backend.financing.errors import PartNotDisclosed
from backend.patents.access import PatentId

PREFIX: Final = "/v1/financing-requests/{financing_request_id}/patents/{patent_id}"
READ: Final = problem_answers(401, 403, 404, 409)
router = APIRouter(prefix=PREFIX, tags=["financing"], route_class=WritingRoute)


@asynccontextmanager
async def _reading(
    request: Request, seen: SeenRequest, session: AsyncSession, now: datetime
) -> AsyncIterator[AsyncSession]:
    """Yield a session to read the appraisal with, of which a bank's reading is listed. Raises PartNotDisclosed."""
    if seen.disclosure is None:
        yield session
        return
    if Part.APPRAISAL.value not in seen.disclosure.parts:
        raise PartNotDisclosed(part=Part.APPRAISAL.value)
    await release(request)
    parts = [ViewedPart.APPRAISAL]
    async with listed_reading(request.app.state.database, seen.caller, seen.disclosure.id, parts, now) as (reading, _):
        yield reading


@router.get("/appraisal", summary="What a patent of a request is worth", response_model=DisclosedAppraisal,
            responses=READ)  # fmt: skip
async def get_disclosed_appraisal(
    request: Request, seen: RequestToSee, patent_id: PatentId, session: ReadDb, policy: Policy, now: Now
) -> Response:
    """The platform's appraisal for financing with its working, and the reports that the enterprise has.

    For the enterprise, and for a bank or guarantor to which the appraisal is disclosed; that it read it is listed.
    """
    async with _reading(request, seen, session, now) as reading:
        out = await service.appraised(reading, seen.request, patent_id, policy, now, language_of(request))
    return plain(out)


@router.get(
    "/appraisal.pdf",
    summary="What a patent of a request is worth, on paper",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}, **READ},
)
async def get_disclosed_appraisal_pdf(
    request: Request, seen: RequestToSee, patent_id: PatentId, session: ReadDb, policy: Policy, now: Now
) -> Response:
    """Two pages with a chart of the indicators and the history of the right; a bank's reading is listed."""
    language = paper_language(request)
    async with _reading(request, seen, session, now) as reading:
        out = await service.appraisal_of(reading, seen.request, patent_id, policy, now, language)
    await release(request)
    return await pdf_response(out, language)
