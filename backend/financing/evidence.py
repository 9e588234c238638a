"""Who may read the documents of a request and the files of answers, and how it is listed that they did."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.database.sessions import clock_of
from backend.core.domain import FileAccessRecorder, FileReader
from backend.financing import queries
from backend.financing.codes import Part, ViewedPart
from backend.financing.disclosures import views
from backend.financing.models import Disclosure, FinancingQuestion
from backend.financing.questions.service import EVIDENCE as ANSWERS
from backend.financing.requests.service import EVIDENCE as DOCUMENTS


async def _of_documents(session: AsyncSession, caller: Caller, request_id: str) -> bool:
    return await _documents_disclosure(session, caller, request_id) is not None


async def _documents_disclosure(session: AsyncSession, caller: Caller, request_id: str) -> Disclosure | None:
    today = china_day(clock_of(session).now())
    disclosure = await queries.readable(session, request_id, caller.organisation_id, today) if caller.verified else None
    return disclosure if disclosure is not None and Part.DOCUMENTS.value in disclosure.parts else None


async def _of_answer(session: AsyncSession, caller: Caller, question_id: str) -> bool:
    return caller.verified and await _answer_disclosure(session, caller, question_id) is not None


async def _answer_disclosure(session: AsyncSession, caller: Caller, question_id: str) -> Disclosure | None:
    """Return the disclosure by which the caller's organisation asked the question, where it may still be read."""
    today = china_day(clock_of(session).now())
    statement = (
        sa.select(Disclosure)
        .join(FinancingQuestion, col(FinancingQuestion.disclosure_id) == col(Disclosure.id))
        .where(
            col(FinancingQuestion.id) == question_id,
            col(Disclosure.organisation_id) == caller.organisation_id,
            queries.is_readable(today),
        )
    )
    found: Disclosure | None = (await session.scalars(statement)).first()
    return found


async def _list_document(session: AsyncSession, caller: Caller, request_id: str, file_id: str, at: datetime) -> bool:
    found = await _documents_disclosure(session, caller, request_id)
    return await _list(session, found, caller, file_id, at)


async def _list_answer(session: AsyncSession, caller: Caller, question_id: str, file_id: str, at: datetime) -> bool:
    found = await _answer_disclosure(session, caller, question_id)
    return await _list(session, found, caller, file_id, at)


async def _list(session: AsyncSession, readable: Disclosure | None, caller: Caller, file_id: str, at: datetime) -> bool:
    """Record the reading of a file's content in the ledger of views; return whether it may be read now."""
    if readable is None:
        return False
    disclosure = await queries.readable_shared(session, readable.id, china_day(clock_of(session).now()))
    if disclosure is None:
        return False
    await views.note(session, disclosure, caller, [ViewedPart.DOCUMENT_CONTENT], at, file_id)
    return True


FILE_READERS: Final[dict[str, FileReader]] = {DOCUMENTS: _of_documents, ANSWERS: _of_answer}
FILE_ACCESS_RECORDERS: Final[dict[str, FileAccessRecorder]] = {DOCUMENTS: _list_document, ANSWERS: _list_answer}
