"""The names of verified organisations change by an office's word; whoever waits is on the offices' desk at once."""

import asyncio
import secrets
from typing import Any

import httpx
import pytest

from tests.scenarios.members import (
    Member,
    register_organisation,
    registration_body,
    sign_in,
    sign_in_platform,
    verify_organisation,
)

NEW = {"name": "新名大学", "name_en": "New Name University", "renamed_on": "2026-03-01"}


async def page(client: httpx.AsyncClient, who: Member | None, organisation_id: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/organisations/{organisation_id}", headers=who.headers if who else {})
    return answer.json()


async def patch(client: httpx.AsyncClient, who: Member, **body: Any) -> httpx.Response:
    address = f"/v1/organisations/{who.organisation_id}"
    tag = (await client.get(address, headers=who.headers)).headers["etag"]
    return await client.patch(address, json=body, headers=who.headers | {"If-Match": tag})


async def decide(client: httpx.AsyncClient, office: Member, organisation_id: str, **body: Any) -> httpx.Response:
    said = {"outcome": "confirmed", "name": NEW["name"], "name_en": NEW["name_en"]} | body
    return await client.post(f"/v1/organisations/{organisation_id}/name-change", json=said, headers=office.headers)


async def refuse(client: httpx.AsyncClient, organisation_id: str) -> None:
    staff = await sign_in_platform(client)
    answer = await client.post(
        f"/v1/organisations/{organisation_id}/verification",
        json={"outcome": "refused", "reason": "证照已注销"},
        headers=staff.headers,
    )
    assert answer.status_code == 200, answer.text


async def told(client: httpx.AsyncClient, who: Member, kind: str, subject: str) -> list[dict[str, Any]]:
    """Return the messages of a kind about an organisation, once there is one."""
    for _ in range(100):
        items = (await client.get("/v1/inbox?limit=100", headers=who.headers)).json()["items"]
        found = [one for one in items if one["type"] == kind and one["subject"] == subject]
        if found:
            return found
        await asyncio.sleep(0.05)
    return []


@pytest.mark.parametrize("asked", [{"name": "自行改名大学"}, {"name_en": "Another University"}])
async def test_a_verified_organisation_s_name_is_shown_to_nobody_before_an_office_confirms_it(client, asked):
    mine = await register_organisation(client)
    before = await page(client, None, mine.organisation_id)
    answer = await patch(client, mine, **asked, introduction="一所大学")
    assert answer.status_code == 200, answer.text
    assert answer.json()["name_change"].items() >= asked.items()
    shown = await page(client, None, mine.organisation_id)
    assert (shown["name"], shown["name_en"]) == (before["name"], before["name_en"])
    assert (shown["introduction"], shown["name_change"]) == ("一所大学", None)
    other = await register_organisation(client)
    assert (await page(client, other, mine.organisation_id))["name_change"] is None
    party = (await client.get(f"/v1/parties/{before['party_id']}", headers=other.headers)).json()
    assert (party["name"], party["former_names"]) == (before["name"], [])


@pytest.mark.parametrize("office", ["platform", "authority"])
async def test_an_office_is_told_confirms_it_and_the_old_name_is_kept_with_its_last_day(client, office):
    office = await (sign_in_platform(client) if office == "platform" else register_organisation(client, "authority"))
    mine = await register_organisation(client)
    old = await page(client, mine, mine.organisation_id)
    await patch(client, mine, **NEW)
    message = (await told(client, office, "organisation.name_change_asked", mine.organisation_id))[0]
    assert (message["category"], message["data"]["organisation_id"]) == ("desk", mine.organisation_id)
    assert f"/v1/organisations/{mine.organisation_id}/name-change" in message["text"]
    assert NEW["name"] in message["text"]
    asked = (await page(client, office, mine.organisation_id))["name_change"]
    assert asked.items() >= NEW.items()
    confirmed = await decide(client, office, mine.organisation_id)
    assert (confirmed.status_code, confirmed.json()["name_change"]) == (200, None), confirmed.text
    shown = await page(client, None, mine.organisation_id)
    assert (shown["name"], shown["name_en"], shown["status"]) == (NEW["name"], NEW["name_en"], "verified")
    party = (await client.get(f"/v1/parties/{old['party_id']}", headers=mine.headers)).json()
    assert party["name"] == NEW["name"]
    assert [(n["name"], n["valid_to"]) for n in party["former_names"]] == [(old["name"], "2026-03-01")]
    assert await told(client, mine, "organisation.name_change_confirmed", mine.organisation_id)
    assert (await decide(client, office, mine.organisation_id)).json()["code"] == "no_name_change"


async def test_an_office_refuses_it_with_a_reason_that_its_owner_is_told(client):
    mine, staff = await register_organisation(client), await sign_in_platform(client)
    old = await page(client, None, mine.organisation_id)
    await patch(client, mine, **NEW)
    assert (await decide(client, staff, mine.organisation_id, outcome="refused")).status_code == 422
    refused = await decide(client, staff, mine.organisation_id, outcome="refused", reason="与执照不符")
    assert refused.status_code == 200, refused.text
    after = await page(client, mine, mine.organisation_id)
    assert (after["name"], after["name_en"], after["name_change"]) == (old["name"], old["name_en"], None)
    message = (await told(client, mine, "organisation.name_change_refused", mine.organisation_id))[0]
    assert "与执照不符" in message["text"]


async def test_what_is_confirmed_is_what_was_read_not_what_was_asked_for_meanwhile(client):
    mine, staff = await register_organisation(client), await sign_in_platform(client)
    await patch(client, mine, **NEW)
    for asked in ({"name": "别家大学"}, {"name": NEW["name"], "name_en": "Somebody Else"}):
        await patch(client, mine, **asked)
        answer = await decide(client, staff, mine.organisation_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "name_change_differs")
    assert (await patch(client, mine, **NEW)).json()["name_change"]["name"] == NEW["name"]
    answers = await asyncio.gather(*(decide(client, staff, mine.organisation_id) for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]


async def test_its_owner_takes_it_back_by_the_present_name(client):
    mine, staff = await register_organisation(client), await sign_in_platform(client)
    old = await page(client, mine, mine.organisation_id)
    await patch(client, mine, **NEW)
    taken_back = await patch(client, mine, name=old["name"], name_en=old["name_en"])
    assert taken_back.json()["name_change"] is None
    assert (await decide(client, staff, mine.organisation_id)).json()["code"] == "no_name_change"


async def test_nobody_confirms_its_own_name_nor_a_stranger_s(client):
    mine, authority = await register_organisation(client), await register_organisation(client, "authority")
    for who in (mine, authority):
        await patch(client, who, **NEW)
        assert (await decide(client, who, who.organisation_id)).json()["code"] == "office_only"
    staff = await sign_in_platform(client)
    assert (await decide(client, staff, authority.organisation_id)).status_code == 200
    pending = await register_organisation(client, "authority", verified=False)
    assert (await decide(client, pending, mine.organisation_id)).json()["code"] == "office_only"


async def test_who_was_verified_and_refused_does_not_come_back_under_another_s_name(client):
    mine = await register_organisation(client)
    old = await page(client, mine, mine.organisation_id)
    await refuse(client, mine.organisation_id)
    corrected = (await patch(client, mine, name="清华大学")).json()
    assert (corrected["status"], corrected["name"]) == ("pending", old["name"])
    assert corrected["name_change"]["name"] == "清华大学"
    await verify_organisation(client, mine.organisation_id)
    assert (await page(client, None, mine.organisation_id))["name"] == old["name"]


async def test_whom_nobody_has_verified_calls_itself_as_it_likes_and_nobody_sees_it(client):
    mark = secrets.token_hex(4)
    mine = await register_organisation(client, "enterprise", verified=False)
    renamed = (await patch(client, mine, name=f"某名{mark}", name_en=f"Some {mark}")).json()
    assert (renamed["name"], renamed["name_change"]) == (f"某名{mark}", None)
    other = await register_organisation(client)
    for address in (f"/v1/organisations?q={mark}", f"/v1/parties?q={mark}"):
        assert (await client.get(address, headers=other.headers)).json()["items"] == []
    feed = await client.get("/v1/changes?after=start&types=organisation&limit=100")
    assert mark not in feed.text


@pytest.mark.parametrize("office", ["platform", "authority"])
async def test_a_registration_is_on_the_desk_at_once_with_the_way_to_verify_it(client, office):
    office = await (sign_in_platform(client) if office == "platform" else register_organisation(client, "authority"))
    other = await register_organisation(client)
    body = registration_body("enterprise")
    made = (await client.post("/v1/organisations", json=body)).json()["id"]
    message = (await told(client, office, "organisation.registered", made))[0]
    assert message["data"] == message["data"] | {"organisation_id": made, "kind": "enterprise", "name": body["name"]}
    way = f"/v1/organisations/{made}/verification"
    assert way in message["text"]
    verified = await client.post(way, json={"outcome": "verified"}, headers=office.headers)
    assert verified.status_code == 200, verified.text
    mine = await sign_in(client, body["member"]["email"])
    for who in (other, mine):
        items = (await client.get("/v1/inbox", headers=who.headers)).json()["items"]
        assert "organisation.registered" not in {one["type"] for one in items}


async def test_a_refused_organisation_that_corrects_itself_is_on_the_desk_again(client):
    mine, staff = await register_organisation(client, verified=False), await sign_in_platform(client)
    await refuse(client, mine.organisation_id)
    await patch(client, mine, introduction="更正后的介绍")
    assert await told(client, staff, "organisation.corrected", mine.organisation_id)
