"""Introductions through the front door: asked, answered, withdrawn, ended, and what each side sees meanwhile."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.scenarios.introductions import (
    ASKING,
    accept_introduction,
    ask_for_introduction,
    decline_introduction,
    enter_match,
    get_introduction,
    introduce,
    make_pair,
    post_introduction,
)
from tests.scenarios.listings import list_patent
from tests.scenarios.members import add_member, register_organisation, sign_in_platform
from tests.scenarios.needs import change_need, get_need
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases
UNKNOWN = "mat_01h455vb4pex5vsknk084sn02q"


async def test_the_asker_asks_and_the_holder_accepts(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    asked = await post_introduction(client, pair.asker, pair.match_id, share=["name"])
    assert asked.status_code == 201, asked.text
    one = asked.json()
    assert asked.headers["location"] == f"/v1/introductions/{one['id']}"
    assert (one["status"], one["role"], one["asked_by"]) == ("asked", "requester", "need")
    assert one["requester_contact"] is None
    seen = await get_introduction(client, pair.holder, one)
    assert (seen["role"], seen["message"], seen["need_title"]) == ("answerer", ASKING["message"], pair.need["title"])
    accepted = await accept_introduction(client, pair.holder, one, share=["name", "email"])
    assert accepted["status"] == "accepted"
    assert accepted["requester_contact"] == {"name": "王示例", "email": None}
    mine = await get_introduction(client, pair.asker, one)
    assert mine["answerer_contact"]["email"] == pair.holder.user_email
    assert (await get_need(client, pair.asker, pair.need["id"])).json()["status"] == "matched"


async def test_the_holder_asks_and_the_asker_declines_with_a_reason(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await ask_for_introduction(client, pair.holder, pair.match_id)
    assert one["asked_by"] == "listing"
    declined = await decline_introduction(client, pair.asker, one, "price", note="预算不足")
    assert (declined["status"], declined["decline_reason"]) == ("declined", "price")
    seen = await get_introduction(client, pair.holder, one)
    assert (seen["decline_note"], seen["requester_contact"]) == ("预算不足", None)
    again = await post_introduction(client, pair.holder, pair.match_id)
    assert (again.status_code, again.json()["code"]) == (409, "introduction_too_soon")
    assert again.json()["introduction_id"] == one["id"]
    assert (await post_introduction(client, pair.asker, pair.match_id)).status_code == 201  # who declined may ask


async def test_a_holder_sees_why_it_was_declined_in_sums_of_its_own(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    for reason in ("price", "price", "too_early"):
        pair = await make_pair(client, holder=holder)
        await decline_introduction(
            client, pair.asker, await ask_for_introduction(client, holder, pair.match_id), reason
        )
    found = (await client.get("/v1/introductions/declines", headers=holder.headers)).json()
    assert {(item["asked_by"], item["reason"]): item["count"] for item in found["items"]} == {
        ("listing", "price"): 2,
        ("listing", "too_early"): 1,
    }
    assert (await client.get("/v1/introductions/declines", headers=pair.asker.headers)).json()["items"] == []


async def test_a_match_is_asked_about_once_whoever_asks(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    for member in (pair.asker, pair.holder):
        again = await post_introduction(client, member, pair.match_id)
        assert (again.status_code, again.json()["code"]) == (409, "introduction_exists")
        assert again.json()["introduction_id"] == one["id"]


async def test_two_who_ask_at_once_make_one_introduction(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    asking = [post_introduction(client, member, pair.match_id) for member in (pair.asker, pair.holder) * 3]
    codes = sorted(answer.status_code for answer in await asyncio.gather(*asking))
    assert codes == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize("steps", [("acceptance", "acceptance"), ("acceptance", "decline"), ("decline", "withdrawal")])
async def test_of_two_answers_at_once_one_counts(client: httpx.AsyncClient, steps: tuple[str, ...]) -> None:
    pair = await make_pair(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    bodies: dict[str, Any] = {"acceptance": {}, "decline": {"reason": "other"}, "withdrawal": None}
    who = {"withdrawal": pair.asker}
    answers = await asyncio.gather(
        *(
            client.post(
                f"/v1/introductions/{one['id']}/{step}",
                json=bodies[step],
                headers=who.get(step, pair.holder).headers,
            )
            for step in steps
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["code"] == "introduction_not_in_state"


async def test_nobody_else_asks_and_no_stranger_learns_of_a_match(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    other, staff = await register_organisation(client), await sign_in_platform(client)
    unknown = (await post_introduction(client, other, UNKNOWN)).json()
    for member in (other, staff):
        refused = await post_introduction(client, member, pair.match_id)
        assert refused.status_code == 404
        assert {k: v for k, v in refused.json().items() if k != "instance"} == {
            k: v for k, v in unknown.items() if k != "instance"
        }
    assert (await post_introduction(client, None, pair.match_id)).status_code == 401


async def test_a_holder_cannot_ask_about_a_confidential_need_that_it_may_not_know(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client, confidential=True)
    unknown = (await post_introduction(client, pair.holder, UNKNOWN)).json()
    refused = await post_introduction(client, pair.holder, pair.match_id)
    assert refused.status_code == 404
    assert refused.json() | {"instance": ""} == unknown | {"instance": ""}
    hidden = await post_introduction(client, pair.asker, pair.match_id)
    assert (hidden.status_code, hidden.json()["code"]) == (409, "need_hidden_from_holder")


async def test_on_the_abstract_a_holder_asks_and_sees_the_need_once_it_is_accepted(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client, confidential=True, abstract="寻求一种电解液。", budget_max_fen=77_123)
    one = await ask_for_introduction(client, pair.holder, pair.match_id)
    assert (one["need_title"], one["need_organisation_id"]) == (None, None)
    assert pair.asker.organisation_id not in str(one)
    assert (await get_introduction(client, pair.asker, one))["need_title"] == pair.need["title"]
    await accept_introduction(client, pair.asker, one)
    seen = await get_introduction(client, pair.holder, one)
    assert seen["need_organisation_id"] == pair.asker.organisation_id
    shown = (await get_need(client, pair.holder, pair.need["id"])).json()
    assert (shown["face"], shown["title"], shown["budget_max_fen"]) == ("full", pair.need["title"], None)
    assert (await get_need(client, pair.asker, pair.need["id"])).json()["shown_to"] == [pair.holder.organisation_id]


async def test_an_asker_of_a_confidential_need_stays_unnamed_until_the_holder_accepts(
    client: httpx.AsyncClient,
) -> None:
    pair = await make_pair(client, confidential=True, abstract="寻求一种电解液。")
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    seen = await get_introduction(client, pair.holder, one)
    assert pair.asker.organisation_id not in str(seen)
    assert pair.need["title"] not in str(seen)
    accepted = await accept_introduction(client, pair.holder, one)
    assert accepted["need_organisation_id"] == pair.asker.organisation_id


async def test_nobody_is_introduced_about_what_is_not_there(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    await post(client, pair.holder, f"/v1/listings/{pair.listing['id']}/suspension", {"reason": "暂停"}, 200)
    for member in (pair.asker, pair.holder):
        refused = await post_introduction(client, member, pair.match_id)
        assert (refused.status_code, refused.json()["code"]) == (409, "listing_not_listed")
    await post(client, pair.holder, f"/v1/listings/{pair.listing['id']}/resumption")
    await post(client, pair.asker, f"/v1/needs/{pair.need['id']}/closure", {"outcome": "given_up"}, 200)
    refused = await post_introduction(client, pair.asker, pair.match_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "need_not_open")
    assert (await post_introduction(client, pair.holder, pair.match_id)).status_code == 404


async def test_nobody_is_introduced_to_himself(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    pair = await make_pair(client, asker=mine, holder=mine)
    refused = await post_introduction(client, mine, pair.match_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "own_match")


@pytest.mark.parametrize("gone", ["need", "listing"])
async def test_a_question_lapses_with_its_need_or_its_listing(client: httpx.AsyncClient, gone: str) -> None:
    pair = await make_pair(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    if gone == "need":
        await post(client, pair.asker, f"/v1/needs/{pair.need['id']}/closure", {"outcome": "given_up"}, 200)
    else:
        await post(client, pair.holder, f"/v1/listings/{pair.listing['id']}/delisting")
    seen = await get_introduction(client, pair.holder, one)
    assert (seen["status"], seen["ended_because"]) == ("ended", f"{gone}_gone")
    late = await client.post(f"/v1/introductions/{one['id']}/acceptance", json={}, headers=pair.holder.headers)
    assert (late.status_code, late.json()["code"]) == (409, "introduction_not_in_state")


async def test_what_was_withdrawn_needs_no_answer_and_is_not_asked_again_at_once(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    for member in (pair.holder, await sign_in_platform(client)):
        refused = await client.post(f"/v1/introductions/{one['id']}/withdrawal", headers=member.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "introduction_step_not_yours")
    back = await post(client, pair.asker, f"/v1/introductions/{one['id']}/withdrawal", None, 200)
    assert (back["status"], back["ended_because"]) == ("ended", "withdrawn")
    again = await post_introduction(client, pair.asker, pair.match_id)
    assert (again.status_code, again.json()["code"]) == (409, "introduction_too_soon")


async def test_the_two_sides_alone_see_it_and_the_platform_no_word_of_it(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await introduce(client, pair)
    other, staff = await register_organisation(client), await sign_in_platform(client)
    assert (await client.get(f"/v1/introductions/{one['id']}", headers=other.headers)).status_code == 404
    seen = await get_introduction(client, staff, one)
    assert (seen["message"], seen["requester_contact"], seen["role"]) == (None, None, None)
    listed = await client.get("/v1/introductions", params={"state": "accepted"}, headers=other.headers)
    assert listed.json()["items"] == []
    for role, member in (("requester", pair.asker), ("answerer", pair.holder)):
        found = await client.get("/v1/introductions", params={"role": role}, headers=member.headers)
        assert [item["id"] for item in found.json()["items"]] == [one["id"]]
        none = {"requester": "answerer", "answerer": "requester"}[role]
        assert (await client.get(f"/v1/introductions?role={none}", headers=member.headers)).json()["items"] == []


async def test_who_is_no_member_any_more_is_not_reached(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    editor = await add_member(client, pair.asker)
    one = await ask_for_introduction(client, editor, pair.match_id, share=["email"])
    await accept_introduction(client, pair.holder, one)
    assert (await get_introduction(client, pair.holder, one))["requester_contact"]["email"] == editor.user_email
    members = f"/v1/organisations/{pair.asker.organisation_id}/members"
    found = (await client.get(members, headers=pair.asker.headers)).json()["items"]
    (member_id,) = [member["id"] for member in found if member["email"] == editor.user_email]
    gone = await client.delete(f"{members}/{member_id}", headers=pair.asker.headers | {"If-Match": "*"})
    assert gone.is_success, gone.text
    assert (await get_introduction(client, pair.holder, one))["requester_contact"] == {"name": None, "email": None}


async def test_a_name_taken_back_from_a_confidential_need_leaves_the_introduction(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client, confidential=True, abstract="寻求一种电解液。")
    one = await introduce(client, pair)
    need = (await get_need(client, pair.asker, pair.need["id"])).json()
    await change_need(client, pair.asker, need, shown_to=[])
    seen = await get_introduction(client, pair.holder, one)
    assert (seen["status"], seen["need_title"]) == ("accepted", None)


async def test_an_organisation_waits_for_so_many_answers_of_another_and_no_more(
    client: httpx.AsyncClient,
) -> None:
    pair = await make_pair(client)
    limit = client._transport.app.state.settings.introductions_open_per_pair  # type: ignore[attr-defined]
    answers = []
    for _ in range(limit + 1):
        patent = await enter_patent(client, pair.holder)
        listing = await list_patent(client, pair.holder, patent["id"])
        match_id = await enter_match(client, pair.need["id"], listing["id"])
        answers.append(await post_introduction(client, pair.holder, match_id))
    assert {answer.status_code for answer in answers[:-1]} == {201}
    assert answers[-1].json()["code"] == "too_many_open_introductions"
