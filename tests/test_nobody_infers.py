"""Nobody infers what is not theirs: what is hidden is answered as what does not exist is, byte for byte, to all."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.nobody_infers import alike, differences, naming, outcome
from tests.nobody_infers_table import BY_NUMBER, NAMED, NO_THING, PUBLIC_NAMES, Named
from tests.scenarios.world_of_pairs import ROLES, Pairs, Things, headers_of, make_pairs
from tests.who_may import PermissionRequest, request
from tests.who_may_table import TABLE

pytestmark = pytest.mark.slow

ANY = 200  # what `request` takes for an answer, so that it says If-Match: *


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def pairs(caller: httpx.AsyncClient) -> Pairs:
    return await make_pairs(caller)


def asked(pairs: Pairs, operation: str, ask: PermissionRequest, role: str) -> tuple[httpx.Request, httpx.Request]:
    hidden, free = (request(world, operation, ask, role, "owner", ANY) for world in (pairs.hidden, pairs.free))
    return hidden, free


def is_pair(pairs: Pairs, operation: str, ask: PermissionRequest) -> bool:
    """Whether the walk names something hidden there: asked about the same thing it asks the same."""
    hidden, free = asked(pairs, operation, ask, "verified")
    again, _ = asked(pairs, operation, ask, "verified")
    said = [(one.url, one.content) for one in (hidden, free, again)]
    return said[0] == said[2] != said[1]


def asks(pairs: Pairs) -> Iterator[tuple[str, PermissionRequest]]:
    for operation, of_operation in TABLE.items():
        if any(walked(operation, field) for field in NO_THING):
            continue
        for ask in of_operation:
            if operation not in BY_NUMBER and not ask.files and is_pair(pairs, operation, ask):
                yield operation, ask


def walked(operation: str, field: str) -> bool:
    """Whether the walk names the field in its address."""
    return f"{{{field}}}" in operation


def test_every_field_that_names_a_thing_is_asked_with_one_that_is_hidden(app: FastAPI) -> None:
    left = [
        f"{operation}: {field}"
        for operation, fields in naming(app).items()
        for field in sorted(fields)
        if not walked(operation, field)
        and field not in NAMED.get(operation, {})
        and field not in BY_NUMBER.get(operation, ())
        and field not in PUBLIC_NAMES.get(operation, ())
        and field not in NO_THING
    ]
    assert left == []
    assert {*NAMED, *BY_NUMBER} <= set(TABLE)


def test_every_address_with_an_id_is_walked(pairs: Pairs) -> None:
    asked_for = {operation for operation, _ in asks(pairs)}
    left = {
        operation
        for operation in TABLE
        for field in re.findall(r"{(\w+)}", operation)
        if operation not in asked_for and field not in {*NO_THING, "organisation_id", "code", "asset"}
    }
    assert left - {*PUBLIC_NAMES, *BY_NUMBER} == set()


async def test_a_hidden_id_is_answered_as_one_that_nobody_was_given(caller: httpx.AsyncClient, pairs: Pairs) -> None:
    found = []
    for operation, ask in asks(pairs):
        for role in ROLES:
            hidden, free = asked(pairs, operation, ask, role)
            answers = [await caller.send(one) for one in (hidden, free)]
            things = pairs.hidden.things["private"] | pairs.hidden.things[ask.of]
            twins = pairs.free.things["private"] | pairs.free.things[ask.of]
            shapes = [[alike(answer, of)] for answer, of in zip(answers, (things, twins), strict=True)]
            who = f"{operation} of {ask.of} by {role}"
            found += [f"{who}: {difference}" for difference in differences(*shapes)]
            found += [f"{who}: says {mark}" for mark in pairs.hidden.marks if mark in answers[0].text]
    assert found == [], "\n".join(found)


def naming_request(
    pairs: Pairs, operation: str, field: str, named: Named, role: str, things: Things
) -> httpx.Request | None:
    """Return the request that names a thing to something of the caller's own; None where it has nothing of the kind."""
    mine = pairs.mine["holder" if role == "stranger" else role]
    mine = mine | (pairs.stages.get(operation, {}) if role == "verified" else {})
    method, path = operation.split(" ")
    unknown = {"facet": "holder"}
    elsewhere = role in named.not_by or (operation in pairs.stages and role not in ("verified", "stranger"))
    if elsewhere or any(name not in mine | unknown for name in re.findall(r"{(\w+)}", path)):
        return None
    ask = TABLE[operation][0]
    value, at = named.value(things), named.at or field
    known = pairs.hidden.things["private"] | mine
    world = replace(pairs.hidden, things=dict.fromkeys(("private", "listed", "heard", "asked"), known))
    body = None if named.query or not ask.json else ask.json(world, role)
    if body is not None:
        body |= {"evidence_files": [mine["evidence_id"]]} if "evidence_files" in body else {}
        body |= {named.dated: pairs.stages["today"]["day"]} if named.dated else {}
        body = {name: said for name, said in body.items() if name not in named.drops} | {at: value}
        if operation == "POST /v1/listings/bulk" and at == "filter":
            del body["ids"]
    url = path.format(**mine | unknown) + (f"?{urlencode({at: value})}" if named.query else "")
    headers = headers_of(pairs, role) | ({"If-Match": "*"} if ask.matches else {})
    return httpx.Request(method, f"http://test{url}", headers=headers, json=body)


async def test_what_is_named_to_ones_own_is_looked_for_among_ones_own(caller: httpx.AsyncClient, pairs: Pairs) -> None:
    found, never = [], set()
    for operation, fields in NAMED.items():
        for field, named in fields.items():
            never.add(f"{operation}: {field}")
            for role in ROLES:
                shapes = []
                for world in (pairs.hidden, pairs.free):
                    things = world.things["private"]
                    sent = naming_request(pairs, operation, field, named, role, things)
                    if sent is not None:
                        never.discard(f"{operation}: {field}")
                        shapes.append(await outcome(caller, await caller.send(sent), headers_of(pairs, role), things))
                who = f"{operation} that names {field} by {role}"
                found += [f"{who}: {difference}" for difference in (differences(*shapes) if shapes else ())]
    assert found == [], "\n".join(found)
    assert never == set()
