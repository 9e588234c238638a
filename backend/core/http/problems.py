"""Renders every refusal as an RFC 9457 problem document, in the caller's language."""

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import psycopg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match

from backend.core import errors
from backend.core.errors import FieldError, Problem, Text
from backend.core.http.body_limits import BodyRefused

MEDIA_TYPE: Final = "application/problem+json"
METHODS: Final = [(m, m) for m in ("GET", "POST", "PUT", "PATCH", "DELETE")] + [("HEAD", "GET")]  # as the front has it
log = structlog.get_logger()


class ChangedMeanwhile(errors.Conflict):
    """Another request changed the same thing at the same moment, and the database let only one of them through."""

    code = "changed_meanwhile"
    title = Text("与同时进行的另一操作冲突", "Another request changed this at the same moment")
    cure = Text("请重新读取后重试。", "Read it again and retry.")


class UnknownParameter(errors.Malformed):
    """A query parameter that the operation does not know; a misspelt filter must not look like no filter."""

    code = "unknown_parameter"
    title = Text("未知的查询参数", "Unknown query parameter")
    cure = Text("请按 /docs 核对参数名称。", "Check the names at /docs.")


def language_of(request: Request) -> str:
    """Return `zh` or `en`, whichever the request's Accept-Language weighs higher; zh where it says neither."""
    said = request.headers.get("accept-language")
    if not said:
        return "zh"
    best, language = 0.0, "zh"
    for part in said[:200].split(","):
        tag, _, weight = part.replace(" ", "").partition(";q=")
        code = tag.split("-")[0].lower()
        if code not in ("zh", "en"):
            continue
        try:
            quality = float(weight or 1)
        except ValueError:
            quality = 0.0
        if quality > best:
            best, language = quality, code
    return language


def respond(request: Request, problem: Problem) -> Response:
    """Return the problem document for this request."""
    language = language_of(request)
    base = request.app.state.settings.patentmart_public_url.rstrip("/")
    document = problem.document(language, base, str(problem.facts.get("instance") or request.url.path))
    request.scope["problem_code"] = problem.code
    headers = {"Content-Language": language, "Vary": "Accept-Language", **problem.headers}
    return Response(orjson.dumps(document), problem.status, headers, MEDIA_TYPE)


def _is_away(error: BaseException) -> bool:
    raw = error.orig if isinstance(error, OperationalError) else error
    if isinstance(raw, sqlite3.OperationalError):  # SQLite calls a wrong statement so too
        return getattr(raw, "sqlite_errorname", None) != "SQLITE_ERROR"
    return isinstance(raw, psycopg.OperationalError | PoolTimeout)


def unexpected(request: Request, error: BaseException) -> Response:
    """Return a 500 problem whose instance finds the error in the log, and nothing of its text."""
    if isinstance(error, IntegrityError | sqlite3.IntegrityError | psycopg.IntegrityError):
        return respond(request, ChangedMeanwhile())
    if _is_away(error):
        log.warning("database_busy", error=type(error).__name__)
        return respond(request, errors.Unavailable())
    number = f"urn:patentmart:error:{secrets.token_hex(8)}"
    log.error("unexpected", instance=number, exc_info=error)
    return respond(request, errors.Internal(instance=number))


SENTENCES: Final[Mapping[str, Text]] = {
    "missing": Text("必须填写。", "This is required."),
    "extra_forbidden": Text("没有这个字段。", "There is no such field."),
    "json_invalid": Text("不是有效的 JSON。", "This is not valid JSON."),
    "string_too_short": Text("太短。", "This is too short."),
    "string_too_long": Text("太长。", "This is too long."),
    "control_character": Text("不允许控制字符。", "Control characters are not allowed."),
    "turning_character": Text(
        "不允许改变文字方向的控制字符。", "Characters that turn the direction of text are not allowed."
    ),
    "invisible_character": Text("不允许不可见的字符。", "Invisible characters are not allowed; remove them."),
    "enum": Text("不在允许的取值之内。", "This is not one of the allowed values."),
    "literal_error": Text("不在允许的取值之内。", "This is not one of the allowed values."),
}


def _sayable(text: str) -> str:
    """Return the text without lone surrogates, which JSON can bring in and UTF-8 cannot carry out."""
    return text.encode("utf-8", "replace").decode()


def _pointer(place: Sequence[Any]) -> str:
    kind, *rest = place or ("body",)
    path = _sayable("/".join(str(part).replace("~", "~0").replace("/", "~1") for part in rest))
    return f"/{path}" if kind == "body" and path else "" if kind == "body" else f"{kind}:{path}"


def field_errors(found: Sequence[Any]) -> list[FieldError]:
    """Return our form of pydantic's errors."""
    given = []
    for error in found[:100]:
        said = _sayable(str(error["msg"])).removeprefix("Value error, ")
        text = SENTENCES.get(error["type"])
        detail = Text(text.zh, text.en + " ({said})") if text else Text("格式或取值不正确：{said}", "{said}.")
        given.append(FieldError(_pointer(error["loc"]), str(error["type"]), detail, {"said": said}))
    return given


def malformed(error: RequestValidationError) -> Problem:
    """Return the problem for what FastAPI found wrong with a request."""
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return errors.BadJson(errors=field_errors(found))
    if isinstance(error.body, bytes):  # FastAPI leaves a body unread that does not call itself JSON
        return errors.UnsupportedMedia()
    if found and all(e["type"] == "extra_forbidden" and e["loc"][0] == "query" for e in found):
        return UnknownParameter(errors=field_errors(found))
    return errors.Malformed(errors=field_errors(found))


BY_STATUS: Final[Mapping[int, type[Problem]]] = {
    401: errors.NotSignedIn,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    406: errors.NotAcceptable,
    415: errors.UnsupportedMedia,
}


def as_problem(error: Exception) -> Problem | None:
    """Return the problem that an expected exception stands for, or None where it was not expected."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return malformed(error)
    if isinstance(error, BodyRefused):
        return error.problem
    if isinstance(error, HTTPException):
        if error.status_code == 400:  # noqa: PLR2004 - Starlette's answer to a form or JSON it cannot read
            return errors.Malformed(
                errors=[FieldError("", "unreadable_body", Text("正文无法读取。", "The body cannot be read."))]
            )
        kind = BY_STATUS.get(error.status_code)
        return kind(headers=dict(error.headers or {})) if kind else None
    return None


def _methods_of(request: Request) -> list[str]:
    """Return the methods that the address takes; Starlette names only those of the first route that fits."""
    place = {"type": "http", "path": request.scope["path"], "root_path": "", "headers": []}
    return [
        method
        for method, asked in METHODS
        if any(route.matches({**place, "method": asked})[0] is Match.FULL for route in request.app.router.routes)
    ]


def install(app: FastAPI) -> None:
    """Have every refusal and every unexpected error of the app rendered here."""

    async def expected(request: Request, error: Exception) -> Response:
        problem = as_problem(error)
        if isinstance(problem, errors.MethodNotAllowed):
            problem = errors.MethodNotAllowed(headers={"Allow": ", ".join(_methods_of(request))})
        return respond(request, problem) if problem else unexpected(request, error)

    for kind in (Problem, RequestValidationError, HTTPException, IntegrityError, OperationalError):
        app.add_exception_handler(kind, expected)
