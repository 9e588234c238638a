"""How questions are found: the enterprise all of its request, whoever asks its own."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.financing.models import Disclosure, FinancingQuestion

ASKED_AT: Final = col(FinancingQuestion.asked_at)
QUESTION_ID: Final = col(FinancingQuestion.id)


def questions_of(request_id: str, asked_by_organisation: str | None = None) -> sa.Select[Any]:
    """Return the questions about a request, with the disclosure by which each is asked."""
    columns: tuple[Any, ...] = (FinancingQuestion, Disclosure)
    statement = (
        sa.select(*columns)
        .join(Disclosure, col(Disclosure.id) == col(FinancingQuestion.disclosure_id))
        .where(col(FinancingQuestion.request_id) == request_id)
    )
    if asked_by_organisation is None:
        return statement
    return statement.where(col(Disclosure.organisation_id) == asked_by_organisation)


async def locked(session: AsyncSession, request_id: str, question_id: str) -> FinancingQuestion | None:
    """Return a question about a request, held; the caller holds the request."""
    found = await session.get(FinancingQuestion, question_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.request_id == request_id else None
