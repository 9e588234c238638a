"""The addresses of what banks ask the enterprise."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute, release
from backend.core.http.responses import changed, created, listed
from backend.core.ids import id_pattern
from backend.financing.access import SUFFIX, RequestForRecipient, RequestToChange, RequestToSee
from backend.financing.codes import ViewedPart
from backend.financing.disclosures.views import listed_reading
from backend.financing.errors import NoSuchFinancingQuestion
from backend.financing.models import Disclosure, FinancingQuestion
from backend.financing.policy import Policy
from backend.financing.questions import queries, service
from backend.financing.questions.presenters import questions_out
from backend.financing.questions.schemas import (
    FinancingAnswerIn,
    FinancingQuestionIn,
    FinancingQuestionOut,
    FinancingQuestionPage,
)

ONE: Final = "/v1/financing-requests/{financing_request_id}/questions"
QuestionId = Annotated[
    str, Path(pattern=id_pattern("qst"), description="The question's id.", examples=[f"qst_{SUFFIX}"])
]
router = APIRouter(prefix=ONE, tags=["financing"], route_class=WritingRoute)


async def _held(question_id: QuestionId, own: RequestToChange, session: Db) -> FinancingQuestion:
    found = await queries.locked(session, own.request.id, question_id)
    if found is None:
        raise NoSuchFinancingQuestion
    return found


QuestionToAnswer = Annotated[FinancingQuestion, Depends(_held)]


@router.post("", summary="Ask the enterprise", status_code=201, response_model=FinancingQuestionOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def ask_financing_question(
    held: RequestForRecipient, body: FinancingQuestionIn, session: Db, policy: Policy, now: Now
) -> Response:
    """For a supplement: the bank's clock stands until the answer, and then runs on with the days that were left."""
    question = await service.ask(session, held, body, policy, now)
    (out,) = await questions_out(session, [(question, held.disclosure)])
    return created(out, question.version, f"/v1/financing-requests/{held.request.id}/questions")


@router.get("", summary="Questions about a request", response_model=FinancingQuestionPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_financing_questions(
    request: Request, seen: RequestToSee, query: Annotated[PageQuery, Query()], session: ReadDb, now: Now
) -> Response:
    """For the enterprise all; for a bank or guarantor what it asked itself, and that it read this is listed."""
    keys: Any = (queries.ASKED_AT, queries.QUESTION_ID)
    if seen.disclosure is None:
        found = queries.questions_of(seen.request.id)
        rows, cursor = await page(session, request, query, found, *keys, descending=True)
        return listed(await questions_out(session, [(row[0], row[1]) for row in rows]), cursor)
    await release(request)
    found = queries.questions_of(seen.request.id, seen.caller.organisation_id)
    database, parts = request.app.state.database, [ViewedPart.ANSWERS]
    async with listed_reading(database, seen.caller, seen.disclosure.id, parts, now) as (reading, _):
        rows, cursor = await page(reading, request, query, found, *keys, descending=True)
        items = await questions_out(reading, [(row[0], row[1]) for row in rows])
    return listed(items, cursor)


@router.post("/{question_id}/answer", summary="Answer a question", response_model=FinancingQuestionOut,
             responses=problem_answers(401, 403, 404, 409, 412, 422))  # fmt: skip
async def answer_financing_question(
    seen: MayMatch,
    own: RequestToChange,
    question: QuestionToAnswer,
    body: FinancingAnswerIn,
    session: Db,
    policy: Policy,
    now: Now,
) -> Response:
    """Text and files, which the organisation that asked reads and nobody else."""
    seen.check(question.version)
    answered = await service.answer(session, own.request, question, body, own.caller, policy, now)
    disclosure = await session.get_one(Disclosure, answered.disclosure_id)
    (out,) = await questions_out(session, [(answered, disclosure)])
    return changed(out, answered.version)
