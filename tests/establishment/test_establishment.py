"""Whoever says to hold a patent that others hold is heard first; nothing changes before that."""

import httpx

from tests.scenarios.establishment import get_request, post_decision, propose
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import application_number, enter_patent, get_patent, post_legal_event, publication_number
from tests.scenarios.waiting import wait_until

STRANGE = {
    "title": "陌生人的名称",
    "abstract": "陌生人的摘要",
    "inventors": ["陌生人"],
    "first_claim": "陌生人的权利要求",
}


async def holders(client: httpx.AsyncClient, member: Member, patent_id: str) -> set[str]:
    return {holder["organisation_id"] for holder in (await get_patent(client, member, patent_id))["holders"]}


async def test_a_strangers_entry_changes_nothing_of_a_patent_with_gaps(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder, grant_date=None, filing_date=None)
    await list_patent(client, holder, patent["id"])
    before = (await client.get(f"/v1/patents/{patent['id']}")).content
    for verified in (False, True):
        stranger = await register_organisation(client, verified=verified)
        own = await enter_patent(client, stranger, application_number=patent["application_number"], **STRANGE)
        assert own["id"] != patent["id"]
        assert (own["title"], own["not_taken"]) == (STRANGE["title"], [])
        assert (await client.get(f"/v1/patents/{patent['id']}")).content == before
        assert (await client.get(f"/v1/patents/{own['id']}")).status_code == 404
        assert (await client.get(f"/v1/patents/{own['id']}", headers=holder.headers)).status_code == 404


