"""Who may ask about what, and who hears of it."""

from typing import Any

import httpx

from tests.scenarios import establishment as made
from tests.scenarios import members as factories
from tests.scenarios import patents


async def test_who_sold_a_patent_asks_about_it_as_about_one_of_others(client: httpx.AsyncClient) -> None:
    seller, buyer = await factories.organisation(client), await factories.organisation(client)
    patent = await patents.entered(client, seller)
    await made.named(client, seller, patent["id"], buyer)
    await made.ended(client, seller, patent["id"], patent["holders"][0]["holding_id"])
    path = f"/v1/patents/{patent['id']}/establishment"
    unseen = await client.post(path, json={"evidence": "登记簿"}, headers=seller.headers)
    assert unseen.status_code == 404, unseen.text
    await patents.listed(client, buyer, patent["id"])
    request = await made.proposed(client, seller, patent["id"])
    assert (await made.shown(client, buyer, request["id"]))["patent_id"] == patent["id"]
    assert await made.holders(client, buyer, patent["id"]) == {buyer.organisation_id}
    sold: Any = {"evidence": "登记簿", "patent_ids": [patent["id"]]}
    own = await patents.entered(client, seller)
    beside = await client.post(f"/v1/patents/{own['id']}/establishment", json=sold, headers=seller.headers)
    assert (beside.status_code, beside.json()["errors"][0]["code"]) == (422, "not_your_row"), beside.text


async def test_an_office_asks_about_no_private_row_of_others(client: httpx.AsyncClient) -> None:
    one, two = await factories.organisation(client), await factories.organisation(client)
    staff = await factories.platform(client)
    patent = await patents.entered(client, one)
    own = await patents.entered(client, two, application_number=patent["application_number"])
    path = f"/v1/patents/{own['id']}/establishment"
    asked = await client.post(path, json={"evidence": "xxx"}, headers=staff.headers)
    assert asked.status_code == 404, asked.text


async def test_a_disputed_holder_hears_of_no_request(client: httpx.AsyncClient) -> None:
    one, two, three = [await factories.organisation(client) for _ in range(3)]
    patent = await patents.entered(client, one)
    holding = await made.named(client, one, patent["id"], two)
    path = f"/v1/patents/{patent['id']}/holdings/{holding}/dispute"
    assert (await client.post(path, json={"reason": "疑义"}, headers=one.headers)).status_code == 200
    own = await patents.entered(client, three, application_number=patent["application_number"])
    request = await made.proposed(client, three, own["id"])
    file = (await made.shown(client, one, request["id"]))["evidence_files"][0]["id"]
    await made.feed_with(client, one, request["id"])
    assert (await client.get(f"/v1/files/{file}/content", headers=two.headers)).status_code == 404
    assert (await client.get(f"/v1/establishments/{request['id']}", headers=two.headers)).status_code == 404
    assert request["id"] not in await made.feed(client, two)
