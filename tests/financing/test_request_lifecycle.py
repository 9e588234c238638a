"""A request on its road: drafted, disclosed, submitted, asked about, offered for, accepted."""

import httpx
import pytest

from tests.scenarios.financing import (
    disclose,
    draft_request,
    get_request,
    make_offer,
    post_acceptance,
    post_offer,
    register_bank,
    send_request,
    submit_request,
    views_of,
)
from tests.scenarios.members import register_organisation
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def test_a_request_goes_to_the_chosen_banks_and_ends_with_one_offer(client: httpx.AsyncClient) -> None:
    enterprise = await register_organisation(client, "enterprise")
    one, two = await register_bank(client), await register_bank(client)
    request, made = await send_request(client, enterprise, one.id, two.id)
    assert request["status"] == "submitted"
    place = f"/v1/financing-requests/{request['id']}"
    read = (await get_request(client, one.drafter, request["id"])).json()
    assert (read["role"], read["status"], read["company"]["employees"]) == ("bank", "submitted", 86)
    question = await post(client, one.drafter, f"{place}/questions", {"text": "请补充合同"}, 201)
    assert (await get_request(client, one.drafter, request["id"])).json()["paused"] is True
    answered = await post(client, enterprise, f"{place}/questions/{question['id']}/answer", {"text": "已补"}, 200)
    assert answered["answer"] == "已补"
    assert (await get_request(client, one.drafter, request["id"])).json()["paused"] is False
    first = await make_offer(client, one, request["id"])
    second = await make_offer(client, two, request["id"], rate_bp=60)
    shown = (await get(client, enterprise, f"{place}/offers"))["items"]
    assert {offer["id"] for offer in shown} == {first["id"], second["id"]}
    accepted = await post_acceptance(client, enterprise, first["id"])
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["status"] == "accepted"
    assert (await get_request(client, enterprise, request["id"])).json()["status"] == "accepted"
    assert (await get_request(client, one.drafter, request["id"])).json()["status"] == "accepted"
    assert (await get_request(client, two.drafter, request["id"])).status_code == 404
    theirs = await client.post(f"/v1/financing-offers/{second['id']}/withdrawal", headers=two.drafter.headers)
    assert theirs.status_code == 409
    seen = await views_of(client, enterprise, made[0])
    assert [view["parts"] for view in seen][-1] == ["company", "documents", "patents", "request"]
    assert {view["member_role"] for view in seen} == {"owner"}


async def test_nobody_learns_of_a_draft(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request = await draft_request(client, enterprise)
    await disclose(client, enterprise, request["id"], bank.id)
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404
    await submit_request(client, enterprise, request["id"])
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 200


async def test_the_drafter_of_an_offer_does_not_approve_it(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request, _ = await send_request(client, enterprise, bank.id)
    drafted = (await post_offer(client, bank.drafter, request["id"])).json()
    place = f"/v1/financing-offers/{drafted['id']}"
    refused = await client.post(f"{place}/approval", headers=bank.drafter.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "offer_needs_another_person")
    early = await post_acceptance(client, enterprise, drafted["id"])
    assert early.status_code == 404
    assert (await get(client, enterprise, f"/v1/financing-requests/{request['id']}/offers"))["items"] == []
    await post(client, bank.approver, f"{place}/approval", None, 200)
    assert (await post_acceptance(client, enterprise, drafted["id"])).status_code == 200
