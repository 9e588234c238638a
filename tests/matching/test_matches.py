"""Needs and listings meet: each side is shown the pairs that come closest, with what their scores are made of."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.core.events import stream
from backend.core.settings import Settings
from tests.scenarios.matches import (
    COMPLAINT,
    PRESS,
    all_told,
    list_titled,
    match_with,
    matches_of,
    need_met_by,
    of_one_trade,
    preview,
    say,
    tellings,
)
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, draft_need, publish_need
from tests.scenarios.requests import get
from tests.scenarios.rights import post_right
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def test_a_need_is_shown_the_listings_that_come_closest_with_the_words_that_met(
    client: httpx.AsyncClient,
) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    await list_titled(client, holder, title="一种锂离子电池电解液", ipc=["H01M10/0567"])
    need = await publish_need(client, asker, **COMPLAINT)
    match = await match_with(client, asker, need["id"], listing["id"])
    assert match["listing"]["title"] == PRESS["title"]
    assert "<mark>冲床</mark>" in match["highlights"]["title"]
    words = match["parts"][0]["evidence"]["words"]
    assert {"冲床"} <= {word["word"] for word in words}
    assert match["need"] is None
    first = (await matches_of(client, asker, f"/v1/needs/{need['id']}"))[0]
    assert first["listing_id"] == listing["id"]


async def test_a_listing_is_shown_the_needs_that_it_meets(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    need = await publish_need(client, asker, **COMPLAINT)
    match = await need_met_by(client, holder, listing["id"], need["id"])
    assert match["need"]["problem"] == need["problem"]
    assert "<mark>" in match["highlights"]["problem"]
    assert (await match_with(client, asker, need["id"], listing["id"]))["id"] == match["id"]


async def test_the_parts_of_a_score_are_its_addends(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    need = await publish_need(client, asker, **(COMPLAINT | {"stage_min": 4, "budget_max_fen": 5_000_000}))
    match = await match_with(client, asker, need["id"], listing["id"])
    assert match["score"] == pytest.approx(sum(part["points"] for part in match["parts"]))
    text = match["parts"][0]
    addends = sum(word["points"] for word in text["evidence"]["words"]) + text["evidence"]["others"]["points"]
    assert text["points"] == pytest.approx(addends)
    assert {part["name"] for part in match["parts"]} >= {"text", "classes", "stage", "price", "term_left"}


async def test_a_text_is_compared_without_an_account(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    listing = await list_titled(client, holder, title="一种桥梁拉索断丝的磁检测装置", ipc=["G01N27/83"])

    async def look() -> bool:
        found = await preview(client, "斜拉桥的拉索里面断没断丝，不拆护套能查出来吗？")
        return bool(found) and found[0]["listing"]["listing_id"] == listing["id"]

    await wait_until(look, "the listing")


async def test_a_patent_is_shown_those_like_it_without_itself(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    one = await list_titled(client, holder, title="一种水稻秸秆还田的旋耕机", ipc=["A01B49/02"])
    other = await list_titled(client, holder, title="一种秸秆还田旋耕机的刀轴", ipc=["A01B33/10"])

    async def look() -> list[str]:
        found = await get(client, holder, f"/v1/patents/{one['patent_id']}/similar")
        ids = [item["listing"]["listing_id"] for item in found["items"]]
        assert one["id"] not in ids
        return ids if other["id"] in ids else []

    assert await wait_until(look, "the other") == [other["id"]]


async def test_what_nobody_can_have_as_it_is_wanted_is_not_shown(client: httpx.AsyncClient) -> None:
    """A draft is compared as well, for its own organisation."""
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    need = await draft_need(client, asker, **(COMPLAINT | {"deal_types": ["exclusive_licence"]}))
    assert (await match_with(client, asker, need["id"], listing["id"]))["listing"]["deal_types"] == ["ordinary_licence"]
    answer = await post_right(client, holder, listing["patent_id"], licence_type="exclusive")
    assert answer.status_code == 201, answer.text

    async def gone() -> bool:
        items = await matches_of(client, asker, f"/v1/needs/{need['id']}", limit=100)
        return listing["id"] not in [item["listing_id"] for item in items]

    await wait_until(gone, "the end of the match")


async def test_what_an_asker_says_changes_its_own_order_at_once(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    one, two = [await list_titled(client, holder, **PRESS) for _ in range(2)]
    need = await publish_need(client, asker, **COMPLAINT)
    match = await match_with(client, asker, need["id"], one["id"])
    await match_with(client, asker, need["id"], two["id"])
    assert (await say(client, asker, match["id"], "not_relevant", "price"))["reasons"] == ["price"]
    left = [item["listing_id"] for item in await matches_of(client, asker, f"/v1/needs/{need['id']}")]
    assert one["id"] not in left
    assert two["id"] in left
    settings = await client.get("/v1/me/matching-settings", headers=asker.headers)
    switched = await client.put(
        "/v1/me/matching-settings",
        json={"order_by_feedback": False},
        headers=asker.headers | {"If-Match": settings.headers["etag"]},
    )
    assert switched.status_code == 200, switched.text
    back = [item["listing_id"] for item in await matches_of(client, asker, f"/v1/needs/{need['id']}")]
    assert one["id"] in back


async def test_others_are_shown_no_matches(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    need = await publish_need(client, asker, **COMPLAINT)
    match = await match_with(client, asker, need["id"], listing["id"])
    other = await register_organisation(client)
    for path, code in (
        (f"/v1/needs/{need['id']}/matches", "need_step_not_yours"),
        (f"/v1/listings/{listing['id']}/matches", "listing_step_not_yours"),
        (f"/v1/matches/{match['id']}", "no_such_match"),
    ):
        assert (await client.get(path, headers=other.headers)).json()["code"] == code


async def test_a_changed_need_is_compared_by_its_new_words_at_once(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    need = await publish_need(client, asker, **COMPLAINT)
    await match_with(client, asker, need["id"], listing["id"])
    await change_need(client, asker, need, title="茶叶烘干", problem="茶叶烘干时温度不均。")
    items = await matches_of(client, asker, f"/v1/needs/{need['id']}", limit=100)
    assert listing["id"] not in [item["listing_id"] for item in items]


async def test_a_word_that_would_raise_the_score_raises_it_when_it_is_mentioned(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **PRESS)
    need = await publish_need(client, asker, **COMPLAINT)
    match = await need_met_by(client, holder, listing["id"], need["id"])
    assert match["parts"][0]["raised_by"] == [], "lists propose no words, as their description says"
    before = await get(client, holder, f"/v1/matches/{match['id']}")
    raising = before["parts"][0]["raised_by"]
    assert {one["code"] for one in raising} == {"mention_word"}
    assert all(one["facts"]["word"] in need["title"] + need["problem"] for one in raising)
    first = raising[0]
    headers = holder.headers | {"If-Match": "*"}
    changed = await client.patch(
        f"/v1/listings/{listing['id']}", json={"keywords": [first["facts"]["word"]]}, headers=headers
    )
    assert changed.status_code == 200, changed.text
    after = await get(client, holder, f"/v1/matches/{match['id']}")
    assert after["score"] >= before["score"] + first["points"] - 0.005


async def page_of(client: httpx.AsyncClient, member: Member, path: str, cursor: str | None = None) -> dict[str, Any]:
    """Return one match of those at an address, the first or the one at the cursor."""
    return await get(client, member, f"{path}/matches", limit=1, **({"cursor": cursor} if cursor else {}))


async def test_pages_of_listings_say_when_their_order_changed_under_the_cursor(client: httpx.AsyncClient) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listings = [await list_titled(client, holder, **made) for _ in range(3)]
    need = await publish_need(client, asker, **looked_for)
    for listing in listings:
        await match_with(client, asker, need["id"], listing["id"])
    place = f"/v1/needs/{need['id']}"
    first = await page_of(client, asker, place)
    second = await page_of(client, asker, place, first["next_cursor"])
    last = await page_of(client, asker, place, second["next_cursor"])
    pages = (first, second, last)
    assert [(page["shifted"], page["total"], len(page["items"])) for page in pages] == [(False, 3, 1)] * 3
    assert {page["items"][0]["listing_id"] for page in pages} == {listing["id"] for listing in listings}
    assert last["next_cursor"] is None
    await say(client, asker, last["items"][0]["id"], "not_relevant")
    assert (await page_of(client, asker, place, first["next_cursor"]))["shifted"] is False, "nothing before it changed"
    await say(client, asker, first["items"][0]["id"], "not_relevant")
    assert (await page_of(client, asker, place, first["next_cursor"]))["shifted"] is True
    answer = await client.get(f"{place}/matches", params={"cursor": "AAAA"}, headers=asker.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_pages_of_needs_say_when_their_order_changed_under_the_cursor(client: httpx.AsyncClient) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **made)
    for _ in range(2):
        need = await publish_need(client, asker, **looked_for)
        await need_met_by(client, holder, listing["id"], need["id"])
    place = f"/v1/listings/{listing['id']}"
    first = await page_of(client, holder, place)
    second = await page_of(client, holder, place, first["next_cursor"])
    assert (first["shifted"], second["shifted"], second["next_cursor"]) == (False, False, None)
    before = {"id": first["items"][0]["need_id"]}
    await change_need(client, asker, before, title="茶叶烘干", problem="茶叶烘干时温度不均。")

    async def look() -> bool:
        return bool((await page_of(client, holder, place, first["next_cursor"]))["shifted"])

    await wait_until(look, "the changed order")


async def test_a_match_has_an_etag_and_is_not_sent_again_unchanged(client: httpx.AsyncClient) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **made)
    need = await publish_need(client, asker, **looked_for)
    match = await match_with(client, asker, need["id"], listing["id"])
    for place in (f"/v1/matches/{match['id']}", f"/v1/listings/{listing['id']}/objections"):
        reader = holder if "objections" in place else asker
        seen = await client.get(place, headers=reader.headers)
        assert seen.status_code == 200, seen.text
        known = reader.headers | {"If-None-Match": seen.headers["etag"]}
        assert (await client.get(place, headers=known)).status_code == 304
    place = f"/v1/matches/{match['id']}"
    seen = await client.get(place, headers=asker.headers)
    await say(client, asker, match["id"], "relevant")
    again = await client.get(place, headers=asker.headers | {"If-None-Match": seen.headers["etag"]})
    assert (again.status_code, again.json()["feedback"]["verdict"]) == (200, "relevant")


async def test_what_is_taken_back_is_an_event_of_the_side_that_had_said_it(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await list_titled(client, holder, **made)
    need = await publish_need(client, asker, **looked_for)
    match = await match_with(client, asker, need["id"], listing["id"])
    await say(client, asker, match["id"], "relevant")
    place = f"/v1/matches/{match['id']}/feedback"
    taken_back = await client.delete(place, headers=asker.headers)
    assert (taken_back.status_code, "event-id" in taken_back.headers) == (204, True)
    again = await client.delete(place, headers=asker.headers)
    assert (again.status_code, "event-id" in again.headers) == (204, False), "nothing changed"
    await stream.now(app.state.database)  # so that what happened has its place
    kind = "match.feedback_taken_back"
    assert await tellings(client, asker, kind) == [{"match_id": match["id"]}]
    assert await tellings(client, holder, kind) == []
    assert (await get(client, asker, f"/v1/matches/{match['id']}"))["feedback"] is None


async def test_how_many_comparisons_one_caller_has_in_a_minute_is_limited(settings: Settings) -> None:
    limited = create_app(settings.model_copy(update={"comparisons_per_caller_per_minute": 4}))
    transport = httpx.ASGITransport(app=limited)
    async with (
        limited.router.lifespan_context(limited),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
        listing = await list_titled(client, holder, **PRESS)
        need = await publish_need(client, asker, **COMPLAINT)
        similar = f"/v1/patents/{listing['patent_id']}/similar"
        for who, path in (
            (asker.headers, f"/v1/needs/{need['id']}/matches"),
            (holder.headers, f"/v1/listings/{listing['id']}/matches"),
            ({}, similar),
        ):
            answers = [await client.get(path, headers=who) for _ in range(8)]  # a minute may begin anew among them
            assert {answer.status_code for answer in answers[:4]} <= {200, 503}
            assert [answer for answer in answers[4:] if answer.status_code == 429 and "Retry-After" in answer.headers]
        assert (await client.get(similar, headers=holder.headers)).status_code == 429


async def test_equal_listings_have_equal_scores_and_one_order(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    patents = sorted([(await list_titled(client, holder, **made))["patent_id"] for _ in range(4)])
    need = await publish_need(client, asker, **looked_for)
    await all_told(app)
    path = f"/v1/needs/{need['id']}"
    orders = [await matches_of(client, asker, path, limit=limit) for limit in (4, 100, 4)]
    for items in orders:
        assert [item["listing"]["id"] for item in items[:4]] == patents
        assert len({item["score"] for item in items[:4]}) == 1
    first = (await get(client, asker, f"{path}/matches", limit=2))["next_cursor"]
    rest = await get(client, asker, f"{path}/matches", limit=2, cursor=first)
    assert [item["listing"]["id"] for item in rest["items"]] == patents[2:]
    assert rest["shifted"] is False
