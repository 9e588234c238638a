"""The addresses of samples."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from backend.accounts.access import Editor
from backend.core.clock import Now
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import plain
from backend.core.http.routing import ReadingRoute
from backend.core.http.schemas import Body, Out
from backend.core.ids import new_id
from backend.core.search_indexing.answering import engine_of, refusing
from search import engine as port
from tests.sample_domain.events import SampleMade, SampleRemoved
from tests.sample_domain.search_index import SAMPLES

router = APIRouter(prefix="/v1/samples", tags=["samples"], route_class=WritingRoute)
search_router = APIRouter(prefix="/v1/samples", tags=["samples"], route_class=ReadingRoute)


Order = Literal["grams", "-grams", "made_at", "-made_at"]


class SampleIn(Body):
    name: Annotated[str, Field(max_length=100)]
    colour: Annotated[str, Field(max_length=20)] = "white"
    grams: int | None = None


class SampleOut(Out):
    id: str


class SamplesOut(Out):
    items: list[dict[str, Any]]
    total: int
    colours: dict[str, int]


@router.post("", summary="Make a sample", response_model=SampleOut, responses=problem_answers(401, 403))
async def make_sample(body: SampleIn, caller: Editor, session: Db, now: Now) -> Response:
    """Makes a sample, of which the organisation's members are told."""
    made = new_id("smp")
    await append(session, DomainEvent(SampleMade(**body.model_dump()), made, [caller.organisation_id]), now)
    return plain({"id": made})


@router.post("/{sample_id}/removal", summary="Remove a sample", responses=problem_answers(401, 403))
async def remove_sample(sample_id: str, caller: Editor, session: Db, now: Now) -> Response:
    """Removes a sample."""
    await append(session, DomainEvent(SampleRemoved(), sample_id, [caller.organisation_id]), now)
    return plain({"id": sample_id})


@search_router.get("", summary="Search samples", response_model=SamplesOut, responses=problem_answers(422, 503))
async def search_samples(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    colour: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI makes a fresh one
    grams_max: int | None = None,
    sort: Order | None = None,
) -> Response:
    """Finds samples by their name, colour and weight."""
    filters = {"colour": colour, "grams_max": grams_max}
    asked = port.Query(text=q, filters=filters, sort=sort, facets=("colour",))
    with refusing():
        found = await engine_of(request, SAMPLES).search(asked)
    items = [{**orjson.loads(hit.served), "highlights": hit.highlights} for hit in found.hits]
    colours = {counted.value: counted.count for counted in found.facets["colour"]}
    return plain({"items": items, "total": found.total, "colours": colours})
