"""Nothing leaks: every operation as every organisation kind and role, and as a stranger, by tests/who_may_table.py."""

import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.core.routes import every_route
from tests.scenarios.world import ROLES, World, make_world
from tests.who_may import LET, Line, PermissionRequest, request, rows
from tests.who_may_table import TABLE

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def world(caller: httpx.AsyncClient) -> World:
    return await make_world(caller)


def lines() -> Iterator[Line]:
    """Yield the table's lines in its order: what ends a thing stands behind what shows it, its owners at the end."""
    for operation, asks in TABLE.items():
        for ask in asks:
            yield Line(operation, ask, "stranger", "", ask.who.stranger)
            for whose, answers in rows(ask.who):
                for role, due in zip(ROLES, answers, strict=True):
                    yield Line(operation, ask, whose, role, due)


def faults(world: World, ask: PermissionRequest, kind: str, answer: httpx.Response, due: int) -> Iterator[str]:
    status = answer.status_code
    lets = (*ask.lets, 412) if ask.matches else ask.lets
    if status not in (lets if due == LET else (due,)):
        yield f"{status}, not {due or lets}: {answer.text[:300]}"
    if kind == "own" and due == LET:
        return
    if kind == "licensee" and due == LET and ask.who.party is not None:
        return
    if kind in ("authority", "platform") and due == LET:
        return  # offices see what they supervise
    said = answer.content.decode("utf-8", "replace") + str(answer.headers)
    yield from (f"says {mark!r}" for mark in sorted(world.marks) if mark in said)


def operations(app: FastAPI) -> list[str]:
    return [f"{m} {re.sub(':path}', '}', r.path)}" for r in every_route(app) for m in sorted(r.methods or ())]


def test_every_operation_stands_in_the_table(app: FastAPI) -> None:
    assert sorted(TABLE) == sorted(operations(app))


@pytest.mark.parametrize("line", list(lines()), ids=str)
async def test_everybody_gets_what_is_theirs(caller: httpx.AsyncClient, world: World, line: Line) -> None:
    found = []
    for kind in line.kinds:
        answer = await caller.send(request(world, line.operation, line.ask, kind, line.role, line.due))
        found += [f"{kind}: {fault}" for fault in faults(world, line.ask, kind, answer, line.due)]
    assert found == []


async def test_work_on_many_listings_tells_nothing_of_anothers(caller: httpx.AsyncClient, world: World) -> None:
    bank = world.people["bank", "editor"]
    ids = [world.things["private"][name] for name in ("listing_id", "patent_id")]
    asked = {"action": "suspend", "ids": ids}
    job = (await caller.post("/v1/listings/bulk", json=asked, headers=bank.headers)).headers["Location"]
    for _ in range(600):
        told = await caller.get(job, headers=bank.headers)
        if told.json()["finished_at"]:
            break
    results = await caller.get(f"{job}/results", headers=bank.headers)
    assert len(results.json()["items"]) == len(ids), told.text
    assert world.mark not in results.text


async def test_a_kept_answer_is_given_again_to_nobody_else(caller: httpx.AsyncClient, world: World) -> None:
    body, key = {"person": "legal", "name": f"once {world.mark}", "country": "JP"}, {"Idempotency-Key": "the-same-key"}
    first = await caller.post("/v1/parties", json=body, headers=world.owner().headers | key)
    others = await caller.post("/v1/parties", json=body, headers=world.owner("bank").headers | key)
    assert first.status_code == others.status_code == 201
    assert first.json()["id"] != others.json()["id"]


READ = [Line(operation, ask) for operation in TABLE if operation.startswith("GET ") for ask in TABLE[operation]]
ELSEWHERE = ("GET /v1/imports", "GET /v1/jobs", "GET /metrics")  # what the key is for, and what takes another token


@pytest.mark.parametrize("line", READ, ids=str)
async def test_asking_by_head_tells_nobody_more_than_reading(
    caller: httpx.AsyncClient, world: World, line: Line
) -> None:
    asked = request(world, line.operation, line.ask, "bank", "owner", LET)
    read = await caller.send(asked)
    headed = await caller.request("HEAD", asked.url, headers=asked.headers)
    assert (headed.status_code, headed.content) == (read.status_code, b"")


@pytest_asyncio.fixture(scope="module")
async def uploads_only(caller: httpx.AsyncClient, world: World) -> dict[str, str]:
    body = {"name": "uploads only", "scopes": ["imports:write"], "role": "owner"}
    made = await caller.post("/v1/api-keys", json=body, headers=world.owner().headers)
    return {"Authorization": f"Bearer {made.json()['secret']}", "Accept-Language": "en"}


@pytest.mark.parametrize("line", [line for line in READ if not line.operation.startswith(ELSEWHERE)], ids=str)
async def test_a_key_without_the_scope_sees_no_more_than_a_stranger(
    caller: httpx.AsyncClient, world: World, uploads_only: dict[str, str], line: Line
) -> None:
    asked = request(world, line.operation, line.ask, "stranger", "", LET)
    unsigned = await caller.send(asked)
    answer = await caller.get(asked.url, headers=uploads_only)
    assert answer.status_code == (403 if unsigned.status_code == 401 else unsigned.status_code)
    assert not [mark for mark in world.marks if mark in answer.text]
