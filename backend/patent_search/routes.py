"""Searching what is listed: the road that most requests take. It reads the index alone, never the database."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import unquote_plus

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from backend.core.http import problems
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.responses import plain
from backend.core.http.routing import Handler, ReadingRoute
from backend.core.http.search_answer import answer_search
from backend.core.search_indexing.answering import engine_of, refusing
from backend.core.settings import Settings
from backend.patent_search.errors import GradeUnknown
from backend.patent_search.index_fields import PATENTS, Facet
from backend.patent_search.responses import LISTS, facet_label
from backend.patent_search.schemas import (
    FILTERS,
    MANY_VALUED,
    FacetQuery,
    FacetValuesOut,
    SearchOut,
    SearchQuery,
    port_query,
)
from backend.patent_search.suggestions import suggesting_search
from backend.unanswered_searches.recorder import note_unanswered
from search.engine import FacetValue

PATH: Final = "/v1/patents/search"
EVERY_VALUE: Final = 1_000


router = APIRouter(prefix=PATH, tags=["search"], route_class=ReadingRoute)


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a query string; most need no unquoting, and a search has no time to lose."""
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if "%" in part or "+" in part:
            name, value = unquote_plus(name), unquote_plus(value)
        if part:
            yield name, value


def read_query(text: bytes) -> SearchQuery:
    """Return the query of a query string; raise RequestValidationError where it is malformed."""
    given: dict[str, Any] = {}
    for name, value in pairs(text.decode("latin-1")):
        if name in MANY_VALUED:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value if name not in given else [given[name], value]
    try:
        return SearchQuery.model_validate(given)
    except ValidationError as wrong:
        found = [{**error, "loc": ("query", *error["loc"])} for error in wrong.errors()]
        raise RequestValidationError(found) from None


async def search_patents(request: Request, query: Annotated[SearchQuery, Query()]) -> Response:
    """What is listed and fits, best first: words, phrases and numbers, narrowed by filters, counted by facets."""
    check_grades(query.grade, request.app.state.settings)
    return await answer_search(
        request,
        PATENTS,
        port_query(query),
        search=suggesting_search(request),
        cursor=query.cursor,
        after_event=query.after_event,
        label=facet_label,
        if_nothing=partial(_note_unanswered, request, query) if query.q and query.cursor is None else None,
    )


def _note_unanswered(request: Request, query: SearchQuery) -> None:
    note_unanswered(request, query.q, is_narrowed=not FILTERS.isdisjoint(query.model_fields_set))


@router.get(
    "/facets/{facet}", summary="Values of a facet", response_model=FacetValuesOut, responses=problem_answers(422)
)
async def facet_values(
    request: Request, facet: Annotated[Facet, Path(examples=["ipc_class"])], query: Annotated[FacetQuery, Query()]
) -> Response:
    """The values that contain `q`, in themselves or in their label, with their counts among what the filters leave."""
    state = request.app.state
    check_grades(query.grade, state.settings)
    language = language_of(request)
    wanted = query.q or ""
    labelled = facet in LISTS or facet.startswith("ipc_") or facet is Facet.OPEN_LICENCE
    asked, most = ("", EVERY_VALUE) if labelled and wanted else (wanted, query.limit)
    with refusing():
        values = await engine_of(request, PATENTS).facet_values(facet, asked, port_query(query), most)
    items = [_present(facet, value, language) for value in values]
    if labelled and wanted:
        folded = wanted.casefold()
        items = [i for i in items if folded in i["value"].casefold() or folded in i["label"].casefold()]
    return plain({"items": items[: query.limit]})


def _present(facet: Facet, value: FacetValue, language: str) -> dict[str, Any]:
    return {"value": value.value, "label": facet_label(facet, value.value, language), "count": value.count}


def check_grades(asked: list[str], settings: Settings) -> None:
    """Raise GradeUnknown where a grade is asked for that is not configured."""
    for grade in asked:
        if grade not in settings.grades:
            raise GradeUnknown(grades=", ".join(settings.grades))


async def answer(request: Request) -> Response:
    """Answer a search, or refuse it in the platform's form."""
    try:
        return await search_patents(request, read_query(request.scope["query_string"]))
    except Exception as error:  # noqa: BLE001 - whatever it was, it becomes one answer
        problem = problems.as_problem(error)
        return problems.respond(request, problem) if problem else problems.unexpected(request, error)


class SearchRoute(ReadingRoute):
    """The search's route: described like every other, its query read straight from the query string.

    Dependencies and exit stacks cost a search more than building its answer does.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.app = self.serve

    def get_route_handler(self) -> Handler:
        """Return the endpoint's handler."""
        return answer

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await answer(Request(scope, receive))
        await response(scope, receive, send)


router.add_api_route(
    "",
    search_patents,
    methods=["GET"],
    route_class_override=SearchRoute,
    summary="Search listed patents",
    response_model=SearchOut,
    responses=problem_answers(422),
)
