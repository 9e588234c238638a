"""Searching the needs that everybody may see; it reads the index alone, never the database."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from backend.core.http.openapi import problem_answers
from backend.core.http.routing import ReadingRoute
from backend.core.http.search_answer import answer_search
from backend.needs.search.index_fields import NEEDS, NeedFacet
from backend.needs.search.schemas import NeedSearchOut, NeedSearchQuery
from backend.reference.ipc import ipc_label
from backend.reference.lists import label

LISTS: Final = {
    NeedFacet.CLUSTER: "clusters",
    NeedFacet.REGION: "regions",
    NeedFacet.DEAL_TYPE: "deal-types",
    NeedFacet.TECHNOLOGY_FIELD: "technology-fields",
    NeedFacet.STAGE: "stages",
}
LANGUAGES: Final = {("zh", "zh"): "中文", ("en", "zh"): "英文", ("zh", "en"): "Chinese", ("en", "en"): "English"}

router = APIRouter(prefix="/v1/needs/search", tags=["needs"], route_class=ReadingRoute)


def facet_label(facet: str, value: str, language: str) -> str:
    """Return the label of a facet's value in `language`."""
    if facet in (NeedFacet.IPC_CLASS, NeedFacet.IPC_SUBCLASS):
        return ipc_label(value, language)
    if facet == NeedFacet.LANGUAGE:
        return LANGUAGES.get((value, language), value)
    return label(LISTS[NeedFacet(facet)], value, language)


@router.get("", summary="Search needs", response_model=NeedSearchOut, responses=problem_answers(422))
async def search_needs(request: Request, query: Annotated[NeedSearchQuery, Query()]) -> Response:
    """Published needs that fit, best first; of confidential ones the abstract that the asker wrote, if there is one.

    A secret budget is in no filter and no order.
    """
    return await answer_search(
        request, NEEDS, query.asked(), cursor=query.cursor, after_event=query.after_event, label=facet_label
    )
