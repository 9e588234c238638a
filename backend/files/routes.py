"""The addresses of files: evidence and documents."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.accounts.access import Editor, Viewer
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Real
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute, release
from backend.core.http.responses import changed, created, listed, one
from backend.core.http.routing import HEADERS_ALONE
from backend.files import queries, service
from backend.files.access import OwnFile, SeenFile
from backend.files.admission import FileRoute
from backend.files.downloads import download
from backend.files.models import FileAccess, StoredFile
from backend.files.rules import MEDIA_TYPES
from backend.files.schemas import FileAccessesOut, FileAccessOut, FileOut, FilesOut
from backend.files.upload import ArrivedFile

router = APIRouter(prefix="/v1/files", tags=["files"], route_class=WritingRoute)
uploads = APIRouter(prefix="/v1/files", tags=["files"], route_class=FileRoute)
VERSION: Final = 1  # of what never changes
KEYS: Final[Any] = (col(StoredFile.uploaded_at), col(StoredFile.id))
ACCESS_NUMBER: Final[Any] = col(FileAccess.number)
EXAMPLE: Final = {"file": "许可使用费付款凭证（示例）\n", "description": "付款凭证"}
KNOWN: Final[dict[int | str, dict[str, Any]]] = {200: {"model": FileOut, "description": "Uploaded before."}}
BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
CONTENT: Final[dict[int | str, dict[str, Any]]] = {200: {"content": dict.fromkeys(MEDIA_TYPES.values(), BYTES)}}


@uploads.post(
    "",
    status_code=201,
    response_model=FileOut,
    responses=KNOWN | problem_answers(401, 403, 408, 413),
    summary="Upload a file",
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"example": EXAMPLE}}}},
)
async def upload_file(arrived: ArrivedFile, caller: Editor, session: Db, quotas: Quotas, now: Now) -> Response:
    """Keep a piece of evidence or a document, to be attached to things by its id.

    The content tells the type, and the name is given its extension. The same bytes again are the same file (200).
    """
    file, is_new = await service.keep(session, caller, arrived, quotas, now)
    out = service.file_out(file, caller)
    return created(out, VERSION, f"/v1/files/{file.id}") if is_new else changed(out, VERSION)


@router.get("", response_model=FilesOut, responses=problem_answers(401, 403), summary="List own files")
async def list_files(
    request: Request, query: Annotated[PageQuery, Query()], caller: Viewer, session: ReadDb
) -> Response:
    """What the organisation uploaded, the newest first."""
    rows, cursor = await page(session, request, query, queries.own(caller), *KEYS, descending=True)
    return listed([service.file_out(row[0], caller) for row in rows], cursor)


@router.get("/{file_id}", response_model=FileOut, responses=problem_answers(401, 403, 404), summary="Read about a file")
async def read_file(request: Request, file: SeenFile, caller: Viewer) -> Response:
    """What is known of the file: for whoever uploaded it, offices, and readers of what it is attached to."""
    return one(request, service.file_out(file, caller), VERSION)


@router.get(
    "/{file_id}/content",
    response_class=Response,
    responses={**CONTENT, **problem_answers(401, 403, 404)},
    summary="Download a file",
)
async def read_file_content(request: Request, file: SeenFile, caller: Viewer, real: Real) -> Response:
    """The bytes as they were uploaded, to be saved and never shown in place; the ledger notes who was given them."""
    await release(request)  # nobody sends with a connection to the database in hand
    state, is_noted = request.app.state, HEADERS_ALONE not in request.scope
    recorders = state.registry.file_access_recorders
    return await download(state.database, state.blobs, file, caller, real, recorders, is_noted=is_noted)


@router.get(
    "/{file_id}/accesses",
    response_model=FileAccessesOut,
    responses=problem_answers(401, 403, 404),
    summary="Who downloaded a file",
)
async def list_file_accesses(
    request: Request, file: OwnFile, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Who was given the content and when, the newest first; for the organisation that uploaded it and offices."""
    statement = queries.accesses_of(file.id)
    rows, cursor = await page(session, request, query, statement, ACCESS_NUMBER, descending=True)
    items = [FileAccessOut(**row[0].model_dump(include=set(FileAccessOut.model_fields))) for row in rows]
    return listed(items, cursor)
