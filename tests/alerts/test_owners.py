"""Alerts are their owner's alone: how they are made and changed, how many there may be, and that nobody else knows."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.alerts.emails.unsubscribe_link import unsubscribe_path
from tests.scenarios.alerts import (
    alert_messages,
    caught_up,
    change_alert,
    make_alert,
    post_alert,
    until_changes,
)
from tests.scenarios.api_keys import bearer, make_key
from tests.scenarios.listings import list_patent
from tests.scenarios.members import add_member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases


async def test_an_alert_is_read_changed_and_deleted_by_its_owner(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client, "enterprise")
    alert = await make_alert(client, mine, name="电解液", search={"q": "电解液", "stage_min": 4}, frequency="weekly")
    assert alert["search"] == {"q": "电解液", "stage_min": 4}
    assert alert["frequency"] == "weekly"
    changed = await change_alert(client, mine, alert["id"], name="电解液与隔膜", frequency="at_once")
    assert (changed["name"], changed["frequency"], changed["version"]) == ("电解液与隔膜", "at_once", 2)
    stale = mine.headers | {"If-Match": '"1"'}
    assert (await client.delete(f"/v1/alerts/{alert['id']}", headers=stale)).status_code == 412
    assert (await client.delete(f"/v1/alerts/{alert['id']}", headers=mine.headers)).status_code == 428
    gone = await client.delete(f"/v1/alerts/{alert['id']}", headers=mine.headers | {"If-Match": '"2"'})
    assert gone.status_code == 204
    assert (await client.get(f"/v1/alerts/{alert['id']}", headers=mine.headers)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"search": {"q": "a"}, "patent_id": "pat_01h455vb4pex5vsknk084sn02q"},
        {"search": {"q": "a", "sort": "relevance"}},
        {"search": {"ipc": ["没有"]}},
        {"search": {"grade": ["Z"]}},
        {"search": {"stage_min": 5, "stage_max": 2}},
        {"need_search": {"region": ["nowhere"]}},
        {"classification": {"ipc": "H01M", "cluster": "advanced_materials"}},
        {"patent_id": "pat_01h455vb4pex5vsknk084sn02q"},
        {"search": {"q": "a"}, "frequency": "hourly"},
    ],
)
async def test_what_a_search_would_refuse_no_alert_takes(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    mine = await register_organisation(client, "enterprise")
    assert (await post_alert(client, mine, **body)).status_code == 422


async def test_nobody_else_knows_of_an_alert(client: httpx.AsyncClient) -> None:
    holder, mine = await register_organisation(client), await register_organisation(client, "enterprise")
    colleague = await add_member(client, mine, "owner")
    key = bearer((await make_key(client, mine, "matchmaking:read", "matchmaking:write", "delivery:read"))["secret"])
    listing = await list_patent(client, holder, (await enter_patent(client, holder))["id"])
    alert = await make_alert(client, mine, patent_id=listing["patent_id"], name="竞争对手")
    await client.patch(
        f"/v1/listings/{listing['id']}", json={"price_fen": 3}, headers=holder.headers | {"If-Match": "*"}
    )
    await until_changes(client, mine, alert["id"], (listing["patent_id"], "listing_changed"))
    for _ in range(200):
        if messages := await alert_messages(client, mine):
            break
        await asyncio.sleep(0.05)
    assert [message["subject"] for message in messages] == [alert["id"]]
    for who in (colleague, holder):
        for path in ("", "/hits"):
            assert (await client.get(f"/v1/alerts/{alert['id']}{path}", headers=who.headers)).status_code == 404
        assert (await get(client, who, "/v1/alerts"))["items"] == []
        assert await alert_messages(client, who) == []
        assert alert["id"] not in (await client.get("/v1/changes?limit=100", headers=who.headers)).text
    for headers in (key, {}):
        assert alert["id"] not in (await client.get("/v1/changes?limit=100", headers=headers)).text
        assert (await client.get("/v1/alerts", headers=headers)).status_code in (401, 403)
    assert (await client.get("/v1/inbox?category=alerts", headers=key)).json()["items"] == []
    patent = (await client.get(f"/v1/patents/{listing['patent_id']}", headers=holder.headers)).text
    assert "alert" not in patent
    assert "watch" not in patent


async def test_alerts_end_with_the_membership_of_their_owner(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client, "enterprise")
    colleague = await add_member(client, mine)
    alert = await make_alert(client, colleague, search={"q": "离子液体"})
    path_of_link = unsubscribe_path(app.state.settings, alert["id"])
    members = await get(client, mine, f"/v1/organisations/{mine.organisation_id}/members")
    (seat,) = [one for one in members["items"] if one["role"] == "editor"]
    path = f"/v1/organisations/{mine.organisation_id}/members/{seat['id']}"
    gone = await client.delete(path, headers=mine.headers | {"If-Match": "*"})
    assert gone.is_success, gone.text
    answer = await client.get(path_of_link)
    assert answer.json() == {"name": None, "subscribed": False}


async def test_one_click_pauses_an_alert_without_a_sign_in(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client, "enterprise")
    alert = await make_alert(client, mine, search={"q": "碳纳米管"}, name="碳纳米管")
    path = unsubscribe_path(app.state.settings, alert["id"])
    shown = await client.get(path)
    assert shown.json() == {"name": "碳纳米管", "subscribed": True}
    assert (await get(client, mine, f"/v1/alerts/{alert['id']}"))["paused"] is False, "opening a link does nothing"
    form = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        answer = await client.post(path, data=form)
        assert (answer.status_code, answer.json()["subscribed"]) == (200, False), answer.text
    paused = await get(client, mine, f"/v1/alerts/{alert['id']}")
    assert (paused["paused"], paused["version"]) == (True, 2)
    assert (await client.post(path[:-1] + ("A" if path[-1] != "A" else "B"))).status_code == 404
    assert (await change_alert(client, mine, alert["id"], paused=False))["paused"] is False
    await caught_up(client, mine)


async def test_a_member_has_so_many_alerts_and_no_more(client: httpx.AsyncClient) -> None:
    fresh = await register_organisation(client, "enterprise", verified=False)
    for number in range(5):
        await make_alert(client, fresh, begun=False, search={"q": f"材料{number}"})
    refused = await post_alert(client, fresh, search={"q": "材料"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_alerts")
