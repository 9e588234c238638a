"""Pairs that are new are told by themselves: once, to the sides that may know, and again when something has changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.matching.codes import StandingSide
from backend.matching.standing.evaluation import Pair
from backend.matching.standing.rules import Standing, as_found, as_gone
from tests.scenarios.matches import COMPLAINT, PRESS, all_told, list_titled, match_with, of_one_trade, say, tellings
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, publish_need
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post
from tests.scenarios.rights import post_right, post_right_end
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases
FOUND, MET = "need.listings_found", "listing.need_found"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


async def told(client: httpx.AsyncClient, member: Member, kind: str) -> list[dict[str, Any]]:
    """Return the messages of a kind in the member's inbox."""
    items = (await get(client, member, "/v1/inbox", limit=100))["items"]
    return [item for item in items if item["type"] == kind]


async def once_told(client: httpx.AsyncClient, member: Member, kind: str) -> list[dict[str, Any]]:
    """Return the messages of a kind once there is one."""
    return list(await wait_until(lambda: told(client, member, kind), kind))


async def test_a_new_listing_is_told_to_the_asker_and_a_new_need_to_the_holder(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, **COMPLAINT)
    listing = await list_titled(client, holder, **PRESS)
    (message,) = await once_told(client, asker, FOUND)
    assert message["data"]["listing_ids"] == [listing["id"]]
    (seen,) = await once_told(client, holder, MET)
    assert seen["data"] == {"need_id": need["id"], "count": 1, "listing_ids": [listing["id"]]}


async def change_listing(client: httpx.AsyncClient, holder: Member, listing_id: str, **terms: Any) -> None:
    headers = holder.headers | {"If-Match": "*"}
    answer = await client.patch(f"/v1/listings/{listing_id}", json=terms, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_a_pair_is_told_again_when_an_exclusive_licence_ends(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    await publish_need(client, asker, **looked_for)
    listing = await list_titled(client, holder, **made)
    await all_told(app)
    exclusive = await post_right(client, holder, listing["patent_id"], licence_type="exclusive")
    assert exclusive.status_code == 201, exclusive.text
    await all_told(app)
    assert len(await tellings(client, asker, FOUND)) == 1
    ended = await post_right_end(client, holder, exclusive.json())
    assert ended.status_code == 200, ended.text
    await all_told(app)
    assert [said["listing_ids"] for said in await tellings(client, asker, FOUND)] == [[listing["id"]]] * 2


async def test_a_price_that_comes_within_a_secret_budget_is_told_to_the_asker_alone(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    await publish_need(client, asker, **looked_for, budget_max_fen=5_000_000)
    listing = await list_titled(client, holder, **made)
    await all_told(app)
    for price, asker_knows_of in ((9_000_000, 1), (6_000_000, 1), (4_900_000, 2), (4_800_000, 2)):
        await change_listing(client, holder, listing["id"], price_fen=price)
        await all_told(app)
        assert len(await tellings(client, asker, FOUND)) == asker_knows_of, price
        assert len(await tellings(client, holder, MET)) == 1, price


async def test_a_small_change_is_not_told_and_a_gain_of_a_fifth_is(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade(3, more=3)
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    await publish_need(client, asker, **looked_for)
    listing = await list_titled(client, holder, **made)
    await all_told(app)
    await change_listing(client, holder, listing["id"], summary="可用于车间。", stage=6)
    await all_told(app)
    assert len(await tellings(client, asker, FOUND)) == 1
    await change_listing(client, holder, listing["id"], keywords=looked_for["problem"].split()[3:])
    await all_told(app)
    assert len(await tellings(client, asker, FOUND)) == 2


async def test_many_listings_published_at_once_are_told_in_one_message(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, **looked_for)
    patents = [await enter_patent(client, holder, **made) for _ in range(14)]
    terms = {"deal_types": ["ordinary_licence"], "price_note": "面议"}
    body = {"action": "publish", "ids": [patent["id"] for patent in patents], "terms": terms}
    job = await post(client, holder, "/v1/listings/bulk", body, 202)
    await wait_until(lambda: _is_done(client, holder, job["id"]), "the end of the job")
    await all_told(app)
    (found,) = await tellings(client, asker, FOUND)
    assert (found["need_id"], found["count"]) == (need["id"], 10)
    (met,) = await tellings(client, holder, MET)
    assert met["count"] == 10


async def _is_done(client: httpx.AsyncClient, member: Member, job_id: str) -> bool:
    return bool((await get(client, member, f"/v1/jobs/{job_id}"))["finished_at"])


async def test_what_an_asker_called_not_relevant_is_not_told_again(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, **looked_for, budget_max_fen=5_000_000)
    listing = await list_titled(client, holder, **made)
    await change_listing(client, holder, listing["id"], price_fen=9_000_000)
    await all_told(app)
    match = await match_with(client, asker, need["id"], listing["id"])
    await say(client, asker, match["id"], "not_relevant", "wrong_problem")
    before = len(await tellings(client, asker, FOUND))
    await change_listing(client, holder, listing["id"], price_fen=1_000_000)
    await all_told(app)
    assert len(await tellings(client, asker, FOUND)) == before


async def test_a_confidential_need_is_told_to_whom_it_names_and_its_abstract_to_all(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    made, looked_for = of_one_trade()
    named, other = [await register_organisation(client) for _ in range(2)]
    asker = await register_organisation(client, "enterprise")
    for holder in (named, other):
        await list_titled(client, holder, **made)
    hidden = looked_for | {"confidential": True, "shown_to": [named.organisation_id]}
    need = await publish_need(client, asker, **hidden)
    await all_told(app)
    assert len(await tellings(client, named, MET)) == 1
    assert await tellings(client, other, MET) == []
    await change_need(client, asker, need, abstract=looked_for["problem"])
    await all_told(app)
    assert [said["need_id"] for said in await tellings(client, other, MET)] == [need["id"]]
    assert len(await tellings(client, named, MET)) == 1


def evaluated(points: int, *barriers: str) -> Pair:
    return Pair("need", "listing", StandingSide.HOLDER, False, points, barriers)


def test_what_was_told_a_short_while_ago_waits_until_that_is_over() -> None:
    told = Standing(
        points=3_000, by_abstract=False, barriers=["price"], barriers_since_told=["price"], is_present=True,
        pending_since=None, told_at=NOW, told_points=3_000,
    )  # fmt: skip
    fallen = as_found(told, evaluated(3_000), NOW + DAY / 2, DAY)
    assert fallen.pending_since == NOW + DAY
    assert as_found(fallen, evaluated(3_000, "price"), NOW + DAY / 2, DAY).pending_since is None
    assert as_found(told, evaluated(3_000), NOW + 2 * DAY, DAY).pending_since == NOW + 2 * DAY
    gone = as_gone(told)
    assert gone is not None
    assert as_found(gone, evaluated(2_900), NOW + 2 * DAY, DAY).pending_since is not None
    assert as_found(told, evaluated(3_599, "price"), NOW + 2 * DAY, DAY).pending_since is None
    assert as_found(told, evaluated(3_600, "price"), NOW + 2 * DAY, DAY).pending_since is not None
