"""Who may read the files that a loan's entries name: its sides."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.domain import FileReader
from backend.loans import queries
from backend.loans.accounting.posting import EVIDENCE


async def _of_loan(session: AsyncSession, caller: Caller, loan_id: str) -> bool:
    return await queries.visible(session, caller, loan_id) is not None


FILE_READERS: Final[dict[str, FileReader]] = {EVIDENCE: _of_loan}
