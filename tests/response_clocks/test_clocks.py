"""The clock of an answer: when it is due, who is reminded, what happens when it is over."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI

from backend.core.workdays import after_working_days
from backend.response_clocks.jobs import sweep
from tests.delivery.test_changes import all_after, now
from tests.scenarios.introductions import (
    accept_introduction,
    ask_for_introduction,
    get_introduction,
    make_pair,
    moved_clock,
    sweep_at,
)
from tests.scenarios.members import Member, add_member, register_organisation, sign_in_platform
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases


async def set_answer_days(client: httpx.AsyncClient, member: Member, days: int | None) -> httpx.Response:
    place = f"/v1/organisations/{member.organisation_id}/answer-days"
    seen = await client.get(place, headers=member.headers)
    headers = member.headers | {"If-Match": seen.headers["etag"]}
    return await client.put(place, json={"days": days}, headers=headers)


async def events_about(client: httpx.AsyncClient, member: Member, place: str, subject: str) -> Counter[str]:
    """Return how often the member's organisation was told of each kind of event of a thing."""
    told = await all_after(client, place, member)
    return Counter(item["type"] for item in told if item["subject"] == subject)


async def test_an_answer_is_due_after_the_working_days_of_whoever_owes_it(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    today: date = app.state.clock.today()
    usual = await ask_for_introduction(client, (pair := await make_pair(client)).asker, pair.match_id)
    due = after_working_days(today, app.state.settings.answer_working_days)
    assert (usual["due_on"], usual["due_provisional"]) == (due.day.isoformat(), due.provisional)
    pair = await make_pair(client)
    assert (await set_answer_days(client, pair.holder, 3)).json()["days"] == 3
    quick = await ask_for_introduction(client, pair.asker, pair.match_id)
    assert quick["due_on"] == after_working_days(today, 3).day.isoformat()
    await set_answer_days(client, pair.holder, 15)
    assert (await get_introduction(client, pair.asker, quick))["due_on"] == quick["due_on"]  # what runs, runs on


async def test_owners_set_their_own_answer_days_within_bounds(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    place = f"/v1/organisations/{mine.organisation_id}/answer-days"
    usual = (await client.get(place)).json()
    assert (usual["is_own"], usual["version"]) == (False, 0)
    for days in (0, 16, "5"):
        wrong = await client.put(place, json={"days": days}, headers=mine.headers | {"If-Match": "*"})
        assert wrong.status_code == 422
    assert (await client.put(place, json={"days": 5}, headers=mine.headers)).status_code == 428
    for member in (other, await add_member(client, mine, "editor")):
        refused = await client.put(place, json={"days": 5}, headers=member.headers | {"If-Match": "*"})
        assert refused.status_code == 403
    assert (await set_answer_days(client, mine, 5)).status_code == 200
    stale = await client.put(place, json={"days": 6}, headers=mine.headers | {"If-Match": '"0"'})
    assert stale.status_code == 412
    assert (await client.get(place)).json()["days"] == 5
    back = (await set_answer_days(client, mine, None)).json()
    assert (back["days"], back["is_own"]) == (usual["days"], False)


async def test_reminders_and_the_end_of_the_time_are_told_once_each(client: httpx.AsyncClient, app: FastAPI) -> None:
    staff = await sign_in_platform(client)
    pair, place = await make_pair(client), await now(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    async with moved_clock(client, app):
        for _ in range(24):
            await sweep_at(client, app, days=1)
            await sweep_at(client, app)  # a second look on the same day
        told = await events_about(client, pair.holder, place, one["id"])
        assert told == {"introduction.asked": 1, "response.due": 2, "response.overdue": 1, "introduction.overdue": 1}
        assert (await events_about(client, pair.asker, place, one["id"]))["response.due"] == 0
        assert await events_about(client, staff, place, one["id"]) == {"response.overdue": 1}
        assert (await get_introduction(client, pair.asker, one))["status"] == "overdue"
        late = await accept_introduction(client, pair.holder, one)
        assert late["status"] == "accepted"


async def test_a_clock_that_jumps_tells_the_end_alone(client: httpx.AsyncClient, app: FastAPI) -> None:
    pair, place = await make_pair(client), await now(client)
    one = await ask_for_introduction(client, pair.holder, pair.match_id)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=60)
        told = await events_about(client, pair.asker, place, one["id"])
        assert (told["response.due"], told["response.overdue"]) == (0, 1)


@pytest.mark.parametrize("step", ["acceptance", "decline", "withdrawal"])
async def test_an_answer_or_a_withdrawal_stops_the_clock(client: httpx.AsyncClient, app: FastAPI, step: str) -> None:
    pair, place = await make_pair(client), await now(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    who = pair.asker if step == "withdrawal" else pair.holder
    body = {"acceptance": {}, "decline": {"reason": "capacity"}, "withdrawal": None}[step]
    await post(client, who, f"/v1/introductions/{one['id']}/{step}", body, 200)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=60)
        told = await events_about(client, pair.holder, place, one["id"])
        assert (told["response.due"], told["response.overdue"]) == (0, 0)


async def test_answers_and_the_end_of_their_time_at_one_moment_keep_nobody_waiting_for_the_other(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    asker, holder = await register_organisation(client, "enterprise"), await register_organisation(client)
    pairs = [await make_pair(client, asker, holder) for _ in range(6)]
    asked = [await ask_for_introduction(client, asker, pair.match_id) for pair in pairs]
    place = await now(client)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=1)
        app.state.clock.move(app.state.clock.offset + timedelta(days=40))
        at_once = [sweep(app.state.database, app.state.clock.now()) for _ in range(2)]
        answers = [accept_introduction(client, holder, one) for one in asked[:3]]
        closings = [
            post(client, asker, f"/v1/needs/{pair.need['id']}/closure", {"outcome": "given_up"}, 200)
            for pair in pairs[3:]
        ]
        await asyncio.gather(*at_once, *answers, *closings)
        states = [(await get_introduction(client, asker, one))["status"] for one in asked]
        assert states == ["accepted"] * 3 + ["ended"] * 3
        for one in asked:
            told = await events_about(client, asker, place, one["id"])
            assert told["response.overdue"] == told["introduction.overdue"] <= 1
