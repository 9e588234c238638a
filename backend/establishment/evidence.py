"""Who may read the files that requests to be heard as a holder name as evidence: whoever may see the request."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.establishment import queries
from backend.establishment.service import EVIDENCE
from backend.files.access import Reader


async def _of_establishment(session: AsyncSession, caller: Caller, establishment_id: str) -> bool:
    return await queries.visible(session, caller, establishment_id) is not None


FILE_READERS: Final[dict[str, Reader]] = {EVIDENCE: _of_establishment}
