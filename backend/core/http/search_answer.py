"""The answer of a search, whatever its index: a page with its cursor, and how far the index had come."""

from collections.abc import Awaitable, Callable
from typing import Final, Generic, Literal, TypeVar

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
    write_cursor,
)
from backend.core.search_indexing.answers import Label, write_answer
from search.engine import Meaning, Query
from search.index_spec import IndexSpec
from search.ranking.pages import Page, Place, engine_page

HEADERS: Final = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
Item = TypeVar("Item", bound=BaseModel)
Search = Callable[[Query, Place], Awaitable[Page]]
"""Gives the page of a query that begins at a place."""


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


class WordPartOut(Out):
    """A part of a long word that found little or nothing, by which it was sought as well, and how many it finds."""

    word: str
    text: str
    total: int


class SuggestionOut(Out):
    """What else may have been meant, which finds something: a name to filter by, other words, a part of the query."""

    kind: Literal["holder", "applicant", "inventor", "spelling", "pinyin", "part"]
    text: str
    total: int = Field(description="How many it finds: of a name, all that bear it; of words, under the same filters.")
    filter: str | None = Field(description="The filter that asks for it; null where `text` is to be sought instead.")
    value: str | None = Field(description="The filter's value.")


class UnderstoodOut(Out):
    """How the query was read."""

    words: list[str]
    phrases: list[str]
    numbers: list[str]
    classes: list[str]
    synonyms: dict[str, list[str]]
    dropped: list[str]
    excluded: list[str]
    parts: list[WordPartOut]
    strictest: StrictestOut | None
    meaning: Meaning = Field(description="Whether the query's meaning had a part in the answer, or words alone.")
    by_meaning: int = Field(description="How many of `total` the words do not find, only the meaning.")
    suggestions: list[SuggestionOut]


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
    query: Query,
    *,
    search: Search | None = None,
    cursor: str | None,
    after_event: str | None,
    label: Label,
    if_nothing: Callable[[], None] | None = None,
) -> Response:
    """Return a page of what the index finds, in the engine's order or as `search` gives it.

    `if_nothing` is called where nothing is found, for sure and with all that was waited for.
    Raises InvalidCursor, EventUnknown, SearchTooLong and SearchAway.
    """
    key = request.app.state.settings.key("cursor")
    purpose = question(request.scope["query_string"], index.name)
    place, generation = read_cursor(key, purpose, cursor)
    behind = after_event is not None and not await reached(request, index, after_event)
    with refusing():
        page = await (engine_page(engine_of(request, index), query, place) if search is None else search(query, place))
    found = page.answer
    if if_nothing is not None and not found.total and found.total_is_exact and not behind:
        if_nothing()
    content = write_answer(
        found,
        label=label,
        language=language_of(request),
        next_cursor=None if page.next is None else write_cursor(key, purpose, page.next, found.generation),
        shifted=generation not in (None, found.generation),
        behind=behind,
        position=position_token(key, found.position),
    )
    return Response(content, 200, HEADERS, JSON)
