"""The addresses of a contract's timeline."""

from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.accounts.session_checks import while_standing
from backend.contracts.access import SeenContract
from backend.contracts.timeline import archive, service
from backend.contracts.timeline.models import TimelineEntry
from backend.contracts.timeline.schemas import TimelinePage, entry_out
from backend.core.database.sessions import Database
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.request_transaction import ReadDb, release
from backend.core.http.responses import listed
from backend.core.http.routing import ReadingRoute

router = APIRouter(prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=ReadingRoute)
READ: Final = problem_answers(401, 403, 404, 422)
ZIP: Final = "application/zip"
NUMBER: Final = cast("Any", col(TimelineEntry.number))


@router.get("/timeline", summary="What was done to a contract", response_model=TimelinePage, responses=READ)
async def get_timeline(
    request: Request, caller: Viewer, contract: SeenContract, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Who did what and when, old and new values, and the files with their hashes; the first thing first."""
    rows, cursor = await page(session, request, query, service.entries(contract.id), NUMBER)
    return listed([entry_out(row[0], caller.organisation_id) for row in rows], cursor)


@router.get(
    "/timeline.zip",
    summary="The timeline as evidence",
    response_class=StreamingResponse,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}, **READ},
)
async def get_timeline_archive(
    request: Request, caller: Viewer, contract: SeenContract, session: ReadDb
) -> StreamingResponse:
    """Everything in one file that a stranger checks with standard tools; the same bytes for each side.

    The timeline, the canonical JSON and the papers of every version, all signatures, their SHA-256 sums as
    `sha256sum -c` reads them, and how to check it.
    """
    record = await archive.record_of(session, contract)
    await release(request)
    database: Database = request.app.state.database
    headers = {
        "Content-Disposition": f'attachment; filename="{contract.id}-timeline.zip"',
        "Cache-Control": "private, no-store",
        "Vary": "Authorization",
    }
    return StreamingResponse(while_standing(request, caller, archive.pieces(database, record)), 200, headers, ZIP)
