"""What is published of how an organisation answers, and what nobody can make of it."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.introductions import (
    accept_introduction,
    ask_for_introduction,
    decline_introduction,
    enter_match,
    moved_clock,
    sweep_at,
)
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import publish_need
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
NOTHING = {"as_of": None, "questions": None, "in_time_bp": None, "median_working_days": None,
           "reason": "too_few_questions"}  # fmt: skip


async def listed_by(client: httpx.AsyncClient, holder: Member) -> str:
    patent = await enter_patent(client, holder)
    return str((await list_patent(client, holder, patent["id"]))["id"])


async def questions(client: httpx.AsyncClient, asker: Member, listing_id: str, count: int) -> list[dict[str, Any]]:
    """Return introductions about so many needs of the asker's and one listing."""
    found = []
    for _ in range(count):
        need = await publish_need(client, asker)
        found.append(await ask_for_introduction(client, asker, await enter_match(client, need["id"], listing_id)))
    return found


async def published(client: httpx.AsyncClient, holder: Member) -> dict[str, Any]:
    answer = await client.get(f"/v1/organisations/{holder.organisation_id}/responsiveness")
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if name != "organisation_id"}


async def test_from_ten_questions_of_several_askers_on_it_is_published_for_the_day_before(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    listing_id = await listed_by(client, holder)
    asked = []
    for _ in range(4):
        asked += await questions(client, await register_organisation(client, "enterprise"), listing_id, 3)
    async with moved_clock(client, app):
        for number, one in enumerate(asked):
            if number < 8:
                await accept_introduction(client, holder, one)
            elif number < 10:
                await decline_introduction(client, holder, one)
        await sweep_at(client, app)
        assert await published(client, holder) == NOTHING  # nothing of today is told today
        await sweep_at(client, app, days=1)
        assert (await published(client, holder))["questions"] == 10
        assert (await published(client, holder))["in_time_bp"] == 10_000
        await sweep_at(client, app, days=60)
        late = await published(client, holder)
        assert (late["questions"], late["in_time_bp"], late["median_working_days"]) == (10, 8_300, 0)
        await sweep_at(client, app, days=400)
        assert await published(client, holder) == NOTHING


async def test_one_asker_makes_or_spoils_no_figure(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, friend = await register_organisation(client), await register_organisation(client, "enterprise")
    for one in await questions(client, friend, await listed_by(client, holder), 12):
        await accept_introduction(client, holder, one)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=1)
        assert await published(client, holder) == NOTHING


async def test_what_was_withdrawn_and_who_was_refused_do_not_count(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder = await register_organisation(client)
    listing_id = await listed_by(client, holder)
    askers = [await register_organisation(client, "enterprise") for _ in range(4)]
    asked = [(asker, one) for asker in askers for one in await questions(client, asker, listing_id, 3)]
    async with moved_clock(client, app):
        for asker, one in asked[:2]:
            await post(client, asker, f"/v1/introductions/{one['id']}/withdrawal", None, 200)
        for _, one in asked[2:]:
            await accept_introduction(client, holder, one)
        await sweep_at(client, app, days=1)
        assert (await published(client, holder))["questions"] == 10
        staff = await sign_in_platform(client)
        place = f"/v1/organisations/{askers[3].organisation_id}/verification"
        await post(client, staff, place, {"outcome": "refused", "reason": "虚假资料"}, 200)
        await sweep_at(client, app, days=1)
        assert await published(client, holder) == NOTHING


async def test_of_an_organisation_that_nobody_sees_nothing_is_published(client: httpx.AsyncClient) -> None:
    hidden = await register_organisation(client, verified=False)
    for part in ("responsiveness", "answer-days"):
        assert (await client.get(f"/v1/organisations/{hidden.organisation_id}/{part}")).status_code == 404
    assert (await get(client, hidden, f"/v1/organisations/{hidden.organisation_id}/responsiveness"))["reason"]
