"""A need is asked about by itself after its day, month by month, and then shown no more: nobody invents an outcome."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.needs.consistency_checks import needs
from backend.needs.jobs import sweep
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, get_need, publish_need, search_needs
from tests.scenarios.requests import get, post
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def own(client: httpx.AsyncClient, asker: Member, need: dict[str, Any]) -> dict[str, Any]:
    return dict((await get_need(client, asker, need["id"])).json())


async def test_a_need_is_asked_about_after_its_day_and_suspended_without_an_answer(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    asker = await register_organisation(client, "enterprise")
    database = app.state.database
    today: datetime = database.clock.now()
    day = (today + timedelta(days=40)).date().isoformat()
    need = await publish_need(client, asker, wanted_by=day)
    await sweep(database, today + timedelta(days=38))
    assert (await own(client, asker, need))["times_asked"] == 0
    for times in (1, 2, 3):
        at = today + timedelta(days=43 + 32 * (times - 1))
        await sweep(database, at)
        await sweep(database, at)
        assert (await own(client, asker, need))["times_asked"] == times
        assert (await get_need(client, None, need["id"])).status_code == 200
    await sweep(database, today + timedelta(days=43 + 32 * 3))
    suspended = await own(client, asker, need)
    assert (suspended["status"], suspended["outcome"], suspended["ask_on"]) == ("suspended", None, None)
    assert (await get_need(client, None, need["id"])).status_code == 404

    async def messages() -> bool:
        items = (await get(client, asker, "/v1/inbox", limit=100))["items"]
        found = [item["type"] for item in items if item["subject"] == need["id"]]
        return sorted(found) == ["need.outcome_asked"] * 3 + ["need.suspended"]

    await wait_until(messages, "the messages")

    async def gone() -> bool:
        return bool((await search_needs(client, organisation_id=asker.organisation_id))["total"] == 0)

    await wait_until(gone, "its end in the search")
    await change_need(client, asker, need, wanted_by=None)
    again = await post(client, asker, f"/v1/needs/{need['id']}/publication", None, 200)
    assert (again["status"], again["times_asked"]) == ("published", 0)
    assert (await get_need(client, None, need["id"])).status_code == 200


async def test_who_says_that_it_still_stands_is_asked_later(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker, database = await register_organisation(client, "enterprise"), app.state.database
    need = await publish_need(client, asker)
    await sweep(database, database.clock.now() + timedelta(days=200))
    asked = await own(client, asker, need)
    assert asked["times_asked"] == 1
    renewed = await post(client, asker, f"/v1/needs/{need['id']}/publication", None, 200)
    assert (renewed["status"], renewed["times_asked"]) == ("published", 0)
    assert renewed["published_at"] == asked["published_at"]
    later = await change_need(client, asker, need, wanted_by="2099-01-31")
    assert later["ask_on"] == "2099-02-01"
    past = {"wanted_by": "2020-01-01"}
    refused = await client.patch(f"/v1/needs/{need['id']}", json=past, headers=asker.headers | {"If-Match": "*"})
    assert refused.json()["code"] == "need_not_publishable"


async def test_fsck_puts_right_when_a_need_is_asked_about(client: httpx.AsyncClient, app: FastAPI) -> None:
    async def checked(*, repair: bool) -> Line:
        line = Line("needs")
        await needs(Site(app.state.database, app.state.search, app.state.blobs, repair=repair, follows=True), line)
        return line

    asker = await register_organisation(client, "enterprise")
    need = await publish_need(client, asker)
    before = await own(client, asker, need)
    async with app.state.database.write() as session:
        await session.execute(sa.text("UPDATE need SET ask_on = NULL WHERE id = :id"), {"id": need["id"]})
    (found,) = (await checked(repair=False)).examples
    assert found.startswith(need["id"])
    mended = await checked(repair=True)
    assert (mended.differences, mended.repaired) == (1, 1)
    assert (await checked(repair=False)).differences == 0
    assert (await own(client, asker, need))["ask_on"] == before["ask_on"]
