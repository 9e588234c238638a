"""A list is read to its end in pages, whoever writes meanwhile."""

import secrets
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scenarios.members import Member, register_organisation

pytestmark = pytest.mark.both_databases

relaxed = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def enter(client: httpx.AsyncClient, member: Member, name: str) -> str:
    body = {"person": "legal", "name": name}
    return str((await client.post("/v1/parties", json=body, headers=member.headers)).json()["id"])


@pytest_asyncio.fixture(scope="module")
async def shelf(app: FastAPI) -> tuple[Member, str, list[str]]:
    """Return a member, a word in the names of 23 parties, and their ids in order."""
    word = secrets.token_hex(4)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        member = await register_organisation(client)
        return member, word, [await enter(client, member, f"{word} {n}") for n in range(23)]


async def ask(client: httpx.AsyncClient, member: Member, address: str = "/v1/parties", **query: Any) -> httpx.Response:
    return await client.get(address, params=query, headers=member.headers)


@relaxed
@given(limits=st.lists(st.integers(1, 30), min_size=1, max_size=5))
async def test_whatever_the_sizes_of_the_pages_each_thing_comes_once_in_order(client, shelf, limits):
    member, word, ids = shelf
    found, cursor, turn = [], None, 0
    while cursor is not None or turn == 0:
        page = await ask(
            client, member, q=word, limit=limits[turn % len(limits)], **({"cursor": cursor} if turn else {})
        )
        assert page.status_code == 200, page.text
        assert len(page.json()["items"]) <= limits[turn % len(limits)]
        found += [item["id"] for item in page.json()["items"]]
        cursor, turn = page.json()["next_cursor"], turn + 1
    assert found == ids


async def test_what_others_write_meanwhile_moves_nothing(client):
    member, word = await register_organisation(client, verified=False), secrets.token_hex(4)
    before = [await enter(client, member, f"{word} {n}") for n in range(9)]
    found, cursor = [], {}
    while cursor is not None:
        page = (await ask(client, member, q=word, limit=2, **cursor)).json()
        found += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        if len(found) < 10:
            await enter(client, member, f"{word} later")
    assert found[:9] == before
    assert len(found) == len(set(found)) > 9


async def test_a_list_is_never_unbounded(client, shelf):
    member, _, _ = shelf
    assert len((await ask(client, member)).json()["items"]) <= 20
    assert (await ask(client, member, limit=100)).status_code == 200
    for wrong in (0, 101, -1, "x", "", "1.5", "9" * 30):
        answer = await ask(client, member, limit=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "query:limit"), wrong


async def test_a_cursor_answers_only_the_question_it_was_given_for(client, shelf):
    member, word, ids = shelf
    cursor = (await ask(client, member, q=word, limit=2)).json()["next_cursor"]
    other_size = await ask(client, member, q=word, limit=5, cursor=cursor)
    assert [item["id"] for item in other_size.json()["items"]] == ids[2:7]
    for address, query in (
        ("/v1/parties", {"q": word[:-1]}),
        ("/v1/parties", {}),
        ("/v1/organisations", {"q": word}),
        ("/v1/patents", {}),
    ):
        answer = await ask(client, member, address, cursor=cursor, **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


@relaxed
@given(place=st.integers(0, 500), letter=st.sampled_from("AQgw09-_=+/ é"))
async def test_an_altered_cursor_is_refused(client, shelf, place, letter):
    member, word, _ = shelf
    cursor = (await ask(client, member, q=word, limit=2)).json()["next_cursor"]
    place %= len(cursor)
    altered = cursor[:place] + letter + cursor[place + 1 :]
    answer = await ask(client, member, q=word, cursor=altered)
    assert (answer.status_code == 200) == (altered == cursor)
    assert altered == cursor or answer.json()["code"] == "invalid_cursor"


@pytest.mark.parametrize("wrong", ["", "x", "bnVsbA", "A" * 2000])
async def test_a_made_up_cursor_is_refused(client, shelf, wrong):
    answer = await ask(client, shelf[0], cursor=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
    assert (await ask(client, shelf[0], cursor="A" * 2001)).status_code == 422
