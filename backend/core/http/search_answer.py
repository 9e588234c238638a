"""The answer of a search, whatever its index: a page with its cursor, and how far the index had come."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, Field

from backend.core.http.problems import language_of
from backend.core.http.responses import JSON
from backend.core.http.schemas import Out
from backend.core.search_indexing.answering import (
    engine_of,
    position_token,
    question,
    reached,
    read_cursor,
    refusing,
)
from backend.core.search_indexing.answers import Label, write_answer
from backend.core.security.tokens import sign
from search.engine import Query
from search.index_spec import IndexSpec

HEADERS: Final = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
Item = TypeVar("Item", bound=BaseModel)


class FacetValueOut(Out):
    """A value of a facet, and how many of the found things carry it."""

    value: str
    label: str
    count: int


class StrictestOut(Out):
    """The word or filter that left nothing to find, and how many there would be without it."""

    what: str
    value: str
    total_without: int


class UnderstoodOut(Out):
    """How the query was read."""

    words: list[str]
    phrases: list[str]
    numbers: list[str]
    classes: list[str]
    synonyms: dict[str, list[str]]
    dropped: list[str]
    strictest: StrictestOut | None


class SearchAnswer(Out, Generic[Item]):
    """What was found."""

    items: list[Item]
    total: int
    total_is_exact: bool
    facets: dict[str, list[FacetValueOut]]
    next_cursor: str | None
    shifted: bool = Field(description="The index was rebuilt or changed under the cursor; pages may overlap.")
    position: str = Field(description="How far into the stream of events the index had been fed; opaque.")
    behind: bool = Field(description="`after_event` was not reached in time.")
    query: UnderstoodOut


async def answer_search(
    request: Request,
    index: IndexSpec,
    query_at: Callable[[int], Query],
    *,
    cursor: str | None,
    after_event: str | None,
    label: Label,
    if_nothing: Callable[[], None] | None = None,
) -> Response:
    """Return a page of what the index finds; `query_at` makes the question from the page's offset.

    `if_nothing` is called where nothing is found, for sure and with all that was waited for.
    Raises InvalidCursor, EventUnknown, SearchTooLong and SearchAway.
    """
    key = request.app.state.settings.key("cursor")
    purpose = question(request.scope["query_string"], index.name)
    offset, generation = read_cursor(key, purpose, cursor)
    behind = after_event is not None and not await reached(request, index, after_event)
    with refusing():
        found = await engine_of(request, index).search(query_at(offset))
    if if_nothing is not None and not found.total and found.total_is_exact and not behind:
        if_nothing()
    end = offset + len(found.hits)
    more = end < found.total and found.hits
    content = write_answer(
        found,
        label=label,
        language=language_of(request),
        next_cursor=sign(key, purpose, [end, found.generation]) if more else None,
        shifted=generation not in (None, found.generation),
        behind=behind,
        position=position_token(key, found.position),
    )
    return Response(content, 200, HEADERS, JSON)
