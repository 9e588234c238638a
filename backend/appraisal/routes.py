"""The appraisal of a patent: as data, on paper, and by relief from royalty."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import SignedIn
from backend.appraisal.access import AppraisedByHolder, counted_for
from backend.appraisal.bank_report.response import PDF, paper_language, pdf_response
from backend.appraisal.methods.royalty import relief_from_royalty
from backend.appraisal.methods.schemas import RoyaltyReliefIn, RoyaltyReliefOut
from backend.appraisal.policy import Policy
from backend.appraisal.presenters import appraisal_out
from backend.appraisal.schemas import AppraisalOut, AppraisalQuery
from backend.appraisal.service import appraise
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import ReadDb, WritingRoute, release
from backend.core.http.responses import plain
from backend.patents.access import MOVED

router = APIRouter(prefix="/v1/patents/{patent_id}", tags=["appraisal"], route_class=WritingRoute)
READ: Final = MOVED | problem_answers(401, 403, 404, 409, 422)


@router.get("/appraisal", summary="Appraise a patent", response_model=AppraisalOut, responses=READ)
async def get_appraisal(
    request: Request,
    whole: AppraisedByHolder,
    caller: SignedIn,
    query: Annotated[AppraisalQuery, Query()],
    session: ReadDb,
    policy: Policy,
    now: Now,
) -> Response:
    """The patent by the platform's own indicators, with the working: value, source, day, points and weight of each.

    What is not known counts for none to all of its points, so that the score is a range and nobody gains by leaving
    something out. `known_at` asks what it was by what was known then. For its holders and the offices alone; of
    licences and income a holder's own count. Inventions and utility models only.
    """
    licensors = counted_for(caller, whole)
    found = await appraise(session, whole, query.scenario, now, policy, query.known_at, licensors)
    return plain(appraisal_out(found, policy, language_of(request)))


@router.get(
    "/appraisal.pdf",
    summary="The appraisal on paper",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}, **READ},
)
async def get_appraisal_pdf(
    request: Request,
    whole: AppraisedByHolder,
    caller: SignedIn,
    query: Annotated[AppraisalQuery, Query()],
    session: ReadDb,
    policy: Policy,
    now: Now,
) -> Response:
    """The same appraisal as two pages for a bank: a chart of the indicators, and the history of the right."""
    licensors = counted_for(caller, whole)
    found = await appraise(session, whole, query.scenario, now, policy, query.known_at, licensors)
    language = paper_language(request)
    out = appraisal_out(found, policy, language)
    await release(request)
    return await pdf_response(out, language)


@router.post("/appraisal/relief-from-royalty", summary="What royalties a patent saves",
             response_model=RoyaltyReliefOut, responses=READ)  # fmt: skip
async def value_by_royalties(
    request: Request, whole: AppraisedByHolder, body: RoyaltyReliefIn, today: Today
) -> Response:
    """The present value of the royalties that the patent saves, as a range, year by year, with a table of rates.

    Reckoned from the ranges that are sent and the remaining term that the register knows; nothing is kept.
    """
    return plain(relief_from_royalty(whole.patent, body, today, language_of(request)))
