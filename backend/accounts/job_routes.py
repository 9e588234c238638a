"""Long work as its owner sees it."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import caller
from backend.accounts.caller import Caller
from backend.core.errors import NotFound
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import listed, one
from backend.core.http.routing import ReadingRoute
from backend.core.http.schemas import Moment, Out, Version
from backend.core.ids import id_pattern
from backend.core.jobs.records import Job, JobResult, WorkStatus

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=ReadingRoute)

JobId = Annotated[str, Path(pattern=id_pattern("job"), examples=["job_01h455vb4pex5vsknk084sn02q"])]
Asker = Annotated[Caller, Depends(caller(scope=("catalogue:read", "catalogue:write", "imports:write")))]


class Progress(Out):
    """How much of the work is done."""

    done: int
    total: int


class JobOut(Version):
    """A piece of long work."""

    id: str
    kind: str
    status: WorkStatus
    progress: Progress
    asked: dict[str, Any] = Field(description="What was asked for.")
    summary: dict[str, Any] | None = Field(description="What came of it, when it has ended.")
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class ResultOut(Out):
    """What came of one item."""

    number: int
    subject: str
    outcome: str
    detail: dict[str, Any] | None


class ResultsOut(Out):
    """One page of results."""

    items: list[ResultOut]
    next_cursor: str | None


class ResultsQuery(PageQuery):
    """Which results: with an outcome."""

    outcome: Annotated[str | None, Field(max_length=40)] = None


async def _own(session: AsyncSession, job_id: str, caller: Caller) -> Job:
    statement = sa.select(Job).where(col(Job.id) == job_id, col(Job.owner) == caller.organisation_id)
    found = (await session.scalars(statement)).first()
    if found is None:
        raise NotFound
    return found


@router.get("/{job_id}", summary="A job", response_model=JobOut, responses=problem_answers(401, 403, 404))
async def get_job(request: Request, job_id: JobId, caller: Asker, session: ReadDb) -> Response:
    """Long work of one's own organisation: its status, its progress, and in the end what came of it."""
    job = await _own(session, job_id, caller)
    changes = job.model_dump(exclude={"owner", "done", "total"})
    return one(request, JobOut(**changes, progress=Progress(done=job.done, total=job.total)), job.version)


@router.get(
    "/{job_id}/results", summary="A job's results", response_model=ResultsOut, responses=problem_answers(401, 403, 404)
)
async def get_results(
    request: Request, job_id: JobId, query: Annotated[ResultsQuery, Query()], caller: Asker, session: ReadDb
) -> Response:
    """What came of each item so far, in the order of the work."""
    job = await _own(session, job_id, caller)
    statement = sa.select(JobResult).where(col(JobResult.job_id) == job.id)
    if query.outcome is not None:
        statement = statement.where(col(JobResult.outcome) == query.outcome)
    rows, cursor = await page(session, request, query, statement, col(JobResult.number))
    return listed([ResultOut(**row[0].model_dump(exclude={"id", "job_id"})) for row in rows], cursor)
