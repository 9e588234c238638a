"""What a side may not know moves nothing that it sees: no match, order, score, count, message or byte."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.needs.test_nothing_leaks import everything
from tests.scenarios.listings import draft_listing
from tests.scenarios.matches import all_told, list_titled, matches_of, need_met_by, of_one_trade, tellings
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import publish_need
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post
from tests.scenarios.webhooks import register_webhook, run_receiver

pytestmark = pytest.mark.both_databases
MET = "listing.need_found"


async def seen_of(client: httpx.AsyncClient, holder: Member, listing: dict[str, Any]) -> dict[str, Any]:
    """Return what a holder is answered about its listing and its messages."""
    place = f"/v1/listings/{listing['id']}"
    return {
        "matches": await get(client, holder, f"{place}/matches", limit=100),
        "objections": await get(client, holder, f"{place}/objections"),
        "similar": await get(client, holder, f"/v1/patents/{listing['patent_id']}/similar"),
        "told": await tellings(client, holder, MET),
        "ready": [line for line in (await client.get("/readyz")).json()["checks"] if line["name"] == "matching"],
    }


async def test_a_confidential_need_meets_nothing_of_those_who_may_not_know_it(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    made, looked_for = of_one_trade()
    named, other = [await register_organisation(client) for _ in range(2)]
    asker = await register_organisation(client, "enterprise")
    listings = {holder: await list_titled(client, holder, **made) for holder in (named, other)}
    async with run_receiver() as receiver:
        await register_webhook(client, other, receiver.url, "need", "listing")
        await all_told(app)
        before = await seen_of(client, other, listings[other])
        need = await publish_need(client, asker, **looked_for, confidential=True, shown_to=[named.organisation_id])
        await all_told(app)
        assert await seen_of(client, other, listings[other]) == before
        texts = await everything(client, other) | {"webhooks": "".join(one.body for one in receiver.got)}
    for path, text in texts.items():
        assert need["id"] not in text, path
    match = await need_met_by(client, named, listings[named]["id"], need["id"])
    assert match["need"]["problem"] == looked_for["problem"]
    assert (await client.get(f"/v1/matches/{match['id']}", headers=other.headers)).status_code == 404
    preview = await client.post("/v1/matches/preview", json={"text": looked_for["problem"]})
    assert need["id"] not in preview.text


async def test_everybody_is_compared_with_an_abstract_alone(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    inside, hidden = of_one_trade()
    other, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    by_abstract, by_text = [await list_titled(client, other, **facts) for facts in (made, inside)]
    public = looked_for["problem"]
    need = await publish_need(client, asker, **hidden, confidential=True, abstract=public, deal_types=["assignment"])
    await all_told(app)
    match = await need_met_by(client, other, by_abstract["id"], need["id"])
    assert match["need"]["abstract"] == public
    assert match["need"]["problem"] is None
    assert "deal_type" not in {part["name"] for part in match["parts"]}
    shown = await matches_of(client, other, f"/v1/listings/{by_text['id']}", limit=100)
    assert need["id"] not in [one["need_id"] for one in shown]
    (said,) = [one for one in await tellings(client, other, MET) if one["need_id"] == need["id"]]
    assert said["listing_ids"] == [by_abstract["id"]]


async def test_a_budget_is_not_found_by_varying_a_price(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    tried, still = [await list_titled(client, holder, **made) for _ in range(2)]
    needs = [await publish_need(client, asker, **looked_for, budget_max_fen=fen) for fen in (5_000_000, 64_000_000)]
    await all_told(app)
    seen, orders = [], set()
    low, high = 0, 100_000_000
    while high - low > 2_000_000:
        price = (low + high) // 2
        changed = await client.patch(
            f"/v1/listings/{tried['id']}", json={"price_fen": price}, headers=holder.headers | {"If-Match": "*"}
        )
        assert changed.status_code == 200, changed.text
        await all_told(app)
        answers = await seen_of(client, holder, tried)
        answers["one"] = [await get(client, holder, f"/v1/matches/{m['id']}") for m in answers["matches"]["items"]]
        seen.append(answers)
        own = await matches_of(client, asker, f"/v1/needs/{needs[0]['id']}")
        points = {item["listing_id"]: item["score"] for item in own}
        orders.add(points[tried["id"]] - points[still["id"]])
        low, high = (low, price) if price > 5_000_000 else (price, high)
    assert all(answers == seen[0] for answers in seen)
    assert {one["need_id"] for one in seen[0]["matches"]["items"]} >= {need["id"] for need in needs}
    assert len(orders) > 1


async def test_a_price_over_a_secret_budget_moves_no_other_listing_up_for_the_holder(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    """Eleven listings are equal, so that one waits at the end of the first ten; its place is known by ids alone."""
    budget = 5_000_000
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, holder, **made)
    late = await draft_listing(client, holder, patent["id"], "ordinary_licence")
    first, *_ = [await list_titled(client, holder, **made) for _ in range(10)]
    await publish_need(client, asker, **looked_for, budget_max_fen=budget)
    await all_told(app)
    for step in ("submission", "publication"):
        await post(client, holder, f"/v1/listings/{late['id']}/{step}")
    await all_told(app)
    before = await tellings(client, holder, MET)
    for price in (budget - 1, budget, budget + 1, 2 * budget):
        await client.patch(
            f"/v1/listings/{first['id']}", json={"price_fen": price}, headers=holder.headers | {"If-Match": "*"}
        )
        await all_told(app)
        assert await tellings(client, holder, MET) == before, price


async def test_who_is_named_and_what_is_hidden_decide_nothing_about_whom_the_abstract_reaches(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    for is_named in (False, True):
        inside, hidden = of_one_trade(5)
        made, looked_for = of_one_trade(3, 4)
        named, other = [await register_organisation(client) for _ in range(2)]
        asker = await register_organisation(client, "enterprise")
        for _ in range(10):
            await list_titled(client, named, **inside)
        listing = await list_titled(client, other, **made)
        public = {"confidential": True, "abstract": looked_for["problem"]}
        shown_to = [named.organisation_id] if is_named else []
        need = await publish_need(client, asker, **hidden, **public, shown_to=shown_to)
        await all_told(app)
        (said,) = await tellings(client, other, MET)
        assert (said["need_id"], said["listing_ids"]) == (need["id"], [listing["id"]])
        assert len(await tellings(client, named, MET)) == is_named
