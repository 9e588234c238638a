"""Pairs of things of which one belongs to somebody else and the other does not exist, and who may ask for them."""

import re
from dataclasses import dataclass, replace
from typing import Final

import httpx

from backend.core.ids import SUFFIX_PATTERN, new_id
from tests.scenarios.files import upload_file
from tests.scenarios.members import Member, find_party, register_organisation
from tests.scenarios.open_licences import draft_declaration
from tests.scenarios.patents import application_number, enter_patent, publication_number
from tests.scenarios.rights import post_right
from tests.scenarios.world import FINDABLE, World, make_world
from tests.scenarios.world_of_stages import Stages, make_stages

Things = dict[str, str]
ID: Final = re.compile(rf"([a-z]{{3,5}})_{SUFFIX_PATTERN}")
NUMBERS: Final = {
    "number": application_number,
    "application_number": application_number,
    "publication_number": publication_number,
    "grant_number": lambda: publication_number("B"),
}
SEEN_IN: Final = {  # what everybody may see of what is listed, and so may tell from what does not exist
    "listed": {"patent_id", "number", "holding_id", "listing_id", "open_licence_id", "organisation_id"},
    "announced": {"patent_id", "right_id", "organisation_id"},
}
PUBLIC: Final = {"organisation_id"}
SIGNED_IN: Final = ("unverified", "verified", "author", "holder", "former")
ROLES: Final = ("stranger", *SIGNED_IN)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A world with hidden things, the same world with things that do not exist, and what the askers have themselves."""

    hidden: World
    free: World
    mine: dict[str, Things]
    stages: Stages  # of the verified organisation: what an operation is asked of, where that stands at a stage

    def member(self, role: str) -> Member:
        """Return who asks in a role."""
        return self.hidden.people[role, "owner"]


def headers_of(pairs: Pairs, role: str) -> dict[str, str]:
    """Return the headers with which the role asks."""
    return {"Accept-Language": "en"} if role == "stranger" else dict(pairs.member(role).headers)


def _unlike(name: str, value: str, fresh: dict[str, str]) -> str:
    if name == "party_name":
        return "nobody of that name"
    if name in NUMBERS:
        return fresh.setdefault(value, NUMBERS[name]())
    found = ID.fullmatch(value)
    return fresh.setdefault(value, new_id(found[1])) if found else value


def twin_of(world: World) -> World:
    """Return a world in which every id and number is one that nobody was given, but those that everybody may see."""
    fresh: dict[str, str] = {}
    things = {
        of: {
            name: value
            if name in SEEN_IN.get(of, PUBLIC if of != "pending" else set())
            else _unlike(name, value, fresh)
            for name, value in these.items()
        }
        for of, these in world.things.items()
    }
    return replace(world, things=things)


async def taken_numbers(client: httpx.AsyncClient, world: World) -> Things:
    """Return the numbers of a fresh patent of the world's own organisation, which is not listed."""
    numbers = free_numbers()
    await enter_patent(client, world.owner(), title="别人的专利", **numbers)
    return numbers


def free_numbers() -> Things:
    """Return numbers that nobody has entered."""
    return {name: fresh() for name, fresh in NUMBERS.items() if name != "number"}


async def own_things(client: httpx.AsyncClient, member: Member, **numbers: str) -> Things:
    """Return a patent row that the member enters, with drafts and an entry of its ledger."""
    row = await enter_patent(client, member, **numbers)
    terms = {"patent_id": row["id"], "deal_types": ["assignment"], "price_note": "面议"}
    listing = await client.post("/v1/listings", json=terms, headers=member.headers)
    assert listing.status_code == 201, listing.text
    draft = await draft_declaration(client, member, row["id"])
    found = {
        "patent_id": row["id"],
        "number": row["application_number"],
        "holding_id": row["holders"][0]["holding_id"],
        "listing_id": listing.json()["id"],
        "open_licence_id": draft["id"],
        "terms_hash": draft["terms_hash"],
        "organisation_id": member.organisation_id,
        "party_id": await find_party(client, member),
        "evidence_id": (await upload_file(client, member))["id"],
    }
    licensed = await post_right(client, member, row["id"])
    return found | ({"right_id": licensed.json()["id"]} if licensed.status_code == 201 else {})


async def _end_holding(client: httpx.AsyncClient, world: World, former: Member) -> None:
    """Have an organisation hold the hidden patent once, by an office's word, and no more."""
    address = f"/v1/patents/{world.things['private']['patent_id']}/holdings"
    office = world.owner("platform")
    named = {"party_id": await find_party(client, former)}
    held = await client.post(address, json=named, headers=office.headers)
    assert held.status_code == 201, held.text
    over = {"ended_on": "2026-02-01", "reason": "已转让"}
    ended = await client.post(f"{address}/{held.json()['id']}/end", json=over, headers=office.headers)
    assert ended.status_code == 200, ended.text


async def make_pairs(client: httpx.AsyncClient) -> Pairs:
    """Return the pairs, made through the front door."""
    world = await make_world(client)
    private, own = world.things["private"], world.owner()
    numbers = {"publication_number": publication_number(), "grant_number": publication_number("B")}
    await enter_patent(client, own, application_number=private["number"], title=f"row {world.mark}", **numbers)
    private |= numbers | {
        "party_name": f"{FINDABLE} {world.mark}",
        "batch_id": world.things["heard"]["establishment_id"],
    }
    for role in SIGNED_IN:
        member = await register_organisation(client, "enterprise", verified=role != "unverified")
        world.people[role, "owner"] = member
    await _end_holding(client, world, world.owner("former"))
    mine = {}
    for role in SIGNED_IN:
        beside = {"application_number": private["number"]} if role == "author" else {}
        mine[role] = await own_things(client, world.owner(role), **beside)
    stages = await make_stages(client, world.owner("verified"), own)
    return Pairs(world, twin_of(world), mine, stages)
