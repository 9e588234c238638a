"""The address of samples."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from backend.accounts.access import Editor
from backend.core.clock import Now
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import plain
from backend.core.http.schemas import Body, Out
from backend.core.ids import new_id
from tests.sample_domain.events import SampleMade

router = APIRouter(prefix="/v1/samples", tags=["samples"], route_class=WritingRoute)


class SampleIn(Body):
    name: Annotated[str, Field(max_length=100)]


class SampleOut(Out):
    id: str


@router.post("", summary="Make a sample", response_model=SampleOut, responses=problem_answers(401, 403))
async def make_sample(body: SampleIn, caller: Editor, session: Db, now: Now) -> Response:
    """Makes a sample, of which the organisation's members are told."""
    made = new_id("smp")
    await append(session, DomainEvent(SampleMade(name=body.name), made, [caller.organisation_id]), now)
    return plain({"id": made})
