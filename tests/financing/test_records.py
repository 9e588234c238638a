"""What a bank keeps of a request that it reads no more: its own offers, and the record of what was disclosed to it."""

from typing import Any

import httpx
import pytest

from tests.scenarios.financing import (
    Bank,
    disclose,
    draft_request,
    get_request,
    make_offer,
    post_acceptance,
    post_offer,
    register_bank,
    send_request,
)
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
Kept = tuple[Member, list[Bank], dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]


async def two_offers(client: httpx.AsyncClient) -> Kept:
    """Return a request with the disclosures and offers of two banks."""
    enterprise, banks = await register_organisation(client, "enterprise"), [await register_bank(client) for _ in "12"]
    request, made = await send_request(client, enterprise, *[bank.id for bank in banks])
    return enterprise, banks, request, made, [await make_offer(client, bank, request["id"]) for bank in banks]


async def assert_records(
    client: httpx.AsyncClient, bank: Bank, request: dict[str, Any], disclosure: dict[str, Any], offer: dict[str, Any]
) -> None:
    place = f"/v1/financing-requests/{request['id']}"
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404
    assert (await get(client, bank.drafter, "/v1/financing-requests", role="bank"))["items"] == []
    kept = await get(client, bank.drafter, f"/v1/financing-offers/{offer['id']}")
    terms = ("amount_fen", "term_months", "rate_bp", "conditions", "drafted_by", "approved_by")
    assert {name: kept[name] for name in terms} == {name: offer[name] for name in terms}
    assert (kept["status"], kept["closed_by"], kept["loan_id"]) == ("rejected", "borrower", None)
    for listing in ("/v1/financing-offers", "/v1/financing-offers?status=rejected", f"{place}/offers"):
        assert (await get(client, bank.drafter, listing))["items"] == [kept]
    assert (await get(client, bank.drafter, "/v1/financing-offers?status=standing"))["items"] == []
    record = await get(client, bank.drafter, f"{place}/disclosures/{disclosure['id']}")
    told = ("purpose", "parts", "ends_on")
    assert {name: record[name] for name in told} == {name: disclosure[name] for name in told}
    assert (record["status"], record["receipt"]["to_organisation_id"]) == ("ended", bank.id)
    for listing in ("/v1/financing-disclosures", f"{place}/disclosures"):
        assert (await get(client, bank.drafter, listing))["items"] == [record]
    for path in ("/checks", "/questions"):
        assert (await client.get(place + path, headers=bank.drafter.headers)).status_code == 404


async def test_a_bank_whose_offer_lost_keeps_its_offer_and_its_receipt(client: httpx.AsyncClient) -> None:
    enterprise, banks, request, made, offers = await two_offers(client)
    assert (await post_acceptance(client, enterprise, offers[0]["id"])).status_code == 200
    await assert_records(client, banks[1], request, made[1], offers[1])


async def test_a_withdrawn_request_looks_to_its_banks_like_one_that_went_to_another(client: httpx.AsyncClient) -> None:
    enterprise, banks, request, made, offers = await two_offers(client)
    await post(client, enterprise, f"/v1/financing-requests/{request['id']}/withdrawal", None, 200)
    for place in (0, 1):
        await assert_records(client, banks[place], request, made[place], offers[place])


async def test_records_are_their_own_sides_alone(client: httpx.AsyncClient) -> None:
    enterprise, (one, two), request, made, offers = await two_offers(client)
    third = await register_bank(client)
    for who in (third.drafter, await sign_in_platform(client), two.drafter):
        for path in (
            f"/v1/financing-offers/{offers[0]['id']}",
            f"/v1/financing-requests/{request['id']}/disclosures/{made[0]['id']}",
        ):
            assert (await client.get(path, headers=who.headers)).status_code == 404
    for listing in ("/v1/financing-offers", "/v1/financing-disclosures"):
        assert (await get(client, third.drafter, listing))["items"] == []
        assert len((await get(client, two.drafter, listing))["items"]) == 1
    drafted = (await post_offer(client, one.drafter, request["id"])).json()
    hidden = await client.get(f"/v1/financing-offers/{drafted['id']}", headers=enterprise.headers)
    assert hidden.status_code == 404, "a draft is the bank's alone"


async def test_what_was_never_sent_leaves_no_record(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request = await draft_request(client, enterprise)
    made = await disclose(client, enterprise, request["id"], bank.id)
    for _ in range(2):
        assert (await get(client, bank.drafter, "/v1/financing-disclosures"))["items"] == []
        for path in ("/disclosures", "/offers", f"/disclosures/{made['id']}"):
            answer = await client.get(f"/v1/financing-requests/{request['id']}{path}", headers=bank.drafter.headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_financing_request")
        answer = await client.post(f"/v1/financing-requests/{request['id']}/withdrawal", headers=enterprise.headers)
        assert answer.status_code in (200, 409)


async def test_a_bank_that_is_verified_no_more_reads_no_records(client: httpx.AsyncClient) -> None:
    _, (one, _), request, made, offers = await two_offers(client)
    staff = await sign_in_platform(client)
    refusal = {"outcome": "refused", "reason": "冒用名称"}
    await post(client, staff, f"/v1/organisations/{one.id}/verification", refusal, 200)
    for listing in ("/v1/financing-offers", "/v1/financing-disclosures"):
        assert (await get(client, one.drafter, listing))["items"] == []
    for path in (
        f"/v1/financing-offers/{offers[0]['id']}",
        f"/v1/financing-requests/{request['id']}/disclosures/{made[0]['id']}",
    ):
        assert (await client.get(path, headers=one.drafter.headers)).status_code == 404
