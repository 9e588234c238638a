"""Ready answers: the bytes are made once, and the ETag is of those bytes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

from backend.core.http.preconditions import etag, none_match

VARY: Final = "Accept-Language, Authorization"
JSON: Final = "application/json"


def to_json(value: BaseModel | Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return the JSON bytes of a model or a plain value."""
    return value.__pydantic_serializer__.to_json(value) if isinstance(value, BaseModel) else orjson.dumps(value)


def one(request: Request, thing: BaseModel | Mapping[str, Any], version: int) -> Response:
    """Answer a GET of one thing: its ETag, or 304 where the caller has these very bytes."""
    content = to_json(thing)
    tag = etag(version, content)
    headers = {"ETag": tag, "Vary": VARY}
    if none_match(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    return Response(content, 200, headers, JSON)


def changed(thing: BaseModel | Mapping[str, Any], version: int) -> Response:
    """Answer a change or an action: the thing in its new state, with its new ETag."""
    content = to_json(thing)
    return Response(content, 200, {"ETag": etag(version, content), "Vary": VARY}, JSON)


def created(thing: BaseModel | Mapping[str, Any], version: int, location: str) -> Response:
    """Answer a creation: 201, where it is, and the thing."""
    content = to_json(thing)
    return Response(content, 201, {"ETag": etag(version, content), "Location": location, "Vary": VARY}, JSON)


def accepted(thing: BaseModel | Mapping[str, Any], location: str) -> Response:
    """Answer the start of long work: 202, and where its progress shows."""
    return Response(to_json(thing), 202, {"Location": location, "Vary": VARY}, JSON)


def plain(thing: BaseModel | Mapping[str, Any]) -> Response:
    """Answer with a value that has no version."""
    return Response(to_json(thing), 200, {"Vary": VARY}, JSON)


def listed(items: Sequence[BaseModel | Mapping[str, Any]], next_cursor: str | None) -> Response:
    """Answer one page of a list."""
    parts = b",".join(to_json(item) for item in items)
    body = b'{"items":[' + parts + b'],"next_cursor":' + orjson.dumps(next_cursor) + b"}"
    return Response(body, 200, {"Vary": VARY}, JSON)
