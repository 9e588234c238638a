"""The addresses of imports."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlmodel import col

from backend.accounts.access import Editor, Viewer
from backend.accounts.session_checks import while_standing
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import accepted, changed, listed, one
from backend.core.ids import id_pattern
from backend.imports import queries, service
from backend.imports.admission import ImportRoute
from backend.imports.import_kinds import ImportKind
from backend.imports.layout import Layout
from backend.imports.models import Import, ImportRow
from backend.imports.rejected_rows import rejected_csv
from backend.imports.schemas import ImportOut, ImportPage, ImportRowPage, ImportsQuery, RowsQuery, import_out, row_out
from backend.imports.upload import ArrivedFile

router = APIRouter(prefix="/v1/imports", tags=["imports"], route_class=WritingRoute)
uploads = APIRouter(prefix="/v1/imports", tags=["imports"], route_class=ImportRoute)
IMPORT_ID: Final[Any] = col(Import.id)
ROW_NUMBER: Final[Any] = col(ImportRow.number)
EXAMPLE: Final = {
    "file": "申请号,专利名称\n201710601862.3,一种锂离子电池正极材料\n",
    "kind": "patents",
    "mode": "check",
}
ImportId = Annotated[
    str, Path(pattern=id_pattern("imp"), description="The import's id.", examples=["imp_01h455vb4pex5vsknk084sn02q"])
]


def _kind(request: Request, found: Import) -> ImportKind | None:
    kind: ImportKind | None = request.app.state.registry.import_kinds.get(found.kind)
    return kind


def _present(request: Request, found: Import) -> ImportOut:
    return import_out(found, _kind(request, found), language_of(request), request.app.state.clock.now())


@uploads.post(
    "",
    status_code=202,
    response_model=ImportOut,
    responses=problem_answers(401, 403, 408, 413),
    summary="Import a file",
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"example": EXAMPLE}}}},
)
async def create_import(request: Request, arrived: ArrivedFile, caller: Editor, session: Db, now: Now) -> Response:
    """Take a file of patents, listings or legal events and work through it; the answer's address shows its progress.

    The content tells the form: CSV, XLSX, XLS, ODS, XML of the patent offices, JSON, or a ZIP of any of these.
    Columns are recognised by their headings in Chinese and English. Good rows land, each bad row is reported.
    """
    received = await service.receive(session, request.app.state.settings, caller, arrived, now)
    return accepted(_present(request, received), f"/v1/imports/{received.id}")


@router.get("", response_model=ImportPage, responses=problem_answers(401), summary="List own imports")
async def list_imports(
    request: Request, query: Annotated[ImportsQuery, Query()], caller: Viewer, session: ReadDb
) -> Response:
    """Return the organisation's imports, the newest first."""
    statement = queries.visible_to(caller)
    if query.kind:
        statement = statement.where(col(Import.kind) == query.kind)
    if query.status:
        statement = statement.where(col(Import.status).in_(query.status))
    rows, cursor = await page(session, request, query, statement, IMPORT_ID, descending=True)
    return listed([_present(request, row[0]) for row in rows], cursor)


@router.get("/{import_id}", response_model=ImportOut, responses=problem_answers(401, 404), summary="Read an import")
async def get_import(request: Request, import_id: ImportId, caller: Viewer, session: ReadDb) -> Response:
    """Return the import's progress, mapping, counts, and errors grouped by code with an example each."""
    found = await queries.seen_by(session, caller, import_id)
    return one(request, _present(request, found), found.version)


@router.get(
    "/{import_id}/rows", response_model=ImportRowPage, responses=problem_answers(401, 404), summary="Read its rows"
)
async def list_import_rows(
    request: Request, import_id: ImportId, query: Annotated[RowsQuery, Query()], caller: Viewer, session: ReadDb
) -> Response:
    """Return what came of each row, in the order of the file."""
    found = await queries.seen_by(session, caller, import_id)
    statement = queries.rows_of(found.id, query.outcome, has_errors=query.has_errors, code=query.code)
    rows, cursor = await page(session, request, query, statement, ROW_NUMBER)
    kind, language = _kind(request, found), language_of(request)
    layout = Layout.restored(found.layout)
    return listed([row_out(row[0], layout, kind, language) for row in rows], cursor)


@router.get(
    "/{import_id}/rejected.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **problem_answers(401, 404)},
    summary="Download the rows with errors",
)
async def get_rejected_rows(request: Request, import_id: ImportId, caller: Viewer, session: ReadDb) -> Response:
    """Return every row with an error as it was sent, with the reasons added, ready to be corrected and sent again."""
    found = await queries.seen_by(session, caller, import_id)
    state = request.app.state
    pieces = rejected_csv(state.database, state.blobs, found, _kind(request, found), language_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{found.id}-rejected.csv"', "Vary": "Accept-Language"}
    pieces = while_standing(request, caller, pieces)
    return StreamingResponse(pieces, headers=headers, media_type="text/csv; charset=utf-8")


@router.post(
    "/{import_id}/cancellation",
    response_model=ImportOut,
    responses=problem_answers(401, 403, 404, 409, 412),
    summary="Cancel an import",
)
async def cancel_import(
    request: Request, import_id: ImportId, seen: MayMatch, caller: Editor, session: Db, now: Now
) -> Response:
    """End the import after the batch under way; what was applied until then stays."""
    found = await queries.seen_by(session, caller, import_id, lock=True)
    seen.check(found.version)
    service.cancel(found, now)
    return changed(_present(request, found), found.version)
