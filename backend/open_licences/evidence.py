"""Who may read the files that declarations and notices name."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.domain import FileReader
from backend.open_licences import queries
from backend.open_licences.declarations import steps as declaration_steps
from backend.open_licences.notices import service as notices


async def _of_declaration(session: AsyncSession, caller: Caller, open_licence_id: str) -> bool:
    return bool(await queries.whole_of(session, caller, [open_licence_id]))


async def _of_notice(session: AsyncSession, caller: Caller, notice_id: str) -> bool:
    return await queries.notice(session, caller, notice_id) is not None


FILE_READERS: Final[dict[str, FileReader]] = {
    declaration_steps.EVIDENCE: _of_declaration,
    notices.EVIDENCE: _of_notice,
}
