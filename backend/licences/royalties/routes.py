"""The addresses of royalty reports."""

from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.core.clock import Now, Today, china_day
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed
from backend.licences import queries
from backend.licences.access import LicenseesLicence, OwnReport, SeenLicence
from backend.licences.models import Licence, RoyaltyReport
from backend.licences.policy import Policy
from backend.licences.royalties import service as royalties
from backend.licences.royalties.schemas import ReportCorrection, ReportIn, ReportOut, ReportsOut, ReportsQuery

router = APIRouter(prefix="/v1", tags=["licences"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
NUMBER: Final[Any] = col(RoyaltyReport.number)
REPORTS: Final = sa.select(RoyaltyReport, col(Licence.status)).join(
    Licence, col(Licence.id) == col(RoyaltyReport.licence_id)
)
DUE_KEYS: Final[Any] = (col(RoyaltyReport.report_due_on), col(RoyaltyReport.id))


@router.get("/licences/{licence_id}/royalty-reports", summary="A licence's royalty reports",
            response_model=ReportsOut, responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_royalty_reports(
    request: Request, licence: SeenLicence, query: Annotated[PageQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """Every reporting period of the licence: until when it is reported, what is due by the terms, what was paid."""
    statement = REPORTS.where(col(RoyaltyReport.licence_id) == licence.id)
    rows, cursor = await page(session, request, query, statement, NUMBER)
    return listed([royalties.report_out(row[0], row[1], today) for row in rows], cursor)


@router.get("/royalty-reports", summary="Royalty reports", response_model=ReportsOut,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_all_royalty_reports(
    request: Request, caller: Viewer, query: Annotated[ReportsQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """The reporting periods of all licences of the caller's organisation, the earliest due first; what is overdue."""
    statement = REPORTS.where(queries.visible_reports(caller))
    if query.role is not None:
        licensee = query.role == "licensee"
        side = RoyaltyReport.licensee_organisation_id if licensee else RoyaltyReport.licensor_organisation_id
        statement = statement.where(col(side) == caller.organisation_id)
    if query.overdue is not None:
        late = royalties.overdue(today)
        statement = statement.where(late if query.overdue else sa.not_(sa.func.coalesce(late, sa.false())))
    if query.due_before is not None:
        statement = statement.where(col(RoyaltyReport.report_due_on) < query.due_before)
    rows, cursor = await page(session, request, query, statement, *DUE_KEYS)
    return listed([royalties.report_out(row[0], row[1], today) for row in rows], cursor)


@router.post("/licences/{licence_id}/royalty-reports", summary="Report the use", status_code=201,
             response_model=ReportOut, responses=STEP)  # fmt: skip
async def submit_royalty_report(
    held: LicenseesLicence, seen: MayMatch, body: ReportIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The report of a period that is over, with what is due by the terms and until when."""
    seen.check(held.licence.version)
    report = await royalties.submit(session, held.licence, body, held.caller, policy, now)
    address = f"/v1/licences/{held.licence.id}/royalty-reports"
    return created(royalties.report_out(report, held.licence.status, china_day(now)), report.version, address)


@router.post("/licences/{licence_id}/royalty-reports/{report_id}/correction", summary="Correct a report",
             response_model=ReportOut, responses=STEP)  # fmt: skip
async def correct_royalty_report(
    found: OwnReport, seen: MayMatch, body: ReportCorrection, session: Db, policy: Policy, now: Now
) -> Response:
    """The corrected report; what was said before stays with it, and the amounts of its licence year follow."""
    held, report = found
    seen.check(report.version)
    report = await royalties.correct(session, held.licence, report, body, held.caller, policy, now)
    return changed(royalties.report_out(report, held.licence.status, china_day(now)), report.version)
