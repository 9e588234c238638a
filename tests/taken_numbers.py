"""Who asks by number, and everything that an act leaves behind for whoever looks: answers, feeds, inbox, figures."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx

from tests.nobody_infers import PATIENCE, differences
from tests.scenarios.members import find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent
from tests.scenarios.world import World
from tests.scenarios.world_of_pairs import SIGNED_IN, Things, free_numbers, taken_numbers

NUMBERED: Final = 0.3  # seconds in which PostgreSQL's events have their places
Doing = Callable[[Things], Awaitable[list[Any]]]


async def make_askers(client: httpx.AsyncClient) -> World:
    """Return a world of whom the numbers belong to and who asks for them."""
    world = World()
    world.people["own", "owner"] = await register_organisation(client)
    world.people["platform", "owner"] = await sign_in_platform(client)
    for role in SIGNED_IN:
        world.people[role, "owner"] = await register_organisation(client, "enterprise", verified=role != "unverified")
    await enter_patent(client, world.owner("holder"))
    return world


def headers_of(world: World, role: str) -> dict[str, str]:
    """Return the headers with which the role asks."""
    return {"Accept-Language": "en"} if role == "stranger" else dict(world.owner(role).headers)


async def _assert_held_once(client: httpx.AsyncClient, world: World, number: str) -> None:
    """Have the former holder hold the patent and lose it, by an office's word."""
    office = world.owner("platform").headers
    patent = (await client.get(f"/v1/patents/by-number/{number}", headers=office)).json()
    place = f"/v1/patents/{patent['id']}/holdings"
    named = {"party_id": await find_party(client, world.owner("former"))}
    held = await client.post(place, json=named, headers=office)
    assert held.status_code == 201, held.text
    over = {"ended_on": "2026-02-01", "reason": "已转让"}
    ended = await client.post(f"{place}/{held.json()['id']}/end", json=over, headers=office)
    assert ended.status_code == 200, ended.text
    for _ in range(PATIENCE):
        told = (await client.get("/v1/inbox", headers=world.owner("former").headers)).json()["items"]
        if any(one["subject"] == held.json()["id"] and "ended" in one["text"] for one in told):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the former holder was not told")


async def numbers_for(client: httpx.AsyncClient, world: World, role: str, *, taken: bool) -> Things:
    """Return numbers that somebody else has entered, or nobody; the author has a row of its own with the first."""
    numbers = await taken_numbers(client, world) if taken else free_numbers()
    if taken and role == "former":
        await _assert_held_once(client, world, numbers["application_number"])
    if role == "author":
        await enter_patent(client, world.owner(role), application_number=numbers["application_number"])
    return numbers


async def _place(client: httpx.AsyncClient, headers: dict[str, str]) -> str:
    return str((await client.get("/v1/changes?after=now", headers=headers)).json()["next_after"])


async def _behind(client: httpx.AsyncClient, headers: dict[str, str], after: str) -> str:
    """Return what the feed has told since a place: kinds of events, whether each removes, and which facts it names."""
    said = (await client.get("/v1/changes", params={"after": after}, headers=headers)).json()["items"]
    facts = [sorted(name for name, value in one["data"].items() if value is not None) for one in said]
    return str([(one["type"], one["removed"], names) for one, names in zip(said, facts, strict=True)])


async def _told(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    items = (await client.get("/v1/inbox?limit=100", headers=headers)).json()["items"]
    return {one["id"]: one["text"] for one in items}


async def _figures(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, int]:
    """Return what is counted of one's own patents, and what one's own exports have."""
    mine = (await client.get("/v1/statistics/catalogue?mine=true", headers=headers)).json()
    rows = (await client.get("/v1/patents.csv", headers=headers)).text.count("\n")
    return {name: value for name, value in mine.items() if name != "as_of"} | {"rows": rows}


async def compared(client: httpx.AsyncClient, world: World, role: str, doing: Doing) -> list[str]:
    """Return in words how taken numbers are answered otherwise than free ones, at once and by what follows."""
    headers, both = headers_of(world, role), []
    for taken in (True, False):
        numbers = await numbers_for(client, world, role, taken=taken)
        await asyncio.sleep(NUMBERED)
        public, own = [await _place(client, who) for who in ({}, headers)]
        before, counted = await _told(client, headers), await _figures(client, headers)
        shapes = await doing(numbers)
        await asyncio.sleep(NUMBERED)
        shapes.append({"public feed": await _behind(client, {}, public)})
        shapes.append({"own feed": await _behind(client, headers, own)})
        messages = await _told(client, headers)
        shapes.append({"inbox": sorted(text for one, text in messages.items() if one not in before)})
        now = await _figures(client, headers)
        shapes.append({"figures": {name: now[name] - counted[name] for name in now if now[name] != counted[name]}})
        both.append(shapes)
    return list(differences(*both))
