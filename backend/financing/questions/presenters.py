"""How questions are shown."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.files.service import attached
from backend.financing.models import Disclosure, FinancingQuestion
from backend.financing.questions.schemas import FinancingQuestionOut
from backend.financing.questions.service import EVIDENCE

PLAIN = ("id", "version", "request_id", "text", "asked_at", "answer", "answered_at")


async def questions_out(
    session: AsyncSession, rows: Sequence[tuple[FinancingQuestion, Disclosure]]
) -> list[FinancingQuestionOut]:
    """Return the questions with the files of their answers."""
    files = await attached(session, EVIDENCE, [question.id for question, _ in rows])
    return [
        FinancingQuestionOut(
            **{name: getattr(question, name) for name in PLAIN},
            organisation_id=disclosure.organisation_id,
            files=files.get(question.id, []),
        )
        for question, disclosure in rows
    ]
