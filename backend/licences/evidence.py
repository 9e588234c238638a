"""Who may read the files that licences, payments and royalty reports name."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.domain import FileReader
from backend.licences import queries
from backend.licences.models import Payment, RoyaltyReport
from backend.licences.payments import checks as payment_checks
from backend.licences.recordal import service as recordal
from backend.licences.royalties import service as royalties


async def _of_licence(session: AsyncSession, caller: Caller, licence_id: str) -> bool:
    return await queries.licence(session, caller, licence_id) is not None


async def _of_payment(session: AsyncSession, caller: Caller, payment_id: str) -> bool:
    statement = sa.select(col(Payment.id)).where(col(Payment.id) == payment_id, queries.visible_payments(caller))
    return (await session.execute(statement)).first() is not None


async def _of_report(session: AsyncSession, caller: Caller, report_id: str) -> bool:
    report: Any = await session.get(RoyaltyReport, report_id)
    return report is not None and await _of_licence(session, caller, report.licence_id)


FILE_READERS: Final[dict[str, FileReader]] = {
    recordal.EVIDENCE: _of_licence,
    payment_checks.EVIDENCE: _of_payment,
    royalties.EVIDENCE: _of_report,
}
