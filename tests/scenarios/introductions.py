"""Matches of a need and a listing, and introductions about them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from backend.core.ids import new_id
from backend.matching.models import Match
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import publish_need
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post

ASKING = {"message": "希望进一步了解贵方的技术。"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and a listing that match, with the members of the two sides."""

    match_id: str
    asker: Member
    holder: Member
    need: dict[str, Any]
    listing: dict[str, Any]


async def enter_match(client: httpx.AsyncClient, need_id: str, listing_id: str) -> str:
    """Return the id of a match of the two, as the engine would have found it."""
    transport: Any = client._transport
    app: FastAPI = transport.app
    match = Match(id=new_id("mat"), need_id=need_id, listing_id=listing_id, created_at=app.state.clock.now())
    async with app.state.database.write() as session:
        session.add(match)
    return match.id


async def make_pair(
    client: httpx.AsyncClient, asker: Member | None = None, holder: Member | None = None, **need: Any
) -> Pair:
    """Return a published need and a listed patent of two organisations, which match."""
    asker = asker or await register_organisation(client, "enterprise")
    holder = holder or await register_organisation(client, "university")
    patent = await enter_patent(client, holder)
    listing = await list_patent(client, holder, patent["id"])
    published = await publish_need(client, asker, **need)
    match_id = await enter_match(client, published["id"], listing["id"])
    return Pair(match_id, asker, holder, published, listing)


async def post_introduction(
    client: httpx.AsyncClient, member: Member | None, match_id: str, **fields: Any
) -> httpx.Response:
    """Return the answer to who asks for an introduction."""
    headers = member.headers if member else {}
    return await client.post(f"/v1/matches/{match_id}/introduction", json=ASKING | fields, headers=headers)


async def ask_for_introduction(
    client: httpx.AsyncClient, member: Member, match_id: str, **fields: Any
) -> dict[str, Any]:
    """Return the introduction that one side of a match asks for."""
    return dict(await post(client, member, f"/v1/matches/{match_id}/introduction", ASKING | fields, 201))


async def accept_introduction(
    client: httpx.AsyncClient, member: Member, introduction: dict[str, Any], **fields: Any
) -> dict[str, Any]:
    """Return the introduction that the other side accepts."""
    return dict(await post(client, member, f"/v1/introductions/{introduction['id']}/acceptance", fields, 200))


async def decline_introduction(
    client: httpx.AsyncClient, member: Member, introduction: dict[str, Any], reason: str = "capacity", **fields: Any
) -> dict[str, Any]:
    """Return the introduction that the other side declines."""
    body = {"reason": reason, **fields}
    return dict(await post(client, member, f"/v1/introductions/{introduction['id']}/decline", body, 200))


async def get_introduction(client: httpx.AsyncClient, member: Member, introduction: dict[str, Any]) -> dict[str, Any]:
    """Return the introduction as the member sees it."""
    return dict(await get(client, member, f"/v1/introductions/{introduction['id']}"))


async def introduce(client: httpx.AsyncClient, pair: Pair) -> dict[str, Any]:
    """Return an introduction that the need's asker asked for and the holder accepted."""
    return await accept_introduction(client, pair.holder, await ask_for_introduction(client, pair.asker, pair.match_id))


async def _set_clock(client: httpx.AsyncClient, now: datetime) -> None:
    staff = await sign_in_platform(client)
    moved = await client.put("/v1/demo/clock", json={"now": now.isoformat()}, headers=staff.headers)
    assert moved.status_code == 200, moved.text


async def sweep_at(client: httpx.AsyncClient, app: FastAPI, **later: float) -> None:
    """Move the clock so much further, and have every domain do what is due."""
    if later:
        await _set_clock(client, app.state.clock.now() + timedelta(**later))
    for sweep in app.state.registry.sweeps:
        await sweep(app.state.database, app.state.clock.now())


@asynccontextmanager
async def moved_clock(client: httpx.AsyncClient, app: FastAPI) -> AsyncIterator[None]:
    """Put the clock back to the present once the test is over."""
    try:
        yield
    finally:
        await _set_clock(client, app.state.clock.real())
