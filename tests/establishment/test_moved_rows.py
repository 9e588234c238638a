"""A request to be heard goes on where its row or its patent goes on, and never swallows a row that is others' too."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from tests.scenarios.establishment import get_request, post_decision, propose
from tests.scenarios.holdings import end_holding, get_holders, name_holder
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.patents import (
    enter_patent,
    get_patent,
    patch_patent,
    patent_body,
    post_legal_event,
    publication_number,
)

pytestmark = pytest.mark.both_databases


async def test_a_request_goes_on_where_its_patent_was_merged_into_another(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    number = publication_number()
    first = await enter_patent(client, one, application_number=None, publication_number=number)
    second = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=second["application_number"])
    request = await propose(client, two, own["id"])
    merged = await patch_patent(client, one, first["id"], application_number=second["application_number"])
    assert merged.status_code == 200, merged.text
    assert (await get_request(client, one, request["id"]))["patent_id"] == first["id"]
    gone = await post_decision(client, staff, second["id"], request["id"], "acceptance")
    assert gone.status_code == 404
    done = await post_decision(client, one, first["id"], request["id"], "acceptance")
    assert done.status_code == 200, done.text
    assert await get_holders(client, one, first["id"]) == {one.organisation_id, two.organisation_id}


async def test_a_request_goes_on_where_its_row_was_merged_into_another(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    number = publication_number()
    patent = await enter_patent(client, one, publication_number=number)
    older = await enter_patent(client, two, application_number=None, publication_number=number)
    younger = await enter_patent(client, two, application_number=patent["application_number"])
    requests = [await propose(client, two, row["id"]) for row in (older, younger)]
    body = patent_body(application_number=patent["application_number"], publication_number=number)
    linked = await client.post("/v1/patents", json=body, headers=two.headers)
    assert (linked.status_code, linked.json()["id"]) == (200, older["id"]), linked.text
    states = [(await get_request(client, two, request["id"]))["state"] for request in requests]
    assert states == ["proposed", "withdrawn"]
    unseen = await post_decision(client, one, patent["id"], requests[0]["id"], "acceptance")
    assert (unseen.status_code, unseen.json()["code"]) == (409, "row_changed")
    done = await post_decision(client, one, patent["id"], requests[0]["id"], "acceptance")
    assert done.status_code == 200, done.text
    assert two.organisation_id in await get_holders(client, one, patent["id"])


async def test_the_request_about_the_younger_of_two_rows_goes_on_as_one_about_the_older(
    client: httpx.AsyncClient,
) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    number = publication_number()
    patent = await enter_patent(client, one, publication_number=number)
    older = await enter_patent(client, two, application_number=None, publication_number=number)
    younger = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, younger["id"])
    body = patent_body(application_number=patent["application_number"], publication_number=number)
    assert (await client.post("/v1/patents", json=body, headers=two.headers)).status_code == 200
    assert (await get_request(client, two, request["id"]))["row_id"] == older["id"]
    for status in (409, 200):  # it is shown anew first
        done = await post_decision(client, one, patent["id"], request["id"], "acceptance")
        assert done.status_code == status, done.text
    assert two.organisation_id in await get_holders(client, one, patent["id"])


async def test_an_old_request_swallows_no_row_that_was_established_since(client: httpx.AsyncClient) -> None:
    one, two, third = [await register_organisation(client) for _ in range(3)]
    patent = await enter_patent(client, one)
    known = {"application_number": patent["application_number"], "publication_number": publication_number()}
    own = await enter_patent(client, two, **known)
    request = await propose(client, two, own["id"])
    assert (await patch_patent(client, two, own["id"], application_number=None)).status_code == 200
    await list_patent(client, two, own["id"])
    await name_holder(client, two, own["id"], third)
    assert (await get_request(client, two, request["id"]))["state"] == "accepted", "the row is established"
    done = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert done.status_code in (404, 409), done.text
    register = (await client.get("/v1/patents", headers=third.headers)).json()["items"]
    assert [row["id"] for row in register] == [own["id"]]


async def test_who_ended_its_holding_of_its_own_row_holds_what_it_was_accepted_for(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    await end_holding(client, two, own["id"], own["holders"][0]["holding_id"])
    done = await post_decision(client, one, patent["id"], request["id"], "acceptance")
    assert done.status_code == 200, done.text
    assert two.organisation_id in await get_holders(client, one, patent["id"])


async def test_a_joined_row_leads_on_or_is_not_there(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    assert (await post_decision(client, one, patent["id"], request["id"], "acceptance")).status_code == 200
    mine = (await get_patent(client, two, patent["id"]))["holders"]
    held = next(h["holding_id"] for h in mine if h["organisation_id"] == two.organisation_id)
    await end_holding(client, two, patent["id"], held)
    assert (await client.get(f"/v1/patents/{own['id']}", headers=two.headers)).status_code == 404
    assert (await patch_patent(client, two, own["id"], title="另一个")).status_code == 404
    event = await post_legal_event(client, two, own["id"], "surrendered", "2025-03-01")
    again = await client.post(f"/v1/patents/{own['id']}/establishment", json={"evidence": "x"}, headers=two.headers)
    assert (event.status_code, again.status_code) == (404, 404)


async def test_an_acceptance_does_not_change_what_was_known_before_it(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    await asyncio.sleep(0.01)
    before = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    await asyncio.sleep(0.01)
    assert (await post_decision(client, one, patent["id"], request["id"], "acceptance")).status_code == 200
    then = await client.get(f"/v1/patents/{patent['id']}?known_at={before}", headers=one.headers)
    assert [holder["organisation_id"] for holder in then.json()["holders"]] == [one.organisation_id]
