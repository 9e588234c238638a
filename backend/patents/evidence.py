"""Who may read the files that holdings and assessments name as evidence: whoever may see the evidence itself."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.files.access import Reader
from backend.patents import queries
from backend.patents.access import sees_record
from backend.patents.models import Assessment, Holding

HOLDING: Final = "holding"  # kinds of things that files are attached to
ASSESSMENT: Final = "assessment"


async def _of_patent(session: AsyncSession, caller: Caller, patent_id: str, *organisation_ids: str | None) -> bool:
    whole = await queries.load(session, patent_id)
    return whole is not None and sees_record(caller, whole, *organisation_ids)


async def _of_holding(session: AsyncSession, caller: Caller, holding_id: str) -> bool:
    holding = await session.get(Holding, holding_id)
    if holding is None:
        return False
    return await _of_patent(session, caller, holding.patent_id, holding.organisation_id, holding.recorded_by)


async def _of_assessment(session: AsyncSession, caller: Caller, assessment_id: str) -> bool:
    assessment = await session.get(Assessment, assessment_id)
    if assessment is None:
        return False
    return await _of_patent(session, caller, assessment.patent_id, assessment.organisation_id)


FILE_READERS: Final[dict[str, Reader]] = {HOLDING: _of_holding, ASSESSMENT: _of_assessment}
