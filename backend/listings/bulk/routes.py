"""The addresses of work on many listings at once."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from backend.accounts.access import Editor
from backend.accounts.job_routes import JobOut, Progress
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import accepted, changed
from backend.core.ids import id_pattern
from backend.core.jobs.records import Job
from backend.core.settings import Settings
from backend.listings.bulk import service as bulk
from backend.listings.bulk.schemas import BulkIn

router = APIRouter(prefix="/v1", route_class=WritingRoute)
JobId = Annotated[str, Path(pattern=id_pattern("job"), examples=["job_01h455vb4pex5vsknk084sn02q"])]


def _present(job: Job) -> JobOut:
    changes = job.model_dump(exclude={"owner", "done", "total"})
    return JobOut(**changes, progress=Progress(done=job.done, total=job.total))


@router.post("/listings/bulk", tags=["listings"], summary="One action for many listings", status_code=202,
             response_model=JobOut, responses=problem_answers(401, 403, 422))  # fmt: skip
async def ask_for_bulk(request: Request, caller: Editor, body: BulkIn, session: Db, now: Now, today: Today) -> Response:
    """A job that does it for each of them, with a result per listing at /v1/jobs/{id}/results.

    Who may do what, and what bars it, is as for a single listing; one that is refused keeps no other from being done.
    """
    settings: Settings = request.app.state.settings
    months = settings.assessment_interval_months
    job = await bulk.ask(session, caller, body, today=today, now=now, interval_months=months)
    return accepted(_present(job), f"/v1/jobs/{job.id}")


@router.post("/jobs/{job_id}/cancellation", tags=["jobs"], summary="Cancel bulk work", response_model=JobOut,
             responses=problem_answers(401, 403, 404, 409))  # fmt: skip
async def cancel_bulk(job_id: JobId, caller: Editor, session: Db, now: Now) -> Response:
    """The job, ended where it stands; what is done stays done."""
    job = await bulk.cancel(session, caller, job_id, now)
    return changed(_present(job), job.version)
