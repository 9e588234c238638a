"""That a number is taken is told by no answer, and by nothing that comes of it, to whoever enters or imports it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.catalogue.made import application_number, entered, entry
from tests.nobody_infers import alike, differences, outcome
from tests.world_of_pairs import ROLES, SIGNED_IN, Pairs, Things, free_numbers, headers_of, make_pairs, taken_numbers

SORTS = ("application_number", "publication_number", "grant_number")
NUMBERED = 0.3  # seconds in which PostgreSQL's events have their places
GAPS = {"title": "随意的名称", "filing_date": None, "grant_date": None, "ipc": None}
FULL = {
    "title": "陌生人的名称",
    "abstract": "摘要",
    "inventors": ["某人"],
    "first_claim": "权利要求",
    "evidence": "证明",
}
OF_ROW = ("", "/holdings", "/legal-events", "/rights", "/permissions", "/assessments", "/co-owner-agreements")


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.10", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def pairs(caller: httpx.AsyncClient) -> Pairs:
    return await make_pairs(caller)


Doing = Callable[[Things], Awaitable[list[Any]]]


async def numbers_of(caller: httpx.AsyncClient, pairs: Pairs, role: str, *, taken: bool) -> Things:
    """Return numbers that somebody else has entered, or nobody; the author has a row of its own beside them."""
    numbers = await taken_numbers(caller, pairs.hidden) if taken else free_numbers()
    if role == "author":
        await entered(caller, pairs.member(role), application_number=numbers["application_number"])
    return numbers


async def place_in(caller: httpx.AsyncClient, headers: dict[str, str]) -> str:
    """Return the place behind all that the feed has told by now."""
    return str((await caller.get("/v1/changes?after=now", headers=headers)).json()["next_after"])


async def behind(caller: httpx.AsyncClient, headers: dict[str, str], after: str) -> str:
    """Return what the feed has told since a place: kinds of events, whether each removes, and which facts it names."""
    said = (await caller.get("/v1/changes", params={"after": after}, headers=headers)).json()["items"]
    facts = [sorted(name for name, value in one["data"].items() if value is not None) for one in said]
    return str([(one["type"], one["removed"], names) for one, names in zip(said, facts, strict=True)])


async def told(caller: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    """Return the newest messages of an inbox."""
    items = (await caller.get("/v1/inbox?limit=100", headers=headers)).json()["items"]
    return {one["id"]: one["text"] for one in items}


async def compared(caller: httpx.AsyncClient, pairs: Pairs, role: str, doing: Doing) -> list[str]:
    """Return in words how taken numbers are answered otherwise than free ones, at once and by what follows."""
    headers, both = headers_of(pairs, role), []
    for taken in (True, False):
        numbers = await numbers_of(caller, pairs, role, taken=taken)
        await asyncio.sleep(NUMBERED)
        public, own = [await place_in(caller, who) for who in ({}, headers)]
        before = await told(caller, headers)
        shapes = await doing(numbers)
        await asyncio.sleep(NUMBERED)
        shapes.append({"public feed": await behind(caller, {}, public)})
        shapes.append({"own feed": await behind(caller, headers, own)})
        shapes.append({"inbox": sorted(text for id, text in (await told(caller, headers)).items() if id not in before)})
        both.append(shapes)
    return list(differences(*both))


def entries(numbers: Things) -> list[dict[str, Any]]:
    """Return entries with one number and gaps, with all facts, and with two numbers of which one is free."""
    first = [{sort: numbers[sort], **GAPS} for sort in SORTS]
    mixed = {"application_number": application_number(), "grant_number": numbers["grant_number"]}
    return [*first[:1], {**numbers, **FULL}, {**mixed, **GAPS}]


@pytest.mark.parametrize("role", SIGNED_IN)
@pytest.mark.parametrize("which", range(3))
async def test_an_entry_tells_of_no_number_that_is_taken(
    caller: httpx.AsyncClient, pairs: Pairs, role: str, which: int
) -> None:
    headers = headers_of(pairs, role)

    async def enter(numbers: Things) -> list[Any]:
        body = entry(**{"application_number": None} | entries(numbers)[which])
        answer = await caller.post("/v1/patents", json=body, headers=headers)
        shapes = [alike(answer, numbers | {"mixed": str(body["application_number"])})]
        place = f"/v1/patents/{answer.json()['id']}"
        again = await caller.post("/v1/patents", json=body, headers=headers)
        asked = numbers | {"mixed": str(body["application_number"])}
        shapes += [alike(again, asked)]
        shapes += [alike(await caller.get(f"{place}{part}", headers=headers), asked) for part in OF_ROW]
        for number in body.values():
            if number in numbers.values():
                found = await caller.get(f"/v1/patents/by-number/{number}", headers=headers)
                shapes.append(alike(found, asked))
        return shapes

    found = await compared(caller, pairs, role, enter)
    assert found == [], "\n".join(found)
