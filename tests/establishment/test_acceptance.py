"""What is accepted is what was seen, of somebody who is verified, and not by the asker itself."""

import asyncio
from typing import Any

import httpx

from tests.scenarios.establishment import get_request, post_decision, propose, read_feed, wait_for_feed
from tests.scenarios.holdings import get_holders, name_holder
from tests.scenarios.listings import draft_listing, list_patent
from tests.scenarios.members import Member, organisation_name, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, get_patent, patch_patent, post_legal_event, publication_number
from tests.scenarios.waiting import wait_until

WHOLE = {"numerator": 1, "denominator": 1}


async def named_whole(client: httpx.AsyncClient, member: Member, **facts: Any) -> dict[str, Any]:
    holder = {"name": await organisation_name(client, member), "share": WHOLE}
    return await enter_patent(client, member, holders=[holder], **facts)


async def test_a_row_that_changed_since_it_was_proposed_is_shown_anew_first(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    changed = await patch_patent(client, two, own["id"], title_en="Something else", title="另一个")
    assert changed.status_code == 200, changed.text
    refused = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert (refused.status_code, refused.json()["code"]) == (409, "row_changed")
    assert (await get_patent(client, one, patent["id"]))["title_en"] is None
    seen = await get_request(client, one, request["id"])
    assert seen["version"] > request["version"]
    assert seen["claimed"]["facts"] == [
        {"fact": "title", "mine": patent["title"], "theirs": "另一个"},
        {"fact": "title_en", "mine": None, "theirs": "Something else"},
    ]
    done = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert done.status_code == 200, done.text


async def test_a_wrong_holder_of_the_whole_gives_way_to_the_holder_of_the_whole(client: httpx.AsyncClient) -> None:
    squatter, holder = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    taken = await named_whole(client, squatter)
    own = await named_whole(client, holder, application_number=taken["application_number"])
    request = await propose(client, holder, own["id"])
    by_holder = await post_decision(client, squatter, taken["id"], request["id"], "acceptance")
    assert (by_holder.status_code, by_holder.json()["code"]) == (409, "shares_exceed_whole"), by_holder.text
    wrong = [taken["holders"][0]["holding_id"]]
    done = await post_decision(
        client, staff, taken["id"], request["id"], "acceptance", ends_holdings=wrong, reason="登记簿载明"
    )
    assert done.status_code == 200, done.text
    assert await get_holders(client, holder, taken["id"]) == {holder.organisation_id}


async def test_a_batch_goes_on_past_a_request_that_cannot_be_joined(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    good = [await enter_patent(client, one) for _ in range(2)]
    number = publication_number()
    bad = await enter_patent(client, one, publication_number=number)
    rows = [await enter_patent(client, two, application_number=known["application_number"]) for known in good]
    contradicting = {"application_number": None, "publication_number": number, "filing_date": "2017-01-01"}
    rows.insert(1, await enter_patent(client, two, **contradicting))
    request = await propose(client, two, rows[0]["id"], patent_ids=[row["id"] for row in rows[1:]])
    waiting = f"/v1/establishments?batch_id={request['batch_id']}&state=proposed"

    async def all_there() -> bool:
        return len((await client.get(waiting, headers=one.headers)).json()["items"]) == 3

    await wait_until(all_there)
    done = await post_decision(client, one, good[0]["id"], request["id"], "acceptance", batch=True)
    assert (done.status_code, done.json()["remaining"]) == (200, 1), done.text
    for known in good:
        assert await get_holders(client, one, known["id"]) == {one.organisation_id, two.organisation_id}
    left = (await client.get(waiting, headers=one.headers)).json()["items"]
    assert [item["patent_id"] for item in left] == [bad["id"]]
    refused = await post_decision(client, one, bad["id"], left[0]["id"], "refusal", reason="不是同一件", batch=True)
    assert (refused.status_code, refused.json()["remaining"]) == (200, 0), refused.text
    feed = await wait_for_feed(client, two, "establishment.refused")
    assert feed.count('"establishment.accepted"') == 2, "nothing is told of what was undone"


async def test_an_asker_adopts_nothing_of_its_own(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    assert (await post_legal_event(client, two, own["id"], "surrendered", "2025-03-01")).status_code == 201
    request = await propose(client, two, own["id"])
    assert (await post_decision(client, one, patent["id"], request["id"], "acceptance")).status_code == 200
    path = (client, two, patent["id"], request["id"], "adoption")
    taken = await post_decision(*path, takes=["legal_events"])
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_holder"), taken.text
    assert (await get_patent(client, one, patent["id"]))["legal_status"] == "in_force"
    by_other = await post_decision(client, one, patent["id"], request["id"], "adoption", takes=["legal_events"])
    assert by_other.status_code == 200, by_other.text


async def test_who_is_not_verified_any_more_is_not_accepted(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    path = f"/v1/organisations/{two.organisation_id}/verification"
    finding = {"outcome": "refused", "reason": "材料虚假"}
    assert (await client.post(path, json=finding, headers=staff.headers)).status_code == 200
    for member in (one, staff):
        done = await post_decision(client, member, patent["id"], request["id"], "acceptance")
        assert (done.status_code, done.json()["code"]) == (409, "asker_not_verified"), done.text
    assert await get_holders(client, one, patent["id"]) == {one.organisation_id}
    refused = await post_decision(client, one, patent["id"], request["id"], "refusal", reason="未核验")
    assert refused.status_code == 200, refused.text


async def test_a_draft_of_a_joined_row_ends_unless_it_is_taken(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    listing = await draft_listing(client, two, own["id"])
    request = await propose(client, two, own["id"])
    assert (await post_decision(client, one, patent["id"], request["id"], "acceptance")).status_code == 200
    ended = (await client.get(f"/v1/listings/{listing['id']}", headers=two.headers)).json()
    assert (ended["status"], ended["status_reason"]) == ("delisted", "joined")
    late = await post_decision(client, one, patent["id"], request["id"], "adoption", takes=["listing"])
    assert (late.status_code, late.json()["code"]) == (409, "nothing_to_take")
    assert listing["id"] not in await read_feed(client, one)
    await draft_listing(client, two, patent["id"])


async def test_a_draft_of_a_row_that_joins_what_its_author_holds_ends(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    listing = await draft_listing(client, two, own["id"])
    await name_holder(client, one, patent["id"], two)

    async def ended() -> bool:
        status = (await client.get(f"/v1/listings/{listing['id']}", headers=two.headers)).json()["status"]
        return bool(status == "delisted")

    await wait_until(ended)


async def test_who_asks_with_a_row_and_without_is_accepted_for_both(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    await list_patent(client, one, patent["id"])
    without = await propose(client, two, patent["id"])
    own = await enter_patent(client, two, application_number=patent["application_number"])
    by_row = await propose(client, two, own["id"])
    for request in (by_row, without):
        done = await post_decision(client, one, patent["id"], request["id"], "acceptance")
        assert done.status_code == 200, done.text
    assert await get_holders(client, one, patent["id"]) == {one.organisation_id, two.organisation_id}


async def test_two_who_accept_a_batch_from_both_its_ends_at_once_do_not_stop_each_other(
    client: httpx.AsyncClient,
) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    known = [await enter_patent(client, one) for _ in range(6)]
    rows = [await enter_patent(client, two, application_number=patent["application_number"]) for patent in known]
    first = await propose(client, two, rows[0]["id"], patent_ids=[row["id"] for row in rows[1:]])
    waiting = f"/v1/establishments?batch_id={first['batch_id']}&state=proposed"

    async def all_there() -> list[dict[str, Any]] | None:
        items = (await client.get(waiting, headers=one.headers)).json()["items"]
        return items if len(items) == len(known) else None

    by_patent = {item["patent_id"]: item["id"] for item in await wait_until(all_there)}
    ends = ((one, known[0]["id"]), (staff, known[-1]["id"]))
    answers = await asyncio.gather(
        *(post_decision(client, who, patent, by_patent[patent], "acceptance", batch=True) for who, patent in ends)
    )
    said = sorted((answer.status_code, answer.json().get("code", "")) for answer in answers)
    assert said == [(200, ""), (409, "establishment_not_in_state")]
    assert (await client.get(waiting, headers=one.headers)).json()["items"] == []
    for patent in known:
        assert two.organisation_id in await get_holders(client, one, patent["id"])
