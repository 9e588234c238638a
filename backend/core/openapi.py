"""The API's own description: problem answers of each operation, and the document as it is committed."""

from typing import Any, Final

from fastapi import FastAPI

from backend.core.problems import MEDIA_TYPE

TITLES: Final = {
    400: "Not a token request (RFC 6749)",
    401: "Not signed in",
    403: "May see it, may not do it",
    404: "No such thing, or it may not be seen",
    406: "No acceptable form",
    409: "Wrong moment or conflicting right",
    412: "Changed since it was read",
    413: "Too large",
    415: "Unsupported media type",
    422: "Malformed",
    428: "If-Match is required",
    429: "Too many requests",
    503: "A part is away for the moment",
}
PROBLEM_REF: Final = {"$ref": "#/components/schemas/Problem"}
REASON: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {name: {"type": "string"} for name in ("code", "detail", "rule", "cure", "since")},
}
FIELD: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
}
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457). `code` is stable; texts follow Accept-Language.",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "rule": {"type": "string", "description": "The legal source."},
        "cure": {"type": "string", "description": "What would lift it."},
        "error": {"type": "string", "description": "RFC 6749's error, at /v1/oauth/* only."},
        "errors": {"type": "array", "items": FIELD},
        "reasons": {"type": "array", "items": REASON},
    },
}


def problem_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Give the `responses=` of an operation that may refuse with these statuses (422, 429 and 503 always may)."""
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}}}
        for status in sorted({*statuses, 422, 429, 503})
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the OpenAPI document of the app: stable, with the problem schema and the ways to sign in."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = PROBLEM
        app.openapi_schema = document
    return app.openapi_schema
