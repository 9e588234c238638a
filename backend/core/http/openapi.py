"""The API's own description: problem answers of each operation, and the document as it is committed."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from backend.core.errors import every_problem
from backend.core.http.problems import MEDIA_TYPE

TITLES: Final = {
    400: "Not a token request (RFC 6749)",
    401: "Not signed in",
    403: "May see it, may not do it",
    404: "No such thing, or it may not be seen",
    406: "No acceptable form",
    408: "The body came too slowly",
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
PARAMS: Final[dict[str, Any]] = {"type": "object", "additionalProperties": {"type": "string"}}
REASON: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {name: {"type": "string"} for name in ("code", "detail", "rule", "cure", "since")}
    | {"params": PARAMS | {"description": "What it is about: ids, codes and their titles."}},
}
CONSENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["reason", "act", "party_id", "party_name", "terms_hash"],
    "properties": {
        "reason": {"type": "string", "description": "The code of the reason that it would lift."},
        "act": {"type": "string", "description": "To which act it is."},
        "party_id": {"type": "string", "description": "Whose it is."},
        **{name: {"type": ["string", "null"]} for name in ("party_name", "terms_hash")},
    },
}
FIELD: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")}
    | {"params": PARAMS | {"description": "What `detail` names, such as the earliest day that would do."}},
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
        "terms": {"type": "object", "description": "The exact terms that others have to consent to."},
        "consents": {"type": "array", "items": CONSENT, "description": "Whose consent to what is missing."},
    },
}


def problem_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses=` of an operation that may refuse with these statuses (422, 429 and 503 always may)."""
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}}}
        for status in sorted({*statuses, 422, 429, 503})
    }


def operation_id(route: APIRoute) -> str:
    """Return the operation's id: the name of its function, which no other operation has."""
    return route.name


IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this request for 24 hours: sent again with the same body, it is answered as it was.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
}
HEADERS: Final[dict[str, tuple[str, str]]] = {
    "201": ("Location", "Where the new thing is."),
    "202": ("Location", "Where the progress shows."),
    "308": ("Location", "Where the thing is now."),
    "401": ("WWW-Authenticate", "How to sign in (RFC 6750)."),
    "429": ("Retry-After", "Seconds until the next try."),
    "503": ("Retry-After", "Seconds until the next try."),
}
EVENT_ID: Final = {
    "description": "What a search's `after_event` waits for; absent where nothing changed.",
    "schema": {"type": "string"},
}
OAUTH: Final = "/v1/oauth/"  # where RFC 6749 has the word: no idempotency keys, and its own kind of 401


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Say of an operation what holds of all of its kind."""
    answers = operation["responses"]
    writes = method != "get" and not path.startswith(OAUTH)
    takes_a_key = writes and method == "post"
    if takes_a_key:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    conditions = (
        (401, writes),
        (409, takes_a_key),
        (408, "requestBody" in operation),
        (413, "requestBody" in operation),
    )
    common = {status for status, holds in conditions if holds}
    for status, answer in problem_answers(*common).items():
        answers.setdefault(str(status), answer)
    operation["responses"] = answers = dict(sorted(answers.items()))
    for status, answer in answers.items():
        if status in HEADERS:
            name, meaning = HEADERS[status]
            answer.setdefault("headers", {})[name] = {"description": meaning, "schema": {"type": "string"}}
        if writes and status.startswith("2"):
            answer.setdefault("headers", {})["Event-Id"] = EVENT_ID
    if "401" in answers and "security" not in operation and not path.startswith(OAUTH):
        operation["security"] = [{}, {"bearer": []}]  # public, and shows more to those who sign in


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the app: stable, with the problem schema and the ways to sign in."""
    document = FastAPI.openapi(app)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    components["parameters"] = {"IdempotencyKey": IDEMPOTENCY_KEY}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return document


def problem_table() -> str:
    """Return the Markdown table of every refusal that is declared in the modules imported so far."""
    lines = [
        "# Problem codes",
        "",
        "Made by `patentmart export-problems` from the error tree; `/problems/{code}` explains each at length.",
        "",
        "| code | status | title | 标题 | what lifts it |",
        "|---|---|---|---|---|",
    ]
    for code, problem in sorted({p.code: p for p in every_problem()}.items()):
        cure = problem.cure.en if problem.cure else ""
        cells = (f"`{code}`", str(problem.status), problem.title.en, problem.title.zh, cure)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
