"""Who may read the files that licences and royalty reports name."""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.domain import FileReader
from backend.licences import queries
from backend.licences.models import RoyaltyReport
from backend.licences.recordal import service as recordal
from backend.licences.royalties import service as royalties


async def _of_licence(session: AsyncSession, caller: Caller, licence_id: str) -> bool:
    return await queries.licence(session, caller, licence_id) is not None


async def _of_report(session: AsyncSession, caller: Caller, report_id: str) -> bool:
    report: Any = await session.get(RoyaltyReport, report_id)
    return report is not None and await _of_licence(session, caller, report.licence_id)


FILE_READERS: Final[dict[str, FileReader]] = {
    recordal.EVIDENCE: _of_licence,
    royalties.EVIDENCE: _of_report,
}
