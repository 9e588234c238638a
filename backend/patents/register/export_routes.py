"""The register out, as CSV and as XLSX."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.background import BackgroundTask

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.accounts.session_checks import while_standing
from backend.core.clock import Today
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.routing import ReadingRoute
from backend.core.spreadsheets import CSV, XLSX, Sheet
from backend.patents.register.export import csv_bytes, headings, register_rows
from backend.patents.schemas import RegisterFilter

router = APIRouter(prefix="/v1", tags=["patents"], route_class=ReadingRoute)
TEXT: Final = f"{CSV}; charset=utf-8"
VARY: Final = "Accept-Language, Authorization"
Pages = AsyncIterator[list[list[str]]]


def _file(kind: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string"} | ({"format": "binary"} if kind == XLSX else {})
    return {200: {"description": "The file.", "content": {kind: {"schema": schema}}}}


def _pages(request: Request, caller: Caller, asked: RegisterFilter, today: date) -> Pages:
    state = request.app.state
    months = state.settings.assessment_interval_months
    language = language_of(request)
    rows = register_rows(state.database, caller, asked, today=today, interval_months=months, language=language)
    return while_standing(request, caller, rows)


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Vary": VARY}


@router.get("/patents.csv", summary="Own register as CSV", response_class=StreamingResponse,
            responses=_file(CSV) | problem_answers(401, 403, 422))  # fmt: skip
async def register_csv(
    request: Request, caller: Viewer, query: Annotated[RegisterFilter, Query()], today: Today
) -> Response:
    """The own register with its listings' terms, newest entries first, ready to be corrected and uploaded again."""
    lines = csv_bytes(_pages(request, caller, query, today), language_of(request))
    return StreamingResponse(lines, 200, _headers("patents.csv"), TEXT)


@router.get("/patents.xlsx", summary="Own register as XLSX", response_class=FileResponse,
            responses=_file(XLSX) | problem_answers(401, 403, 422))  # fmt: skip
async def register_xlsx(
    request: Request, caller: Viewer, query: Annotated[RegisterFilter, Query()], today: Today
) -> Response:
    """The own register with its listings' terms as a workbook of one sheet."""
    path = await _workbook(_pages(request, caller, query, today), headings(language_of(request)))
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, 200, _headers("patents.xlsx"), XLSX, background=gone)


async def _workbook(pages: Pages, first: list[str]) -> Path:
    """Return a file with the rows; they pass through it page by page, so that memory does not grow with them."""
    sheet = Sheet("patents")
    sheet.add([first])
    async for page in pages:
        await asyncio.to_thread(sheet.add, page)
    with tempfile.NamedTemporaryFile(prefix="patentmart-", suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    await asyncio.to_thread(sheet.save, path)
    return path
