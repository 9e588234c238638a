"""Extracts of the register about a patent, by which it is known that nothing more burdens it."""

from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.appraisal.access import AppraisedByHolder, ReadExtract
from backend.appraisal.extracts import service
from backend.appraisal.extracts.schemas import ExtractIn, ExtractOut, ExtractsOut, ExtractsQuery
from backend.appraisal.models import RegisterExtract
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import created, listed
from backend.files.service import attached
from backend.patents.access import MOVED

router = APIRouter(prefix="/v1/patents/{patent_id}/register-extracts", tags=["appraisal"], route_class=WritingRoute)
KEYS: Final[tuple[Any, ...]] = (col(RegisterExtract.recorded_at), col(RegisterExtract.id))
FIRST: Final = 1


@router.post("", summary="Record an extract of the register", status_code=201, response_model=ExtractOut,
             responses=MOVED | problem_answers(401, 403, 404, 422))  # fmt: skip
async def record_register_extract(held: ReadExtract, body: ExtractIn, session: Db, now: Now) -> Response:
    """That an office has read the register: what it says of pledges, licences and the like is on record here.

    Only so is it known that there is none. Where something is ended, corrected or taken back later, and after some
    time (`REGISTER_EXTRACT_VALID_DAYS`), it is unknown again.
    """
    extract = await service.record(session, held, body, now)
    files = (await attached(session, service.EVIDENCE, [extract.id])).get(extract.id, [])
    out = service.extract_out(extract, files)
    return created(out, FIRST, f"/v1/patents/{extract.patent_id}/register-extracts")


@router.get("", summary="Extracts of the register", response_model=ExtractsOut,
            responses=MOVED | problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_register_extracts(
    request: Request, whole: AppraisedByHolder, query: Annotated[ExtractsQuery, Query()], session: ReadDb
) -> Response:
    """When an office read the register, and what about; for holders and offices, the newest first."""
    statement = sa.select(RegisterExtract).where(col(RegisterExtract.patent_id) == whole.patent.id)
    rows, cursor = await page(session, request, query, statement, *KEYS, descending=True)
    files = await attached(session, service.EVIDENCE, [row[0].id for row in rows])
    return listed([service.extract_out(row[0], files.get(row[0].id, [])) for row in rows], cursor)
