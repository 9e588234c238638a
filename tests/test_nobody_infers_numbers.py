"""That a number is taken is told by no answer, and by nothing that comes of it, to whoever asks for it or enters it."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.nobody_infers import alike, differences
from tests.scenarios.files import pdf
from tests.scenarios.patents import application_number, enter_patent, patent_body, publication_number
from tests.scenarios.world import World
from tests.scenarios.world_of_pairs import ROLES, SIGNED_IN, Things, free_numbers, taken_numbers
from tests.taken_numbers import compared, headers_of, make_askers, numbers_for

pytestmark = pytest.mark.slow

SORTS = ("application_number", "publication_number", "grant_number")
GAPS = {"title": "随意的名称", "filing_date": None, "grant_date": None, "ipc": None}
FULL = {"title": "陌生人的名称", "abstract": "摘要", "inventors": ["某人"], "first_claim": "权利要求"}
OF_ROW = ("", "/holdings", "/legal-events", "/rights", "/permissions", "/assessments", "/co-owner-agreements")


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.10", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def world(caller: httpx.AsyncClient) -> World:
    return await make_askers(caller)


def gaps(numbers: Things) -> Things:
    """Return the entry of somebody who knows the application's number alone."""
    return {"application_number": numbers["application_number"]}


def two_numbers(numbers: Things) -> Things:
    """Return an entry with two numbers of which somebody else has one."""
    return {"application_number": application_number(), "grant_number": numbers["grant_number"]}


def two_taken(numbers: Things) -> Things:
    """Return an entry with two numbers that somebody else has, and a free one."""
    return {**numbers, "publication_number": publication_number()}


ENTRIES = {
    "gaps": (gaps, GAPS),
    "facts": (dict, FULL),
    "publication": (lambda numbers: {"publication_number": numbers["publication_number"]}, GAPS),
    "two numbers": (two_numbers, GAPS),
    "three numbers": (two_taken, FULL),
}


@pytest.mark.parametrize("role", SIGNED_IN)
@pytest.mark.parametrize("said", ENTRIES)
async def test_an_entry_tells_of_no_number_that_is_taken(
    caller: httpx.AsyncClient, world: World, role: str, said: str
) -> None:
    headers = headers_of(world, role)
    which, facts = ENTRIES[said]

    async def enter(numbers: Things) -> list[Any]:
        given = which(numbers)
        asked, body = {**numbers, **given}, patent_body(**{"application_number": None} | facts | given)
        answers = [await caller.post("/v1/patents", json=body, headers=headers) for _ in range(2)]
        place = f"/v1/patents/{answers[0].json()['id']}"
        answers += [await caller.get(f"{place}{part}", headers=headers) for part in OF_ROW]
        answers += [await caller.get(f"/v1/patents/by-number/{one}", headers=headers) for one in given.values()]
        answers += [await caller.get("/v1/patents", params={"q": one}, headers=headers) for one in given.values()]
        return [alike(answer, asked) for answer in answers]

    found = await compared(caller, world, role, enter)
    assert found == [], "\n".join(found)


async def test_the_figures_of_all_tell_of_no_number_that_is_taken(caller: httpx.AsyncClient, world: World) -> None:
    headers, grown = headers_of(world, "verified"), []
    for taken in (True, False):
        numbers = await numbers_for(caller, world, "verified", taken=taken)
        before = (await caller.get("/v1/statistics/catalogue")).json()["patents"]
        answer = await caller.post("/v1/patents", json=patent_body(**numbers), headers=headers)
        assert answer.status_code == 201, answer.text
        grown.append((await caller.get("/v1/statistics/catalogue")).json()["patents"] - before)
    assert grown[0] == grown[1]


@pytest.mark.parametrize("role", ["unverified", "author"])
@pytest.mark.parametrize("sort", SORTS[1:])
async def test_a_number_is_added_to_a_private_row_alike(
    caller: httpx.AsyncClient, world: World, role: str, sort: str
) -> None:
    """Of the author both rows are private: beside it stands an established one, whatever number is added."""
    member, headers = world.owner(role), headers_of(world, role)

    async def change(numbers: Things) -> list[Any]:
        beside = await taken_numbers(caller, world) if role == "author" else free_numbers()
        row = await enter_patent(caller, member, application_number=beside["application_number"])
        asked = {**numbers, "own": beside["application_number"]}
        place = f"/v1/patents/{row['id']}"
        changed = await caller.patch(place, json={sort: numbers[sort]}, headers=headers | {"If-Match": "*"})
        assert changed.status_code == 200, changed.text
        answers = [changed, *[await caller.get(f"{place}{part}", headers=headers) for part in OF_ROW]]
        return [alike(answer, asked) for answer in answers]

    found = await compared(caller, world, role, change)
    assert found == [], "\n".join(found)


async def test_of_a_number_for_an_established_row_its_holder_is_told(caller: httpx.AsyncClient, world: World) -> None:
    """It is told to whoever asks: a verified organisation, of a number for a row that it has established."""
    member = world.owner("verified")
    row = await enter_patent(caller, member)
    numbers = await taken_numbers(caller, world)
    sent = {"grant_number": numbers["grant_number"]}
    told = await caller.patch(f"/v1/patents/{row['id']}", json=sent, headers=member.headers | {"If-Match": "*"})
    assert (told.status_code, told.json()["code"]) == (409, "number_belongs_to_another_patent")
    assert "pat_" not in told.text.replace(row["id"], "")


def spellings(numbers: Things) -> list[str]:
    application = numbers["application_number"]
    bare, digits = application.replace(".", ""), application.partition(".")[0]
    of_one = [application, bare, digits, f"ZL{application}", f"CN{bare}", f"zl {bare}"]
    return [*of_one, *(numbers[sort] for sort in SORTS[1:]), numbers["grant_number"][:-1].lower()]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "author"])
async def test_a_hidden_number_is_looked_up_like_a_free_one(caller: httpx.AsyncClient, world: World, role: str) -> None:
    headers, found = headers_of(world, role), []
    taken, free = [await numbers_for(caller, world, role, taken=taken) for taken in (True, False)]
    for asked_for, instead in zip(spellings(taken), spellings(free), strict=True):
        answers = [await caller.get(f"/v1/patents/by-number/{one}", headers=headers) for one in (asked_for, instead)]
        assert answers[0].status_code in (404, 422), answers[0].text
        shapes = [
            [alike(answer, {"spelt": one.replace(" ", "%20"), "asked": one})]
            for answer, one in zip(answers, (asked_for, instead), strict=True)
        ]
        found += [f"{asked_for}: {difference}" for difference in differences(*shapes)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("role", SIGNED_IN)
async def test_a_file_that_somebody_else_sent_is_taken_like_a_new_one(
    caller: httpx.AsyncClient, world: World, role: str
) -> None:
    headers, shapes = headers_of(world, role), []
    known = pdf(secrets.token_hex(8))
    sent = await caller.post("/v1/files", files={"file": ("a.pdf", known)}, headers=world.owner().headers)
    assert sent.status_code == 201, sent.text
    for content in (known, pdf(secrets.token_hex(8))):
        digest = hashlib.sha256(content).hexdigest()
        form = {"files": {"file": ("b.pdf", content)}, "data": {"sha256": digest}, "headers": headers}
        answers = [await caller.post("/v1/files", **form) for _ in range(2)]
        shapes.append([alike(answer, {"sha256": digest}) for answer in answers])
    found = list(differences(*shapes))
    assert found == [], "\n".join(found)
