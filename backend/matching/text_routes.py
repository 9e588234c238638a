"""The addresses that compare a text, or a patent, with all listings, for whoever asks."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import ReadDb, WritingRoute
from backend.core.http.responses import plain
from backend.matching.access import Counted, Limited
from backend.matching.comparisons.listings_for_text import preview, similar
from backend.matching.process_memory import memory_of
from backend.matching.schemas import FoundAlikeOut, PreviewIn, SimilarQuery
from backend.patents.access import SeenPatent

router = APIRouter(prefix="/v1", tags=["matches"], route_class=WritingRoute)


@router.post(
    "/matches/preview",
    summary="Listings for a text",
    response_model=FoundAlikeOut,
    responses=problem_answers(422, 429, 503),
    dependencies=[Limited],
)
async def preview_matches(request: Request, body: PreviewIn, session: ReadDb) -> Response:
    """The listings that come closest to any text, in Chinese or English, each with the words that met.

    Nothing is kept, and no account is needed; how many texts one address may have compared in a minute is limited.
    """
    return plain({"items": await preview(session, await memory_of(request), body)})


@router.get(
    "/patents/{patent_id}/similar",
    summary="Patents like one",
    response_model=FoundAlikeOut,
    responses=problem_answers(401, 404, 422, 429, 503),
    dependencies=[Counted],
)
async def similar_patents(
    request: Request, whole: SeenPatent, query: Annotated[SimilarQuery, Query()], session: ReadDb
) -> Response:
    """The listed patents that come closest to a patent by words and classes."""
    return plain({"items": await similar(session, await memory_of(request), whole.patent, query.limit)})
