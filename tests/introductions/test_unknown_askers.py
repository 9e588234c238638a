"""A holder that knows a need by its abstract alone learns nothing of who asks, until the asker accepts."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.introductions import (
    Pair,
    accept_introduction,
    ask_for_introduction,
    enter_match,
    get_introduction,
    make_pair,
    moved_clock,
    post_introduction,
    sweep_at,
)
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, get_need, publish_need
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases
CLUE = {"confidential": True, "abstract": "寻求某种电解液。", "title": "示例保密标题"}


async def answer_within(client: httpx.AsyncClient, member: Member, days: int) -> None:
    path = f"/v1/organisations/{member.organisation_id}/answer-days"
    seen = await client.get(path, headers=member.headers)
    put = await client.put(path, json={"days": days}, headers=member.headers | {"If-Match": seen.headers["etag"]})
    assert put.status_code == 200, put.text


async def asked_about(client: httpx.AsyncClient, holder: Member, need: dict[str, Any], listing_id: str) -> Any:
    """Return the answer to a holder that asks to be introduced about a need."""
    return await post_introduction(client, holder, await enter_match(client, need["id"], listing_id))


async def new_listing(client: httpx.AsyncClient, holder: Member) -> str:
    return str((await list_patent(client, holder, (await enter_patent(client, holder))["id"]))["id"])


async def test_neither_the_day_nor_the_limit_nor_a_figure_tells_whose_abstract_it_is(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    known, other = [await register_organisation(client, "enterprise") for _ in range(2)]
    await answer_within(client, known, 13)
    await answer_within(client, other, 4)
    public = await publish_need(client, known)
    for _ in range(app.state.settings.introductions_open_per_pair):
        assert (await asked_about(client, holder, public, await new_listing(client, holder))).status_code == 201
    listing = await new_listing(client, holder)
    full = await asked_about(client, holder, public, listing)
    assert full.json()["code"] == "too_many_open_introductions"
    days = set()
    for asker in (known, other):
        answer = await asked_about(client, holder, await publish_need(client, asker, **CLUE), listing)
        assert answer.status_code == 201, answer.text
        assert answer.json()["need_organisation_id"] is None
        days.add(answer.json()["due_on"])
    assert len(days) == 1
    async with moved_clock(client, app):
        await sweep_at(client, app, days=60)
        figures = await get(client, holder, f"/v1/organisations/{other.organisation_id}/responsiveness")
        assert not figures["questions"]


async def test_abstracts_have_a_limit_of_their_own(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, **CLUE)
    for _ in range(app.state.settings.introductions_open_per_pair):
        assert (await asked_about(client, holder, need, await new_listing(client, holder))).status_code == 201
    listing = await new_listing(client, holder)
    assert (await asked_about(client, holder, need, listing)).json()["code"] == "too_many_open_introductions"
    other = await publish_need(client, asker, **CLUE)
    assert (await asked_about(client, holder, other, listing)).status_code == 201


async def asked_by_need(client: httpx.AsyncClient, **need: Any) -> tuple[Pair, dict[str, Any]]:
    asker, holder = await register_organisation(client, "enterprise"), await register_organisation(client)
    pair = await make_pair(client, asker, holder, **{k: v or [holder.organisation_id] for k, v in need.items()})
    return pair, await ask_for_introduction(client, asker, pair.match_id)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"confidential": True, "shown_to": None}, {"shown_to": []}),
        ({"confidential": True, "shown_to": None}, {"shown_to": [], "abstract": "寻求电解液。"}),
        ({}, {"confidential": True}),
        ({}, {"confidential": True, "abstract": "寻求电解液。"}),
        (CLUE, {"abstract": None}),
    ],
)
async def test_a_holder_that_sees_less_of_a_need_than_when_it_was_asked_does_not_learn_it_by_accepting(
    client: httpx.AsyncClient, before: dict[str, Any], after: dict[str, Any]
) -> None:
    pair, introduction = await asked_by_need(client, **before)
    await change_need(client, pair.asker, pair.need, **after, problem="后来才写的内容。")
    seen = await get_introduction(client, pair.holder, introduction)
    assert (seen["status"], seen["ended_because"]) == ("ended", "need_gone")
    accepted = await client.post(
        f"/v1/introductions/{introduction['id']}/acceptance", json={}, headers=pair.holder.headers
    )
    assert accepted.json()["code"] == "introduction_not_in_state"
    assert "后来才写的内容" not in (await get_need(client, pair.holder, pair.need["id"])).text


async def test_what_is_hidden_from_others_leaves_an_introduction_as_it_is(client: httpx.AsyncClient) -> None:
    pair, introduction = await asked_by_need(client, confidential=True, shown_to=None)
    named = await register_organisation(client, "operation_centre")
    both = [pair.holder.organisation_id, named.organisation_id]
    await change_need(client, pair.asker, pair.need, shown_to=both)
    await change_need(client, pair.asker, pair.need, shown_to=both[:1])
    assert (await accept_introduction(client, pair.holder, introduction))["status"] == "accepted"
