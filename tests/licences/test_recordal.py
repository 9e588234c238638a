"""The recordal's clock at the door: it outlives a short licence, and stops with one that was given up."""

import httpx
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, ROYALTY, declare
from tests.scenarios.requests import post


async def listed(client: httpx.AsyncClient, people: People, recordal: str) -> list[str]:
    """Return the enterprise's licences whose recordal stands so."""
    asked = {"recordal": recordal, "limit": 100}
    answer = await client.get("/v1/licences", params=asked, headers=people.enterprise.headers)
    return [one["id"] for one in answer.json()["items"]]


async def test_a_licence_that_ended_with_its_term_is_filed_for_recordal_all_the_same(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, LUMP)
    notice = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared,
                                                                 ends_on=day(app, 5)))  # fmt: skip
    licence = notice["licence_id"]
    for days in (8, 85):
        async with later(app, client, people.office, days):
            assert await inbox(client, people.enterprise, "licence.expired", licence)
    assert await inbox(client, people.enterprise, "licence.recordal_due", licence)
    async with later(app, client, people.office, 120):
        assert await inbox(client, people.enterprise, "licence.recordal_overdue", licence)
        assert licence in await listed(client, people, "overdue")
        await post(client, people.enterprise, f"/v1/licences/{licence}/recordal", {"on": day(app)})
        assert licence in await listed(client, people, "filed")


async def test_a_licence_given_up_is_not_asked_for_its_recordal(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, {"form": "free"}))
    place = f"/v1/licences/{notice['licence_id']}"
    await post(client, people.enterprise, f"{place}/termination", {"on": day(app), "reason": "停止生产"})
    assert notice["licence_id"] not in await listed(client, people, "due")
    async with later(app, client, people.office, 120):
        assert notice["licence_id"] not in await listed(client, people, "overdue")
        found = (await client.get(place, headers=people.enterprise.headers)).json()
        assert (found["recordal"]["overdue"], found["flags"]) == (False, [])


async def test_the_last_royalty_period_is_told_overdue_though_the_licence_has_ended(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, ROYALTY)
    notice = await give_notice(client, people.enterprise, declared, ends_on=day(app, 10))
    async with later(app, client, people.office, 45):
        found = await client.get(f"/v1/licences/{notice['licence_id']}", headers=people.university.headers)
        assert found.json()["status"] == "expired"
        assert await inbox(client, people.university, "licence.royalty_overdue", notice["licence_id"])
