"""Who may read the files that steps of a pledge name as evidence: its sides, and offices."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.domain import FileReader
from backend.pledges import queries
from backend.pledges.service import EVIDENCE


async def _of_pledge(session: AsyncSession, caller: Caller, pledge_id: str) -> bool:
    return await queries.pledge(session, caller, pledge_id) is not None


FILE_READERS: Final[dict[str, FileReader]] = {EVIDENCE: _of_pledge}
