"""The code lists, public: an index of them, and each list's codes with labels."""

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from backend.core.errors import InvalidCursor, NotFound, Text
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, question
from backend.core.http.problems import language_of
from backend.core.http.responses import one
from backend.core.http.routing import ReadingRoute
from backend.core.security.tokens import sign, unsign
from backend.core.settings import Settings
from backend.core.workdays import after_working_days
from backend.reference.lists import CodeList, Entry, lists
from backend.reference.schemas import CodeQuery, CodesOut, ListsOut, WorkingDayOut, WorkingDayQuery

router = APIRouter(prefix="/v1/reference", tags=["reference"], route_class=ReadingRoute)

VERSION: Final = 1


class UnknownList(NotFound):
    """There is no code list of this name; `GET /v1/reference` names those there are."""

    code = "unknown_list"
    title = Text("没有这个代码表", "There is no such list")
    cure = Text("请用 GET /v1/reference 查看现有代码表。", "See GET /v1/reference for the lists there are.")


@router.get("", summary="List the code lists", response_model=ListsOut, responses=problem_answers())
async def reference_lists(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
    """Every list of codes the platform uses, with its edition and source."""
    language = language_of(request)
    names, next_cursor = _page(request, query, list(lists()))
    items = [_about(lists()[name], language, len(_entries(request, lists()[name]))) for name in names]
    return one(request, {"items": items, "next_cursor": next_cursor}, VERSION)


@router.get("/working-days", summary="Count working days", response_model=WorkingDayOut, responses=problem_answers())
async def working_days(request: Request, query: Annotated[WorkingDayQuery, Query()]) -> Response:
    """The last of so many working days after a day, by the calendar of mainland China with its moved working days.

    For a year whose calendar is not announced yet, Monday to Friday count and the answer is provisional.
    """
    found = after_working_days(query.from_, query.count)
    return one(request, WorkingDayOut(day=found.day, provisional=found.provisional), VERSION)


@router.get("/{list}", summary="Codes and labels of one list", response_model=CodesOut, responses=problem_answers(404))
async def reference_list(
    request: Request,
    name: Annotated[str, Path(alias="list", description="The list's name.", examples=["deal-types"])],
    query: Annotated[CodeQuery, Query()],
) -> Response:
    """The codes of one list with their labels in Chinese and English, in the list's own order."""
    chosen = lists().get(name)
    if chosen is None:
        raise UnknownList
    language = language_of(request)
    entries = _entries(request, chosen)
    found = {entry.code: entry for entry in entries if _fits(entry, query)}
    codes, next_cursor = _page(request, query, list(found))
    body = _about(chosen, language, len(entries)) | {
        "items": [_present(found[code], language) for code in codes],
        "next_cursor": next_cursor,
    }
    return one(request, body, VERSION)


def _entries(request: Request, of: CodeList) -> list[Entry]:
    if of.name != "grades":
        return list(of.entries.values())
    settings: Settings = request.app.state.settings
    return [of.entries.get(grade) or Entry(grade, grade, grade) for grade in settings.grades]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _fits(entry: Entry, query: CodeQuery) -> bool:
    if query.prefix is not None and not entry.code.casefold().startswith(_plain(query.prefix)):
        return False
    if query.q is None:
        return True
    words = _plain(query.q).split()
    text = _plain(f"{entry.code} {entry.label_zh} {entry.label_en}")
    return all(word in text for word in words)


def _page(request: Request, query: PageQuery, codes: Sequence[str]) -> tuple[Sequence[str], str | None]:
    settings: Settings = request.app.state.settings
    key, purpose = settings.key("cursor"), question(request, query)
    start = 0
    if query.cursor is not None:
        after = unsign(key, purpose, query.cursor)
        if after not in codes:
            raise InvalidCursor
        start = codes.index(after) + 1
    page = codes[start : start + query.limit]
    more = start + query.limit < len(codes)
    return page, sign(key, purpose, page[-1]) if more else None


def _about(of: CodeList, language: str, count: int) -> dict[str, Any]:
    return {
        "list": of.name,
        "title": of.title_en if language == "en" else of.title_zh,
        "title_zh": of.title_zh,
        "title_en": of.title_en,
        "edition": of.edition,
        "source": of.source,
        "confirmed": of.confirmed,
        "count": count,
    }


def _present(entry: Entry, language: str) -> dict[str, Any]:
    shown = {
        "code": entry.code,
        "label": entry.label(language),
        "label_zh": entry.label_zh,
        "label_en": entry.label_en,
    }
    return shown | {k: v == "yes" if k == "confirmed" else v for k, v in entry.more.items()}
