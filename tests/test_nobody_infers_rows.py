"""An author's row beside an established one answers as one whose number was free, step by step, but where it asks."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.nobody_infers import differences, outcome
from tests.nobody_infers_table import BY_NUMBER, ENDS, ROW_ASKS
from tests.scenarios.world import World
from tests.scenarios.world_of_pairs import Things, free_numbers, own_things, taken_numbers
from tests.taken_numbers import headers_of, make_askers
from tests.who_may import request
from tests.who_may_table import TABLE

pytestmark = pytest.mark.slow

OF_ROW = {"patent_id", "holding_id", "listing_id", "open_licence_id", "right_id"}


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.12", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def world(caller: httpx.AsyncClient) -> World:
    return await make_askers(caller)


def asked_of_a_row() -> list[str]:
    """Return the operations on a row and what belongs to it, in the order of the walk."""
    found = []
    for operation in TABLE:
        named = set(re.findall(r"{(\w+)}", operation))
        if named and named <= OF_ROW and operation not in {*BY_NUMBER, *ROW_ASKS, ENDS}:
            found.append(operation)
    return found


async def answers(
    caller: httpx.AsyncClient, world: World, role: str, rows: list[Things], operation: str
) -> list[list[Any]]:
    """Return what comes of an operation, asked of each row."""
    shapes = []
    for row in rows:
        there = replace(world, things=dict.fromkeys(("private", "listed", "announced"), row))
        sent = request(there, operation, TABLE[operation][0], role, "owner", 200)
        shapes.append(await outcome(caller, await caller.send(sent), headers_of(world, role), row))
    return shapes


async def terms_hash(caller: httpx.AsyncClient, world: World, role: str, row: Things) -> str:
    """Return the hash of the terms as they are, which names the patent."""
    place = f"/v1/open-licences/{row['open_licence_id']}"
    return str((await caller.get(place, headers=headers_of(world, role))).json()["terms_hash"])


@pytest.mark.parametrize("role", ["unverified", "verified"])
async def test_a_row_beside_an_established_one_answers_as_any_other(
    caller: httpx.AsyncClient, world: World, role: str
) -> None:
    rows = []
    for numbers in (await taken_numbers(caller, world), free_numbers()):
        first = {"application_number": numbers["application_number"]}
        rows.append(await own_things(caller, world.owner(role), **first))
    found = []
    for operation in asked_of_a_row():
        if role == "unverified" and "{right_id}" in operation:
            continue  # it can enter none
        for row in rows:
            row["terms_hash"] = await terms_hash(caller, world, role, row)
        shapes = await answers(caller, world, role, rows, operation)
        found += [f"{operation}: {difference}" for difference in differences(*shapes)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("operation", ROW_ASKS)
async def test_where_it_is_told_only_a_verified_organisation_is(
    caller: httpx.AsyncClient, world: World, operation: str
) -> None:
    numbers = await taken_numbers(caller, world), free_numbers()
    for role in ("unverified", "verified"):
        firsts = [{"application_number": of["application_number"]} for of in numbers]
        rows = [await own_things(caller, world.owner(role), **first) for first in firsts]
        if operation.startswith("POST /v1/listings"):
            for row in rows:
                place = f"/v1/listings/{row['listing_id']}/submission"
                await caller.post(place, headers=headers_of(world, role))
        shapes = await answers(caller, world, role, rows, operation)
        if role == "unverified":
            assert list(differences(*shapes)) == []
        else:
            assert "not_established" in shapes[0][0]["body"]


async def test_whoever_ends_its_own_holding_sees_its_row_no_more(caller: httpx.AsyncClient, world: World) -> None:
    headers, seen = headers_of(world, "verified"), []
    for numbers in (await taken_numbers(caller, world), free_numbers()):
        row = await own_things(caller, world.owner("verified"), application_number=numbers["application_number"])
        place = f"/v1/patents/{row['patent_id']}"
        over = {"ended_on": "2026-02-01", "reason": "已转让"}
        await caller.post(f"{place}/holdings/{row['holding_id']}/end", json=over, headers=headers)
        seen.append((await caller.get(place, headers=headers)).status_code)
    assert seen[0] == seen[1]
