"""The addresses of how organisations answer."""

from fastapi import APIRouter, Request, Response

from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.preconditions import IfMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, one
from backend.response_clocks import queries, service
from backend.response_clocks.access import OwnOrganisation, SeenOrganisation
from backend.response_clocks.policy import Policy
from backend.response_clocks.presenters import answer_days_out, responsiveness_out
from backend.response_clocks.schemas import AnswerDaysIn, AnswerDaysOut, ResponsivenessOut

router = APIRouter(prefix="/v1/organisations/{organisation_id}", tags=["organisations"], route_class=WritingRoute)


@router.get("/responsiveness", summary="How an organisation answers", response_model=ResponsivenessOut,
            responses=problem_answers(401, 404))  # fmt: skip
async def get_responsiveness(
    request: Request, organisation_id: SeenOrganisation, session: ReadDb, policy: Policy
) -> Response:
    """The share of answers in time and the median of working days, over a year; counted each day for the day before."""
    found = await queries.responsiveness(session, [organisation_id], policy)
    return one(request, responsiveness_out(organisation_id, found.get(organisation_id)), 0)


@router.get("/answer-days", summary="Within how many working days an organisation answers",
            response_model=AnswerDaysOut, responses=problem_answers(401, 404))  # fmt: skip
async def get_answer_days(
    request: Request, organisation_id: SeenOrganisation, session: ReadDb, policy: Policy
) -> Response:
    """How long the organisation may take over an answer; after that the platform is told."""
    row = await queries.answer_days(session, organisation_id)
    return one(request, answer_days_out(organisation_id, row, policy), row.version if row else 0)


@router.put("/answer-days", summary="Set within how many working days one's organisation answers",
            response_model=AnswerDaysOut, responses=problem_answers(401, 403, 404, 412, 422, 428))  # fmt: skip
async def set_answer_days(
    seen: IfMatch, caller: OwnOrganisation, body: AnswerDaysIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The time that the organisation takes over what it is asked from now on; by its owners."""
    row = await queries.answer_days(session, caller.organisation_id)
    seen.check(row.version if row else 0)
    row = await service.set_answer_days(session, caller, body.days, now)
    return changed(answer_days_out(caller.organisation_id, row, policy), row.version)
