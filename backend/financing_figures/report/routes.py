"""The figures of a year of financing, for everybody; by bank for offices."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import MaybeCaller
from backend.accounts.caller import Caller
from backend.accounts.errors import OfficeOnly
from backend.core.clock import Today
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import VARY, plain
from backend.core.http.routing import ReadingRoute
from backend.core.spreadsheets import CSV, MARK, csv_lines
from backend.financing_figures import queries
from backend.financing_figures.case_rules import last_due
from backend.financing_figures.codes import FinancingGrouping
from backend.financing_figures.models import FinancingFigures
from backend.financing_figures.policy import FiguresPolicy, Policy
from backend.financing_figures.report.chart import SVG, report_svg
from backend.financing_figures.report.presenters import bank_ids_of, csv_rows, figures_out, report_out
from backend.financing_figures.report.schemas import (
    FinancingFiguresOut,
    FinancingFiguresQuery,
    FinancingReportOut,
    YearQuery,
)
from backend.patents.queries import is_office

router = APIRouter(prefix="/v1/statistics/financing", tags=["statistics"], route_class=ReadingRoute)
FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {CSV: {"schema": {"type": "string"}}}}
}
CHART: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The chart.", "content": {SVG: {"schema": {"type": "string"}}}}
}
OfYear = Annotated[YearQuery, Query()]


async def _of_year(
    session: AsyncSession, query: YearQuery, policy: FiguresPolicy, today: date
) -> tuple[int, FinancingFigures | None]:
    """Return the year that is meant, and what was published of it; of one that is not due there is nothing."""
    last = last_due(today, policy.settling_days)
    year = last if query.year is None else query.year
    if year > last:
        return year, None
    return year, await queries.of_year(session, year, is_demonstration=policy.is_demonstration)


async def _banks(
    session: AsyncSession, caller: Caller | None, row: FinancingFigures | None
) -> Mapping[str, str] | None:  # fmt: skip
    """Return the names of the banks that something is published of, or None for who is no office."""
    if caller is None or not is_office(caller):
        return None
    return await queries.bank_names(session, bank_ids_of(row))


@router.get("", summary="A year of financing", response_model=FinancingFiguresOut,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def financing_figures(
    request: Request, caller: MaybeCaller, query: Annotated[FinancingFiguresQuery, Query()], session: ReadDb,
    policy: Policy, today: Today,
) -> Response:  # fmt: skip
    """What became of the requests of a year, in how many days, of what amounts; by cluster or province.

    A year is counted once, some time after it is over, and never changes. Numbers are multiples of five, and what is of
    fewer than five enterprises or three banks is left out, with what would let it be found by subtraction. Offices see
    it by bank too.
    """
    year, row = await _of_year(session, query, policy, today)
    banks = await _banks(session, caller, row)
    if query.by is FinancingGrouping.BANK and banks is None:
        raise OfficeOnly
    return plain(figures_out(row, year, query.by, banks or {}, policy, language_of(request)))


async def _report(
    request: Request, caller: MaybeCaller, query: OfYear, session: ReadDb, policy: Policy, today: Today
) -> FinancingReportOut:
    year, row = await _of_year(session, query, policy, today)
    return report_out(row, year, await _banks(session, caller, row), policy, language_of(request))


Report = Annotated[FinancingReportOut, Depends(_report)]


@router.get("/report", summary="The report of a year of financing", response_model=FinancingReportOut,
            responses=problem_answers(401, 422))  # fmt: skip
async def financing_report(report: Report) -> Response:
    """All that is published of a year: the sum of all, by cluster and by province; for offices by bank too."""
    return plain(report)


@router.get("/report.csv", summary="The same as CSV", response_class=Response,
            responses=FILE | problem_answers(401, 422))  # fmt: skip
async def financing_report_csv(report: Report) -> Response:
    """The same report as a file, the sum of all in its first line under the headings."""
    content = (MARK + csv_lines(csv_rows(report))).encode()
    return Response(content, 200, _named(report, "csv"), f"{CSV}; charset=utf-8")


@router.get("/report.svg", summary="The same as a chart", response_class=Response,
            responses=CHART | problem_answers(401, 422))  # fmt: skip
async def financing_report_chart(request: Request, report: Report) -> Response:
    """The same report drawn: what became of the requests, and the amounts that were accepted."""
    return Response(report_svg(report, language_of(request)), 200, _named(report, "svg"), SVG)


def _named(report: FinancingReportOut, suffix: str) -> dict[str, str]:
    name = f"financing-{report.year}.{suffix}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Vary": VARY}