async def test_an_entry_is_answered_alike_whether_the_number_is_taken_or_not(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    taken = await enter_patent(client, holder)
    for verified in (False, True):
        stranger = await register_organisation(client, verified=verified)
        shapes = []
        for number in (taken["application_number"], application_number()):
            own = await enter_patent(client, stranger, application_number=number, **STRANGE)
            again = await get_patent(client, stranger, own["id"])
            by_number = await client.get(f"/v1/patents/by-number/{number}", headers=stranger.headers)
            assert by_number.json()["id"] == own["id"]
            for told in (own, again):
                for name in ("id", "application_number", "created_at", "updated_at"):
                    told[name] = ""
                for one in told["holders"]:
                    one["holding_id"] = ""
            shapes.append((own, again))
        assert shapes[0] == shapes[1]


async def test_a_private_row_is_listed_and_counted_nowhere(client: httpx.AsyncClient) -> None:
    holder, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, holder)
    before = (await client.get("/v1/statistics/catalogue")).json()["patents"]
    own = await enter_patent(client, other, application_number=patent["application_number"])
    draft = {"patent_id": own["id"], "deal_types": ["assignment"], "price_note": "面议"}
    listing = (await client.post("/v1/listings", json=draft, headers=other.headers)).json()
    assert (await client.post(f"/v1/listings/{listing['id']}/submission", headers=other.headers)).status_code == 200
    refused = await client.post(f"/v1/listings/{listing['id']}/publication", headers=other.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_established")
    assert "/establishment" in refused.json()["cure"]
    assert (await client.get("/v1/statistics/catalogue")).json()["patents"] == before
    await list_patent(client, holder, patent["id"])  # and the holder is not kept from listing it


async def test_whoever_asks_is_heard_and_joins_the_row_that_stays(client: httpx.AsyncClient) -> None:
    one, two, other = [await register_organisation(client) for _ in range(3)]
    patent = await enter_patent(client, one)
    own = await enter_patent(
        client, two, application_number=patent["application_number"], title_en="Cathode", title="另一个名称"
    )
    graded = {"grade": "A", "method": "评审", "assessor": "中心", "assessed_on": "2026-01-01"}
    await client.post(f"/v1/patents/{own['id']}/assessments", json=graded, headers=two.headers)
    request = await propose(client, two, own["id"])
    assert (request["patent_id"], request["claimed"]) == (None, None), "the asker learns no id before it is accepted"
    seen = await get_request(client, one, request["id"])
    assert (seen["row_id"], seen["patent_id"], seen["organisation_id"]) == (None, patent["id"], two.organisation_id)
    assert (seen["claimed"]["fills"], seen["claimed"]["differs"]) == (["title_en"], ["title"])
    file = seen["evidence_files"][0]["id"]
    assert (await client.get(f"/v1/files/{file}/content", headers=one.headers)).status_code == 200
    for member in (other, None):
        hidden = await client.get(f"/v1/establishments/{request['id']}", headers=member.headers if member else {})
        assert hidden.status_code == (404 if member else 401)
    assert (await client.get(f"/v1/files/{file}/content", headers=other.headers)).status_code == 404
    assert await holders(client, one, patent["id"]) == {one.organisation_id}

    stranger = await post_decision(client, other, patent["id"], request["id"], "acceptance")
    asker = await post_decision(client, two, patent["id"], request["id"], "acceptance")
    assert (stranger.status_code, asker.status_code) == (404, 403)
    done = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert (done.status_code, done.json()["state"]) == (200, "accepted"), done.text
    joined = await get_patent(client, two, patent["id"])
    assert (joined["title"], joined["title_en"], joined["grade"]) == (patent["title"], "Cathode", "A")
    assert await holders(client, one, patent["id"]) == {one.organisation_id, two.organisation_id}
    moved = await client.get(f"/v1/patents/{own['id']}", headers=two.headers)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/v1/patents/{patent['id']}")
    assert (await client.get(f"/v1/patents/{own['id']}", headers=one.headers)).status_code == 404
    again = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert (again.status_code, again.json()["code"]) == (409, "establishment_not_in_state")


async def test_what_a_holder_refuses_an_office_may_find_right(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    again = await client.post(f"/v1/patents/{own['id']}/establishment", json={"evidence": "又"}, headers=two.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_asked")
    refused = await post_decision(client, one, patent["id"], request["id"], "refusal", reason="未登记")
    assert (refused.json()["state"], refused.json()["reason"]) == ("refused", "未登记")
    assert (await post_decision(client, one, patent["id"], request["id"], "acceptance")).status_code == 409
    found = await post_decision(client, staff, patent["id"], request["id"], "acceptance")
    assert found.json()["state"] == "accepted", found.text
    states = {h["organisation_id"]: h["state"] for h in (await get_patent(client, two, patent["id"]))["holders"]}
    assert states == {one.organisation_id: "asserted", two.organisation_id: "verified"}


async def test_an_asker_may_withdraw(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    assert (await post_decision(client, one, patent["id"], request["id"], "withdrawal")).status_code == 404
    gone = await post_decision(client, two, own["id"], request["id"], "withdrawal")
    assert gone.json()["state"] == "withdrawn", gone.text
    assert (await post_decision(client, one, patent["id"], request["id"], "acceptance")).status_code == 409
    await propose(client, two, own["id"])


async def test_nobody_unverified_asks(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client, verified=False)
    patent = await enter_patent(client, one)
    for number in (patent["application_number"], application_number()):
        own = await enter_patent(client, two, application_number=number)
        refused = await client.post(
            f"/v1/patents/{own['id']}/establishment", json={"evidence": "x"}, headers=two.headers
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "organisation_not_verified")


async def test_a_patent_that_everybody_sees_may_be_asked_about_without_a_row(client: httpx.AsyncClient) -> None:
    seller, buyer = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, seller)
    path = f"/v1/patents/{patent['id']}/establishment"
    assert (await client.post(path, json={"evidence": "x"}, headers=buyer.headers)).status_code == 404
    await list_patent(client, seller, patent["id"])
    request = await propose(client, buyer, patent["id"])
    before = (await client.get(f"/v1/patents/{patent['id']}")).content
    done = await post_decision(client, seller, patent["id"], request["id"], "acceptance")
    assert done.status_code == 200, done.text
    assert (await client.get(f"/v1/patents/{patent['id']}")).content != before
    assert await holders(client, buyer, patent["id"]) == {seller.organisation_id, buyer.organisation_id}


async def test_rows_that_contradict_are_not_joined(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one, publication_number=publication_number())
    own = await enter_patent(
        client, two, application_number=None, publication_number=patent["publication_number"], filing_date="2017-01-01"
    )
    request = await propose(client, two, own["id"])
    refused = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert (refused.status_code, refused.json()["code"]) == (409, "rows_contradict")
    assert (await get_request(client, one, request["id"]))["state"] == "proposed"


async def test_legal_events_and_listing_of_an_asker_wait_until_they_are_taken(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    event = await post_legal_event(client, two, own["id"], "surrendered", "2025-03-01")
    assert event.status_code == 201, event.text
    draft = {"patent_id": own["id"], "deal_types": ["assignment"], "price_note": "面议"}
    listing = (await client.post("/v1/listings", json=draft, headers=two.headers)).json()
    request = await propose(client, two, own["id"])
    done = await post_decision(client, one, patent["id"], request["id"], "acceptance", takes=["listing"])
    assert (done.status_code, done.json()["taken"]) == (200, ["listing"]), done.text
    assert (await get_patent(client, one, patent["id"]))["legal_status"] == "in_force", "nobody took the event"
    assert (await get_patent(client, one, patent["id"]))["listing"]["id"] == listing["id"]
    taken = await post_decision(client, one, patent["id"], request["id"], "adoption", takes=["legal_events"])
    assert (taken.status_code, taken.json()["taken"]) == (200, ["listing", "legal_events"]), taken.text
    assert (await get_patent(client, one, patent["id"]))["legal_status"] == "surrendered"
    nothing = await post_decision(client, one, patent["id"], request["id"], "adoption", takes=["legal_events"])
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_take")


async def test_holders_and_offices_are_told_who_asks_and_the_asker_how_it_ended(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])

    async def told(member: Member, kind: str) -> bool:
        page = await client.get("/v1/inbox?limit=100", headers=member.headers)
        return any(m["type"] == kind and m["subject"] == request["id"] for m in page.json()["items"])

    staff = await sign_in_platform(client)
    for member in (one, staff):
        await wait_until(lambda member=member: told(member, "establishment.proposed"))
    assert not await told(two, "establishment.proposed")
    await post_decision(client, one, patent["id"], request["id"], "acceptance")
    await wait_until(lambda: told(two, "establishment.accepted"))
