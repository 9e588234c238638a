"""What two answers to questions about a hidden thing and about one that does not exist must not differ in."""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import httpx
from fastapi import FastAPI

from tests.scenarios.world_of_pairs import ID, Things

TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+\d\d:\d\d)")
HASH: Final = re.compile(r'^"((?:\d+\.)?)[0-9a-f]+"$')
SPEED: Final = re.compile(r'"(per_second|seconds_left)":[^,}]+')
DIGEST: Final = re.compile(r'"(sha256|terms_hash)":"[0-9a-f]{64}"')
CURSOR: Final = re.compile(r'"next_cursor":"[^"]+"')
OF_EACH_ANSWER: Final = {
    "x-request-id",
    "date",
    "last-modified",
    "content-length",
    "event-id",
}  # the body itself is compared
PATIENCE: Final = 400  # looks, a twentieth of a second apart
NAMES_A_THING: Final = re.compile(
    r"(^|_)(ids?|numbers?|files?|sha256|holder|hash|part(y|ies)|subject|through|grantors|licence|carves_out|replaces|q|words)$"
)


def alike(answer: httpx.Response, asked: Things) -> dict[str, Any]:
    """Return an answer without what is its own: what was asked for, fresh ids, moments."""
    headers = {name: HASH.sub(r'"\1"', value) for name, value in answer.headers.items() if name not in OF_EACH_ANSWER}
    return {
        "status": answer.status_code,
        "headers": {name: _without(value, asked) for name, value in headers.items()},
        "body": _without(_text(answer.content), asked),
    }


def _text(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(f"{name}: {book.read(name).decode('utf-8', 'replace')}" for name in sorted(book.namelist()))


def _without(text: str, asked: Things) -> str:
    for name, value in sorted(asked.items(), key=lambda item: -len(item[1])):
        for spelt in (value, value.replace(".", "")):
            text = text.replace(spelt, f"<{name}>") if len(spelt) > 10 else text
    text = SPEED.sub(r'"\1":"<speed>"', text)
    text = CURSOR.sub('"next_cursor":"<cursor>"', ID.sub(r"<\1>", text))
    return DIGEST.sub(r'"\1":"<digest>"', TIME.sub("<moment>", text))


async def outcome(client: httpx.AsyncClient, answer: httpx.Response, who: dict[str, str], asked: Things) -> list[Any]:
    """Return an answer, and where it took work on, what came of that, each without what is its own."""
    place = answer.headers.get("Location", "")
    if answer.status_code != 202 or not place.startswith(("/v1/jobs/", "/v1/imports/")):
        return [alike(answer, asked)]
    for _ in range(PATIENCE):
        told = await client.get(place, headers=who)
        if told.json()["finished_at"]:
            break
        await asyncio.sleep(0.05)
    parts = ("/results",) if "/jobs/" in place else ("/rows", "/rejected.csv")
    more = [await client.get(f"{place}{part}", headers=who) for part in parts]
    return [alike(one, asked) for one in (answer, told, *more)]


def differences(first: list[Any], second: list[Any]) -> Iterator[str]:
    """Yield in words what differs of two outcomes."""
    if len(first) != len(second):
        yield f"{len(first)} answers, not {len(second)}: {first[0]} | {second[0]}"
        return
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        for part in one:
            if one[part] != other[part]:
                yield f"{number} {part}: {_short(one[part], other[part])} | {_short(other[part], one[part])}"


def _short(one: Any, other: Any) -> str:
    """Return a text from a little before where it differs from the other."""
    mine, theirs = str(one), str(other)
    at = next((n for n, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), 0)
    return mine[max(0, at - 80) : at + 240]


def _properties(schema: Any, schemas: Any, seen: tuple[str, ...] = ()) -> Iterator[str]:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name and name not in seen:
        yield from _properties(schemas[name], schemas, (*seen, name))
    for field, inner in schema.get("properties", {}).items():
        yield field
        yield from _properties(inner, schemas, seen)
    inside = [one for many in ("anyOf", "oneOf", "allOf") for one in schema.get(many, [])]
    inside += [schema[one] for one in ("items", "additionalProperties") if isinstance(schema.get(one), dict)]
    for inner in inside:
        yield from _properties(inner, schemas, seen)


def naming(app: FastAPI) -> dict[str, set[str]]:
    """Return the operations that take a number, an id or a file, each with the names of the fields that do."""
    document = app.openapi()
    found = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parameters = [p for p in operation.get("parameters", []) if p.get("in") in ("path", "query")]
            names = {p["name"] for p in parameters if p["in"] == "path" or NAMES_A_THING.search(p["name"])}
            for content in operation.get("requestBody", {}).get("content", {}).values():
                fields = _properties(content["schema"], document["components"]["schemas"])
                names |= {field for field in fields if NAMES_A_THING.search(field)}
            if names:
                found[f"{method.upper()} {path}"] = names
    return found
