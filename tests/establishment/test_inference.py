"""What others hold is read from no filter, no version, no checked file, and from no feed of a false authority."""

import asyncio
from typing import Any

import httpx

from tests.scenarios.establishment import propose
from tests.scenarios.imports import wait_for_import
from tests.scenarios.members import Member, organisation_name, register_organisation, verify_organisation
from tests.scenarios.patents import application_number, enter_patent, get_patent, publication_number


async def check_file(client: httpx.AsyncClient, member: Member, lines: list[str]) -> list[tuple[str, list[str]]]:
    """Return what a file that is only checked says of its rows: the outcome, the codes of its errors."""
    content = "\n".join(["申请号,公开号,专利名称", *lines]).encode()
    sent = await client.post(
        "/v1/imports",
        data={"kind": "patents", "mode": "check"},
        files={"file": ("r.csv", content)},
        headers=member.headers,
    )
    place = sent.headers["Location"]
    await wait_for_import(client, member, place)  # type: ignore[arg-type]  # it has headers as a Person has
    rows = (await client.get(f"{place}/rows?limit=100", headers=member.headers)).json()["items"]
    return [(row["outcome"], [error["code"] for error in row["errors"]]) for row in rows]


async def test_a_file_that_is_checked_tells_no_number_that_is_taken(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client)
    taken = [await enter_patent(client, holder, publication_number=publication_number()) for _ in range(3)]
    numbers = [one["publication_number"] for one in taken] + [publication_number() for _ in range(3)]
    own = [await enter_patent(client, asker) for _ in numbers]
    pairs = zip(own, numbers, strict=True)
    said = await check_file(client, asker, [f"{one['application_number']},{n},{one['title']}" for one, n in pairs])
    assert said[:3] == said[3:]
    fresh = [(application_number(), number) for number in numbers]
    said = await check_file(client, asker, [line for a, n in fresh for line in (f"{a},,一种装置", f"{a},{n},一种装置")])
    assert said[:6] == said[6:]


async def test_the_filter_by_holder_is_alike_for_both_kinds_of_row(client: httpx.AsyncClient) -> None:
    holder, asker, named = [await register_organisation(client) for _ in range(3)]
    taken, name = await enter_patent(client, holder), await organisation_name(client, named)
    numbers = (taken["application_number"], application_number())
    rows = [await enter_patent(client, asker, application_number=n, holders=[{"name": name}]) for n in numbers]
    page = (await client.get(f"/v1/patents?holder={named.organisation_id}", headers=asker.headers)).json()["items"]
    assert {row["id"] for row in page} == {row["id"] for row in rows}


async def test_rows_of_a_newly_verified_organisation_look_alike(client: httpx.AsyncClient) -> None:
    holder, pending = await register_organisation(client), await register_organisation(client, verified=False)
    taken = await enter_patent(client, holder)
    numbers = (taken["application_number"], application_number())
    rows = [await enter_patent(client, pending, application_number=number) for number in numbers]
    await verify_organisation(client, pending.organisation_id)
    await asyncio.sleep(1.5)
    seen: list[Any] = [await get_patent(client, pending, row["id"]) for row in rows]
    assert seen[0]["version"] == seen[1]["version"]
    told = (await client.get("/v1/changes?limit=500", headers=pending.headers)).json()["items"]
    by_row = [sorted(one["type"] for one in told if one["subject"] == row["id"]) for row in rows]
    assert by_row[0] == by_row[1]


async def test_an_authority_that_nobody_verified_hears_of_no_request(client: httpx.AsyncClient) -> None:
    false = await register_organisation(client, "authority", verified=False)
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    await asyncio.sleep(1)
    feed = (await client.get("/v1/changes?limit=500", headers=false.headers)).text
    inbox = (await client.get("/v1/inbox?limit=100", headers=false.headers)).text
    assert request["id"] not in feed + inbox
    assert patent["id"] not in feed + inbox
