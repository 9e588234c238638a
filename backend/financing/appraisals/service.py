"""What the patents of a request are worth, as far as the enterprise knows it and may tell."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.appraisal.codes import Scenario
from backend.appraisal.policy import AppraisalPolicy
from backend.appraisal.presenters import appraisal_out
from backend.appraisal.reports.queries import to_disclose
from backend.appraisal.schemas import AppraisalOut
from backend.appraisal.service import appraise
from backend.financing import queries
from backend.financing.appraisals.schemas import DisclosedAppraisal, DisclosedReport
from backend.financing.models import FinancingRequest
from backend.patents import queries as patents
from backend.patents.errors import NoSuchPatent


async def appraised(
    session: AsyncSession,
    request: FinancingRequest,
    patent_id: str,
    policy: AppraisalPolicy,
    now: datetime,
    language: str,
) -> DisclosedAppraisal:
    """Return the appraisal of a patent of the request, with the reports that the enterprise has on it.

    Of licences and income the enterprise's own count. Raises NoSuchPatent, DesignNotAppraised, PatentKindUnknown.
    """
    out = await appraisal_of(session, request, patent_id, policy, now, language)
    reports = await to_disclose(session, patent_id, request.organisation_id)
    fields = DisclosedReport.model_fields
    return DisclosedAppraisal(
        appraisal=out,
        reports=[DisclosedReport(**{name: getattr(report, name) for name in fields}) for report in reports],
    )


async def appraisal_of(
    session: AsyncSession,
    request: FinancingRequest,
    patent_id: str,
    policy: AppraisalPolicy,
    now: datetime,
    language: str,
) -> AppraisalOut:
    """Return the platform's appraisal of a patent of the request, for financing; raise NoSuchPatent."""
    patent_ids = {patent.patent_id for patent in await queries.patents_of(session, request.id)}
    whole = await patents.load(session, patent_id) if patent_id in patent_ids else None
    if whole is None:
        raise NoSuchPatent
    licensors = [request.organisation_id]
    appraisal = await appraise(session, whole, Scenario.FINANCING, now, policy, licensors=licensors)
    return appraisal_out(appraisal, policy, language)


async def appraised_value(session: AsyncSession, request: FinancingRequest, today: date) -> int | None:
    """Return what all patents of the request are worth at least, in fen, by the latest reports that hold today.

    None where a patent has no such report: what is not known is no zero.
    """
    total = 0
    for patent in await queries.patents_of(session, request.id):
        reports = await to_disclose(session, patent.patent_id, request.organisation_id)
        valid = [report for report in reports if report.valid_until >= today]
        if not valid:
            return None
        total += max(valid, key=lambda report: (report.valuation_date, report.id)).value_low_fen
    return total
