"""Who may read the files of reports (their two sides) and of extracts of the register (holders and offices)."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.appraisal.extracts.service import EVIDENCE as EXTRACT
from backend.appraisal.models import AppraisalReport, RegisterExtract
from backend.appraisal.reports.service import EVIDENCE as REPORT
from backend.core.domain import FileReader
from backend.patents import queries as patent_queries
from backend.patents.access import Act, may


async def _of_report(session: AsyncSession, caller: Caller, report_id: str) -> bool:
    report = await session.get(AppraisalReport, report_id)
    sides = (report.holder_organisation_id, report.institution_organisation_id) if report else ()
    return caller.organisation_id in sides


async def _of_extract(session: AsyncSession, caller: Caller, extract_id: str) -> bool:
    extract = await session.get(RegisterExtract, extract_id)
    whole = await patent_queries.load(session, extract.patent_id) if extract else None
    return whole is not None and may(Act.SEE_RECORDS, caller, whole)


FILE_READERS: Final[dict[str, FileReader]] = {REPORT: _of_report, EXTRACT: _of_extract}
