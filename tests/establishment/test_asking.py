"""Who may ask about what, and who hears of it."""

from typing import Any

import httpx

from tests.scenarios.establishment import get_request, propose, read_feed, wait_for_feed
from tests.scenarios.holdings import end_holding, get_holders, name_holder
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent


async def test_who_sold_a_patent_asks_about_it_as_about_one_of_others(client: httpx.AsyncClient) -> None:
    seller, buyer = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, seller)
    await name_holder(client, seller, patent["id"], buyer)
    await end_holding(client, seller, patent["id"], patent["holders"][0]["holding_id"])
    path = f"/v1/patents/{patent['id']}/establishment"
    unseen = await client.post(path, json={"evidence": "登记簿"}, headers=seller.headers)
    assert unseen.status_code == 404, unseen.text
    await list_patent(client, buyer, patent["id"])
    request = await propose(client, seller, patent["id"])
    assert (await get_request(client, buyer, request["id"]))["patent_id"] == patent["id"]
    assert await get_holders(client, buyer, patent["id"]) == {buyer.organisation_id}
    sold: Any = {"evidence": "登记簿", "patent_ids": [patent["id"]]}
    own = await enter_patent(client, seller)
    beside = await client.post(f"/v1/patents/{own['id']}/establishment", json=sold, headers=seller.headers)
    assert (beside.status_code, beside.json()["errors"][0]["code"]) == (422, "not_your_row"), beside.text


async def test_an_office_asks_about_no_private_row_of_others(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    path = f"/v1/patents/{own['id']}/establishment"
    asked = await client.post(path, json={"evidence": "xxx"}, headers=staff.headers)
    assert asked.status_code == 404, asked.text


async def test_a_disputed_holder_hears_of_no_request(client: httpx.AsyncClient) -> None:
    one, two, three = [await register_organisation(client) for _ in range(3)]
    patent = await enter_patent(client, one)
    holding = await name_holder(client, one, patent["id"], two)
    path = f"/v1/patents/{patent['id']}/holdings/{holding}/dispute"
    assert (await client.post(path, json={"reason": "疑义"}, headers=one.headers)).status_code == 200
    own = await enter_patent(client, three, application_number=patent["application_number"])
    request = await propose(client, three, own["id"])
    file = (await get_request(client, one, request["id"]))["evidence_files"][0]["id"]
    await wait_for_feed(client, one, request["id"])
    assert (await client.get(f"/v1/files/{file}/content", headers=two.headers)).status_code == 404
    assert (await client.get(f"/v1/establishments/{request['id']}", headers=two.headers)).status_code == 404
    assert request["id"] not in await read_feed(client, two)
