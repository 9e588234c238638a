"""Who may read the files that declarations, notices, payments, licences and reports name."""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.files.access import Reader
from backend.licences import queries
from backend.licences.models import Payment, RoyaltyReport
from backend.licences.payments import checks as payment_checks
from backend.licences.recordal import service as recordal
from backend.licences.royalties import service as royalties
from backend.open_licences.declarations import steps as declaration_steps
from backend.open_licences.notices import service as notices


async def _of_declaration(session: AsyncSession, caller: Caller, open_licence_id: str) -> bool:
    return bool(await queries.whole_of(session, caller, [open_licence_id]))


async def _of_notice(session: AsyncSession, caller: Caller, notice_id: str) -> bool:
    return await queries.notice(session, caller, notice_id) is not None


async def _of_licence(session: AsyncSession, caller: Caller, licence_id: str) -> bool:
    return await queries.licence(session, caller, licence_id) is not None


async def _of_payment(session: AsyncSession, caller: Caller, payment_id: str) -> bool:
    payment = await session.get(Payment, payment_id)
    return payment is not None and await _of_notice(session, caller, payment.notice_id)


async def _of_report(session: AsyncSession, caller: Caller, report_id: str) -> bool:
    report: Any = await session.get(RoyaltyReport, report_id)
    return report is not None and await _of_licence(session, caller, report.licence_id)


FILE_READERS: Final[dict[str, Reader]] = {
    declaration_steps.EVIDENCE: _of_declaration,
    notices.EVIDENCE: _of_notice,
    payment_checks.EVIDENCE: _of_payment,
    recordal.EVIDENCE: _of_licence,
    royalties.EVIDENCE: _of_report,
}
