"""Who is told of what happens to needs: the feed, the inbox, and nobody who may not know."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import change_need, draft_need, get_need, publish_need
from tests.scenarios.requests import get, post
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def told(client: httpx.AsyncClient, who: Member | None, need_id: str, **asked: Any) -> list[tuple[str, bool]]:
    """Return what the feed says of the need, in its order."""
    found, place = [], None
    while True:
        query = {"types": "need", "limit": 100, **asked} | ({"after": place} if place else {})
        answer = await client.get("/v1/changes", params=query, headers=who.headers if who else {})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [(c["type"], c["removed"]) for c in page["items"] if c["subject"] == need_id]
        assert all(c["data"] == {"need_id": c["subject"]} for c in page["items"])
        place = page["next_after"]
        if not page["more"]:
            return found


async def settled(
    client: httpx.AsyncClient, asker: Member | None, need_id: str, last: str, *, times: int = 1
) -> list[tuple[str, bool]]:
    """Return what somebody is told once the last of it has come so many times."""

    async def there() -> list[tuple[str, bool]]:
        said = await told(client, asker, need_id)
        return said if [one for one, _removed in said].count(last) >= times and said[-1][0] == last else []

    found: list[tuple[str, bool]] = await wait_until(there, last)
    return found


async def inbox(client: httpx.AsyncClient, member: Member) -> list[tuple[str, str]]:
    items = (await get(client, member, "/v1/inbox", limit=100))["items"]
    return [(item["type"], item["subject"]) for item in items if item["type"].startswith("need.")]


async def test_the_feed_tells_everybody_of_a_public_need_and_of_its_end(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, budget_max_fen=5)
    await change_need(client, asker, need, budget_max_fen=6)
    await change_need(client, asker, need, tried="两种")
    await post(client, asker, f"/v1/needs/{need['id']}/closure", {"outcome": "given_up"}, 200)
    own = await settled(client, asker, need["id"], "need.closed")
    assert own == [
        ("need.created", False),
        ("need.published", False),
        ("need.updated", False),
        ("need.updated", False),
        ("need.closed", True),
    ]
    everybody = [("need.published", False), ("need.updated", False), ("need.closed", True)]
    assert await told(client, None, need["id"]) == everybody, "a secret budget changes nothing for others"


async def test_of_a_confidential_need_only_those_named_are_told(client: httpx.AsyncClient) -> None:
    asker, other = await register_organisation(client, "enterprise"), await register_organisation(client)
    centre = await register_organisation(client, "operation_centre")
    need = await publish_need(client, asker, confidential=True, shown_to=[centre.organisation_id])
    await change_need(client, asker, need, tried="两种")
    await change_need(client, asker, need, abstract="寻求一种电解液。")
    await change_need(client, asker, need, abstract="寻求一种低温电解液。")
    await change_need(client, asker, need, abstract=None)
    await change_need(client, asker, need, shown_to=[])
    await change_need(client, asker, need, title="另一标题")
    assert (await settled(client, asker, need["id"], "need.updated", times=6))[:3] == [
        ("need.created", False),
        ("need.published", False),
        ("need.shown", False),
    ]
    abstract = [
        ("need.abstract_published", False),
        ("need.abstract_updated", False),
        ("need.abstract_withdrawn", True),
    ]
    for somebody in (other, None):
        assert await told(client, somebody, need["id"]) == abstract
    names = await told(client, centre, need["id"])
    assert [one for one in names if "abstract" not in one[0]] == [
        ("need.published", False),
        ("need.shown", False),
        *[("need.updated", False)] * 4,
        ("need.concealed", True),
    ]


async def test_what_becomes_confidential_is_removed_from_the_feed(client: httpx.AsyncClient) -> None:
    asker, centre = await register_organisation(client, "enterprise"), await register_organisation(client)
    need = await publish_need(client, asker)
    await change_need(client, asker, need, confidential=True, shown_to=[centre.organisation_id], abstract="摘要")
    await settled(client, asker, need["id"], "need.abstract_published")
    everybody = [("need.published", False), ("need.withdrawn", True), ("need.abstract_published", False)]
    assert await told(client, None, need["id"]) == everybody
    await change_need(client, asker, need, confidential=False)
    await settled(client, None, need["id"], "need.published", times=2)
    assert (await told(client, None, need["id"]))[-1] == ("need.published", False)
    assert (await get_need(client, None, need["id"])).json()["title"] == need["title"]
    assert (await get_need(client, asker, need["id"])).json()["shown_to"] == []


async def test_whoever_is_named_first_is_told_once_by_the_inbox(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker, other = await register_organisation(client, "enterprise"), await register_organisation(client)
    centre = await register_organisation(client, "operation_centre")
    need = await draft_need(client, asker, confidential=True, shown_to=[centre.organisation_id])
    await post(client, asker, f"/v1/needs/{need['id']}/publication")
    await wait_until(lambda: inbox(client, centre), "the message")
    await change_need(client, asker, need, shown_to=[])
    await change_need(client, asker, need, shown_to=[centre.organisation_id])
    later = await publish_need(client, asker, confidential=True, shown_to=[centre.organisation_id])

    async def both() -> bool:
        return len(await inbox(client, centre)) > 1

    await wait_until(both, "the second message")
    assert sorted(await inbox(client, centre)) == sorted([("need.shown", need["id"]), ("need.shown", later["id"])])
    assert await inbox(client, other) == await inbox(client, asker) == []
    assert app is not None


async def test_the_asker_is_told_that_its_need_was_taken_down_and_nobody_else(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    centre, other = await register_organisation(client, "operation_centre"), await register_organisation(client)
    need = await publish_need(client, asker, confidential=True, shown_to=[centre.organisation_id])
    public = await publish_need(client, asker)
    for one in (need, public):
        await post(client, staff, f"/v1/needs/{one['id']}/takedown", {"reason": "示例理由"}, 200)

    async def both() -> bool:
        return len(await inbox(client, asker)) == 2

    await wait_until(both, "the messages")
    assert await inbox(client, centre) == [("need.shown", need["id"])]
    assert await inbox(client, other) == []
    assert ("need.taken_down", True) not in await told(client, other, need["id"])
    assert ("need.taken_down", True) in await told(client, other, public["id"])


async def test_who_is_verified_no_more_has_nothing_published(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    need = await publish_need(client, asker)
    refusal = {"outcome": "refused", "reason": "示例理由"}
    await post(client, staff, f"/v1/organisations/{asker.organisation_id}/verification", refusal, 200)
    assert (await get_need(client, None, need["id"])).status_code == 404
    own = (await get_need(client, asker, need["id"])).json()
    assert (own["status"], own["taken_down_by"]) == ("taken_down", "not_verified")
    again = {"outcome": "verified"}
    await post(client, staff, f"/v1/organisations/{asker.organisation_id}/verification", again, 200)
    await post(client, asker, f"/v1/needs/{need['id']}/publication", None, 200)


async def test_who_is_named_sees_it_only_while_verified(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    centre = await register_organisation(client, "operation_centre")
    need = await publish_need(client, asker, confidential=True, shown_to=[centre.organisation_id])
    refusal = {"outcome": "refused", "reason": "示例理由"}
    await post(client, staff, f"/v1/organisations/{centre.organisation_id}/verification", refusal, 200)
    assert (await get_need(client, centre, need["id"])).status_code == 404
