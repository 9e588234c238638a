"""Reports of appraisal institutions on a patent: its two sides alone see them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import SignedIn
from backend.appraisal.access import (
    AnsweredReport,
    DeletableReport,
    PatentWithReports,
    ReportedPatent,
    SeenReport,
)
from backend.appraisal.codes import ReportStep
from backend.appraisal.models import AppraisalReport
from backend.appraisal.reports import queries, service
from backend.appraisal.reports.schemas import (
    AppraisalReportDenial,
    AppraisalReportIn,
    AppraisalReportOut,
    AppraisalReportsOut,
    ReportsQuery,
)
from backend.core.clock import Now, Today, china_day
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.patents.access import MOVED

router = APIRouter(prefix="/v1/patents/{patent_id}/appraisal-reports", tags=["appraisal"], route_class=WritingRoute)
ACTION: Final = MOVED | problem_answers(401, 403, 404, 409, 412, 422)
KEYS: Final[tuple[Any, ...]] = (col(AppraisalReport.recorded_at), col(AppraisalReport.id))


@router.post("", summary="Record an appraisal report", status_code=201, response_model=AppraisalReportOut,
             responses=MOVED | problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def record_appraisal_report(held: ReportedPatent, body: AppraisalReportIn, session: Db, now: Now) -> Response:
    """A report of an appraisal institution with its PDF, by the holder it was made for or by the institution.

    Two methods or a reason, two signatories. Until the other side confirms it, it is one side's word; nobody but the
    two sees it. It can be deleted once its records need not be kept any more: 15 years, 30 where a law demands it.
    """
    report = await service.record(session, held, body, now)
    out = await _report_out(session, report, now)
    return created(out, report.version, f"/v1/patents/{report.patent_id}/appraisal-reports/{report.id}")


@router.get(
    "", summary="Appraisal reports", response_model=AppraisalReportsOut, responses=MOVED | problem_answers(401, 404)
)
async def list_appraisal_reports(
    request: Request,
    whole: PatentWithReports,
    caller: SignedIn,
    query: Annotated[ReportsQuery, Query()],
    session: ReadDb,
    today: Today,
) -> Response:
    """The reports on a patent of which the caller's organisation is a side, the oldest first."""
    statement = queries.of_patent(caller, whole.patent.id)
    rows, cursor = await page(session, request, query, statement, *KEYS)
    return listed(await service.reports_out(session, [row[0] for row in rows], today), cursor)


@router.get("/{report_id}", summary="One appraisal report", response_model=AppraisalReportOut,
            responses=MOVED | problem_answers(401, 404))  # fmt: skip
async def get_appraisal_report(request: Request, report: SeenReport, session: ReadDb, now: Now) -> Response:
    """A report, as its two sides see it."""
    return one(request, await _report_out(session, report, now), report.version)


@router.post("/{report_id}/confirmation", summary="Confirm an appraisal report", response_model=AppraisalReportOut,
             responses=ACTION)  # fmt: skip
async def confirm_appraisal_report(seen: MayMatch, held: AnsweredReport, session: Db, now: Now) -> Response:
    """The report, which the side that did not record it says is as it stands."""
    seen.check(held.report.version)
    report = await service.answer(session, held, ReportStep.CONFIRM, now)
    return changed(await _report_out(session, report, now), report.version)


@router.post(
    "/{report_id}/denial", summary="Deny an appraisal report", response_model=AppraisalReportOut, responses=ACTION
)
async def deny_appraisal_report(
    seen: MayMatch, held: AnsweredReport, body: AppraisalReportDenial, session: Db, now: Now
) -> Response:
    """The report, which the side that did not record it says is not so."""
    seen.check(held.report.version)
    report = await service.answer(session, held, ReportStep.DENY, now, body.reason)
    return changed(await _report_out(session, report, now), report.version)


@router.delete("/{report_id}", summary="Delete an appraisal report", status_code=204, response_class=Response,
               responses=MOVED | problem_answers(401, 403, 404, 409, 412, 428))  # fmt: skip
async def delete_appraisal_report(seen: IfMatch, held: DeletableReport, session: Db, now: Now) -> Response:
    """Delete a report whose time is over; before, its records have to be kept (Asset Appraisal Law, art. 29)."""
    seen.check(held.report.version)
    await service.delete(session, held, now)
    return Response(None, 204)


async def _report_out(session: AsyncSession, report: AppraisalReport, now: Now) -> AppraisalReportOut:
    return (await service.reports_out(session, [report], china_day(now)))[0]
