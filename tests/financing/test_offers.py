"""Offers side by side, guarantors who stand for them, and what happens at one moment."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.financing.consistency_checks import CONSISTENCY_CHECKS
from tests.scenarios.consistency import find_differences
from tests.scenarios.financing import (
    Bank,
    disclose,
    get_request,
    make_offer,
    post_acceptance,
    post_disclosure,
    post_offer,
    register_bank,
    send_request,
)
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
GUARANTEE = {"fee_bp": 80, "counter_guarantee": "实际控制人连带保证", "may_be_pledgee": True}


async def parties(client: httpx.AsyncClient, banks: int = 1) -> tuple[Member, list[Bank], dict[str, Any]]:
    enterprise = await register_organisation(client, "enterprise")
    found = [await register_bank(client) for _ in range(banks)]
    request, _ = await send_request(client, enterprise, *[bank.id for bank in found])
    return enterprise, found, request


async def test_offers_stand_side_by_side_with_what_each_costs(client: httpx.AsyncClient) -> None:
    enterprise, (one, two), request = await parties(client, 2)
    fee = {"kind": "arrangement", "time": "at_disbursement", "rate_bp": 50}
    cheap = await make_offer(client, one, request["id"], rate_bp=40)
    dear = await make_offer(client, two, request["id"], rate_bp=40, fees=[fee])
    shown = {
        offer["id"]: offer["cost"]
        for offer in (await get(client, enterprise, f"/v1/financing-requests/{request['id']}/offers"))["items"]
    }
    assert shown[cheap["id"]]["more_than_cheapest_fen"] == 0
    assert shown[dear["id"]]["more_than_cheapest_fen"] == shown[dear["id"]]["fees_fen"] == 1_500_000
    assert shown[dear["id"]]["yearly_rate_bp"] > shown[cheap["id"]]["yearly_rate_bp"]
    assert shown[cheap["id"]]["rate_bp"] == shown[cheap["id"]]["lpr_bp"] + 40


async def test_only_standing_offers_of_one_amount_and_term_are_compared(client: httpx.AsyncClient) -> None:
    enterprise, (one, two, three), request = await parties(client, 3)
    cheap, dear = [await make_offer(client, bank, request["id"], rate_bp=bp) for bank, bp in ((one, 40), (two, 60))]
    small = await make_offer(client, three, request["id"], amount_fen=100_000_000)

    async def compared() -> dict[str, tuple[int | None, str | None]]:
        items = (await get(client, enterprise, f"/v1/financing-requests/{request['id']}/offers", limit=1))["items"]
        items += [await get(client, enterprise, f"/v1/financing-offers/{one['id']}") for one in (cheap, dear)]
        costs = {offer["id"]: offer["cost"] for offer in items}
        return {key: (c["more_than_cheapest_fen"], c["more_than_cheapest_reason"]) for key, c in costs.items()}

    more = dear["cost"]["total_fen"] - cheap["cost"]["total_fen"]
    assert await compared() == {
        small["id"]: (None, "no_like_offer"), cheap["id"]: (0, None), dear["id"]: (more, None),
    }  # fmt: skip
    await post(client, enterprise, f"/v1/financing-offers/{cheap['id']}/rejection", None, 200)
    found = await compared()
    assert (found[cheap["id"]], found[dear["id"]]) == ((None, "not_standing"), (None, "no_like_offer"))


async def test_an_acceptance_names_the_loan_that_it_makes(client: httpx.AsyncClient) -> None:
    enterprise, (bank,), request = await parties(client)
    offer = await make_offer(client, bank, request["id"])
    assert offer["loan_id"] is None
    accepted = (await post_acceptance(client, enterprise, offer["id"])).json()
    loan = await get(client, enterprise, f"/v1/loans/{accepted['loan_id']}")
    assert (loan["offer_id"], loan["status"]) == (offer["id"], "agreed")
    assert (await get(client, bank.drafter, f"/v1/financing-offers/{offer['id']}"))["loan_id"] == loan["id"]


async def test_a_bank_that_declines_closes_its_own_track_and_the_last_one_the_request(
    client: httpx.AsyncClient,
) -> None:
    enterprise, (one, two), request = await parties(client, 2)
    place = f"/v1/financing-requests/{request['id']}"
    declined = await post(client, one.drafter, f"{place}/decline", {"code": "term", "note": "过长"}, 200)
    assert (declined["status"], declined["decline_code"]) == ("declined", "term")
    assert (await get_request(client, one.drafter, request["id"])).status_code == 404
    assert (await get_request(client, enterprise, request["id"])).json()["status"] == "submitted"
    await post(client, two.drafter, f"{place}/decline", {"code": "amount"}, 200)
    assert (await get_request(client, enterprise, request["id"])).json()["status"] == "declined"


async def test_a_guarantor_agrees_before_the_offer_that_needs_it_is_accepted(client: httpx.AsyncClient) -> None:
    enterprise, (bank,), request = await parties(client)
    guarantor = await register_organisation(client, "guarantor")
    place = f"/v1/financing-requests/{request['id']}"
    asked = {"organisation_id": guarantor.organisation_id, "amount_fen": 300_000_000}
    early = await client.post(f"{place}/guarantees", json=asked, headers=enterprise.headers)
    assert (early.status_code, early.json()["code"]) == (409, "not_disclosed_to_guarantor")
    await disclose(client, enterprise, request["id"], guarantor.organisation_id)
    offer = await make_offer(client, bank, request["id"], guarantor_organisation_id=guarantor.organisation_id,
                             guarantee_fee_bp=80, pledgee="guarantor")  # fmt: skip
    refused = await post_acceptance(client, enterprise, offer["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "guarantee_missing")
    guarantee = await post(client, enterprise, f"{place}/guarantees", asked, 201)
    assert (await client.get(f"{place}/guarantees", headers=bank.drafter.headers)).status_code == 403
    one = f"{place}/guarantees/{guarantee['id']}"
    assert (await client.post(f"{one}/acceptance", json={}, headers=bank.drafter.headers)).status_code in (403, 422)
    await post(client, guarantor, f"{one}/acceptance", GUARANTEE | {"amount_fen": 300_000_000}, 200)
    accepted = await post_acceptance(client, enterprise, offer["id"])
    assert accepted.status_code == 200, accepted.text
    assert (await get_request(client, guarantor, request["id"])).json()["status"] == "accepted"
    (kept,) = (await get(client, guarantor, f"{place}/guarantees"))["items"]
    assert (kept["status"], kept["fee_bp"]) == ("agreed", 80)


async def test_approvals_at_once_make_one_standing_offer(client: httpx.AsyncClient) -> None:
    _, (bank,), request = await parties(client)
    drafted = (await post_offer(client, bank.drafter, request["id"])).json()
    place = f"/v1/financing-offers/{drafted['id']}/approval"
    answers = await asyncio.gather(*[client.post(place, headers=bank.approver.headers) for _ in range(3)])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_a_request_is_disclosed_to_a_bank_once(client: httpx.AsyncClient) -> None:
    enterprise, (bank,), request = await parties(client)
    again = await post_disclosure(client, enterprise, request["id"], bank.id)
    assert (again.status_code, again.json()["code"]) == (409, "disclosure_exists")


async def test_what_is_wrong_with_an_offer_is_told_by_field(client: httpx.AsyncClient) -> None:
    _, (bank,), request = await parties(client)
    for fields, code in (
        ({"guarantor_organisation_id": bank.id}, "not_a_guarantor"),
        ({"scheme": "no_such_scheme"}, "unknown_scheme"),
        ({"pledgee": "guarantor"}, "malformed"),
        ({"days": 31}, "offer_outlasts_disclosure"),
    ):
        answer = await post_offer(client, bank.drafter, request["id"], **fields)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    past = await post_offer(client, bank.drafter, request["id"], days=-1)
    assert (past.status_code, past.json()["code"]) == (409, "financing_offer_expired")


async def test_a_bank_that_is_verified_no_more_reads_nothing_and_its_offer_is_not_accepted(
    client: httpx.AsyncClient,
) -> None:
    enterprise, (bank,), request = await parties(client)
    offer = await make_offer(client, bank, request["id"])
    staff = await sign_in_platform(client)
    refusal = {"outcome": "refused", "reason": "冒用名称"}
    await post(client, staff, f"/v1/organisations/{bank.id}/verification", refusal, 200)
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404
    assert (await get(client, bank.drafter, "/v1/financing-requests", role="bank"))["items"] == []
    refused = await post_acceptance(client, enterprise, offer["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "bank_not_verified")


async def test_nothing_is_withdrawn_or_offered_after_the_request_is_withdrawn(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    enterprise, (bank,), request = await parties(client)
    offer = await make_offer(client, bank, request["id"])
    await post(client, enterprise, f"/v1/financing-requests/{request['id']}/withdrawal", None, 200)
    assert (await post_acceptance(client, enterprise, offer["id"])).status_code == 409
    assert (await post_offer(client, bank.drafter, request["id"])).status_code == 404
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
