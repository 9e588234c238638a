"""A private feed ends within seconds with the sign-in, the key or the membership that it was opened with."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.accounts.test_members import address_of
from tests.delivery.test_changes import CHANGES, enter, now
from tests.scenarios.api_keys import bearer, make_key
from tests.scenarios.members import PASSWORD, Member, add_member, register_organisation, sign_in

SECONDS = 6.0  # in which it has ended
WAYS = ["signed out", "ended elsewhere", "new password", "removed", "key revoked"]


async def opened(client: httpx.AsyncClient, owner: Member, how: str) -> tuple[Member, dict[str, str]]:
    """Return a member of the organisation, and the headers of what is going to end."""
    member = await add_member(client, owner)
    if how != "key revoked":
        return member, member.headers
    key = await make_key(client, member, "delivery:read", role="viewer")
    return member, bearer(key["secret"])


async def end(client: httpx.AsyncClient, owner: Member, member: Member, how: str) -> None:
    """End it."""
    elsewhere = await sign_in(client, member.user_email)
    if how == "signed out":
        answer = await client.post("/v1/oauth/revocation", data={"token": member.refresh_token})
    elif how == "ended elsewhere":
        answer = await client.delete("/v1/me/sessions", headers=elsewhere.headers)
    elif how == "new password":
        body = {"current_password": PASSWORD, "password": "an even longer sentence"}
        answer = await client.put("/v1/me/password", json=body, headers=elsewhere.headers)
    elif how == "removed":
        headers = owner.headers | {"If-Match": "*"}
        answer = await client.delete(await address_of(client, member), headers=headers)
    else:
        (key,) = (await client.get("/v1/api-keys", headers=elsewhere.headers)).json()["items"]
        answer = await client.delete(f"/v1/api-keys/{key['id']}", headers=owner.headers)
    assert answer.status_code in (200, 204), answer.text


@contextlib.asynccontextmanager
async def streaming(client: httpx.AsyncClient, headers: dict[str, str]) -> AsyncIterator[AsyncIterator[str]]:
    """Yield the pieces of a stream of what is to come."""
    asked = {**headers, "Accept": "text/event-stream"}
    async with client.stream("GET", CHANGES, headers=asked, params={"after": "now"}, timeout=30) as answer:
        assert answer.status_code == 200
        pieces = answer.aiter_text()
        await anext(pieces)
        yield pieces


async def rest(pieces: AsyncIterator[str]) -> str:
    """Return all that comes until the stream ends."""
    return "".join([piece async for piece in pieces])


@pytest.mark.parametrize("how", WAYS)
async def test_a_stream_ends_and_tells_nothing_more(connected: httpx.AsyncClient, how: str) -> None:
    owner = await register_organisation(connected)
    member, headers = await opened(connected, owner, how)
    async with streaming(connected, headers) as pieces:
        await enter(connected, owner)
        assert "party.entered" in await asyncio.wait_for(anext(pieces), 10)
        await end(connected, owner, member, how)
        began = time.monotonic()
        await asyncio.sleep(3)
        await enter(connected, owner)
        assert "party.entered" not in await asyncio.wait_for(rest(pieces), SECONDS)
        assert time.monotonic() - began < SECONDS
    assert (await connected.get(CHANGES, headers=headers)).status_code == 401


@pytest.mark.parametrize("how", WAYS)
async def test_who_waits_is_answered_that_he_is_not_signed_in(client: httpx.AsyncClient, how: str) -> None:
    owner = await register_organisation(client)
    member, headers = await opened(client, owner, how)
    asked = {"after": await now(client), "wait": 25, "types": "party.entered"}
    waiting = asyncio.create_task(client.get(CHANGES, params=asked, headers=headers))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await end(client, owner, member, how)
    answer = await asyncio.wait_for(waiting, SECONDS)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_the_streams_of_others_go_on(connected: httpx.AsyncClient) -> None:
    owner = await register_organisation(connected)
    member, headers = await opened(connected, owner, "removed")
    key = await make_key(connected, owner, "delivery:read", role="viewer")
    async with (
        streaming(connected, owner.headers) as own,
        streaming(connected, bearer(key["secret"])) as program,
        streaming(connected, headers) as gone,
    ):
        await end(connected, owner, member, "removed")
        await asyncio.wait_for(rest(gone), SECONDS)
        await asyncio.sleep(3)
        await enter(connected, owner)
        for pieces in (own, program):
            told = ""
            while "party.entered" not in told:
                told += await asyncio.wait_for(anext(pieces), 10)
