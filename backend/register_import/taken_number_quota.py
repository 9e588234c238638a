"""The daily limit on how often an import may reveal that a number is taken by another holder's patent."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.quotas.rules import Quota, begin_of
from backend.accounts.quotas.service import UNLIMITED
from backend.core.database.quota import take, used_in
from backend.core.database.sessions import clock_of
from backend.imports.import_kinds import Importer
from backend.register_import.import_terms import Questions

KIND = Quota.NUMBER_QUESTIONS


async def questions_of(session: AsyncSession, importer: Importer) -> Questions | None:
    """Return how many of the day's questions the importing organisation has left; None for offices."""
    if importer.for_all:
        return None
    since = begin_of(KIND, clock_of(session).real())
    used = await used_in(session, importer.organisation_id, {KIND.value: since})
    return Questions(importer.settings.number_questions_per_day - used[KIND.value])


async def count_questions(session: AsyncSession, importer: Importer, questions: Questions | None) -> None:
    """Count what a batch of the file told."""
    if questions is not None and questions.told:
        since = begin_of(KIND, clock_of(session).real())
        await take(session, importer.organisation_id, KIND.value, since, questions.told, most=UNLIMITED)
