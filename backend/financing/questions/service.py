"""How a bank or guarantor asks the enterprise, and is answered; its clock stands in between."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.service import attach
from backend.financing import queries, rules
from backend.financing.access import DisclosedRequest
from backend.financing.codes import Part, RecipientKind
from backend.financing.disclosures.service import take_up
from backend.financing.errors import (
    FinancingNotInState,
    PartNotDisclosed,
    QuestionAnswered,
    TooManyQuestions,
)
from backend.financing.events import QuestionAnswered as QuestionAnsweredEvent
from backend.financing.events import QuestionAsked, question_event
from backend.financing.models import Disclosure, FinancingGuarantee, FinancingQuestion, FinancingRequest
from backend.financing.policy import FinancingPolicy
from backend.financing.questions.schemas import FinancingAnswerIn, FinancingQuestionIn
from backend.response_clocks import queries as clocks
from backend.response_clocks import service as clock_service
from backend.response_clocks.models import ResponseClock

EVIDENCE: Final = "financing_answer"


async def ask(
    session: AsyncSession, held: DisclosedRequest, body: FinancingQuestionIn, policy: FinancingPolicy, now: datetime
) -> FinancingQuestion:
    """Return the question; the asker's clock stands from now on until all its questions are answered.

    Raises FinancingNotInState, PartNotDisclosed where answers are not disclosed, TooManyQuestions.
    """
    request, disclosure, caller = held.request, held.disclosure, held.caller
    if request.status not in rules.SENT:
        raise FinancingNotInState(status="closed", action="ask")
    if Part.ANSWERS.value not in disclosure.parts:
        raise PartNotDisclosed(part=Part.ANSWERS.value)
    if await queries.open_questions(session, disclosure.id) >= policy.open_questions:
        raise TooManyQuestions(limit=policy.open_questions)
    if disclosure.recipient is RecipientKind.BANK:
        await take_up(session, held, now)
    question = FinancingQuestion(
        id=new_id("qst"),
        request_id=request.id,
        disclosure_id=disclosure.id,
        text=body.text,
        asked_by=caller.user_id,
        asked_at=now,
    )
    session.add(question)
    await session.flush()
    for clock in await _clocks_of(session, disclosure):
        await clock_service.pause(session, clock, now)
    sides = [request.organisation_id, disclosure.organisation_id]
    event = question_event(question, sides, QuestionAsked, caller.user_id, disclosure.organisation_id)
    await append(session, event, now)
    return question


async def answer(
    session: AsyncSession,
    request: FinancingRequest,
    question: FinancingQuestion,
    body: FinancingAnswerIn,
    caller: Caller,
    policy: FinancingPolicy,
    now: datetime,
) -> FinancingQuestion:
    """Return the held question, answered; the asker's clock runs on once nothing else is to be answered.

    Raises QuestionAnswered, FinancingNotInState, Malformed for a file.
    """
    if question.answered_at is not None:
        raise QuestionAnswered
    disclosure = await session.get_one(Disclosure, question.disclosure_id, with_for_update=True)
    if request.status not in rules.SENT or disclosure.status not in rules.READABLE:
        raise FinancingNotInState(status=request.status.value, action="answer")
    question.answer, question.answered_by, question.answered_at = body.text, caller.user_id, now
    question.version += 1
    await session.flush()
    await attach(session, caller, body.files, kind=EVIDENCE, subject=question.id, pointer="/files", now=now)
    if not await queries.open_questions(session, disclosure.id):
        for clock in await _clocks_of(session, disclosure):
            await clock_service.resume(session, clock, policy.clock, now)
    sides = [request.organisation_id, disclosure.organisation_id]
    event = question_event(question, sides, QuestionAnsweredEvent, caller.user_id, request.organisation_id)
    await append(session, event, now)
    return question


async def _clocks_of(session: AsyncSession, disclosure: Disclosure) -> Sequence[ResponseClock]:
    """Return the clocks of what a recipient owes an answer to, held: the disclosure itself, or a guarantee."""
    statement = sa.select(col(FinancingGuarantee.id)).where(
        col(FinancingGuarantee.disclosure_id) == disclosure.id, col(FinancingGuarantee.status) == "asked"
    )
    subjects = [disclosure.id, *sorted(await session.scalars(statement))]
    locked = [await clocks.locked(session, subject) for subject in subjects]
    return [clock for clock in locked if clock is not None]
