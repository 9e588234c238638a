"""A realisation takes the debt and no more, ends with its last patent, and moves nobody else's money."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.pledges.test_registration import pledges_of
from tests.scenarios.consistency import find_differences
from tests.scenarios.financing import (
    disclose,
    enter_sound_patent,
    make_offer,
    post_acceptance,
    register_bank,
    send_request,
)
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.pledges import (
    Deal,
    accept_offer,
    disburse,
    draw_up_pledge,
    file_pledge,
    loan_of,
    register_pledge,
    registered_pledge,
    sign,
    today,
)
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
EVENT = "借款用途与约定不符"


def sale(*patent_ids: str, **more: Any) -> dict[str, Any]:
    """Return the body of an auction."""
    body = {"method": "auction", "patent_ids": list(patent_ids), "disposed_on": today(), "buyer_name": "某竞买企业",
            "proceeds_fen": 80_000_000, "costs_fen": 0, "closes": False}  # fmt: skip
    return body | more


async def in_default(client: httpx.AsyncClient, patents: int = 1, **terms: Any) -> tuple[Deal, dict[str, Any]]:
    """Return a deal in default, and its pledge."""
    deal = await accept_offer(client, patents=patents)
    pledge = await registered_pledge(client, deal, **terms)
    await disburse(client, deal)
    body = {"on": today(), "event": EVENT}
    return deal, await post(client, deal.bank.drafter, f"/v1/pledges/{pledge['id']}/default", body, 200)


async def test_a_debt_that_a_realisation_pays_leaves_the_other_patents_to_be_released(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal, pledge = await in_default(client, patents=2)
    first, second = deal.patent_ids
    bank, place = deal.bank.drafter, f"/v1/pledges/{pledge['id']}"
    await post(client, bank, f"{place}/disposal", sale(first, proceeds_fen=350_000_000), 201)
    assert (await loan_of(client, deal))["status"] == "repaid"
    found = await get(client, deal.borrower, place)
    assert (found["status"], found["release_due_on"] > today()) == ("registered", True)
    again = await post(client, bank, f"{place}/disposal", sale(second), 409)
    assert again["code"] == "pledge_not_in_state"
    body = {"filed_on": today(), "reason": "debt_paid"}
    assert (await post(client, deal.borrower, f"{place}/release", body, 200))["status"] == "release_filed"
    body = {"outcome": "registered", "decided_on": today()}
    await post(client, bank, f"{place}/release-registration", body, 200)
    assert await pledges_of(client, deal.borrower, second) == []
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_with_its_last_patent_a_realisation_is_closed(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge = await in_default(client)
    place = f"/v1/pledges/{pledge['id']}"
    await post(client, deal.bank.drafter, f"{place}/disposal", sale(*deal.patent_ids), 201)
    assert (await get(client, deal.borrower, place))["status"] == "disposed"
    assert (await loan_of(client, deal))["status"] == "closed"
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_a_pledge_for_a_maximum_amount_pays_no_more_than_that(client: httpx.AsyncClient) -> None:
    terms = {"kind": "maximum_amount", "maximum_fen": 100_000_000}
    deal, pledge = await in_default(client, patents=2, **terms)
    first, second = deal.patent_ids
    bank, place = deal.bank.drafter, f"/v1/pledges/{pledge['id']}/disposal"
    made = await post(client, bank, place, sale(first, proceeds_fen=70_000_000, costs_fen=1_000_000), 201)
    assert (made["distribution"]["principal_fen"], made["distribution"]["surplus_to_pledgor_fen"]) == (69_000_000, 0)
    made = await post(client, bank, place, sale(second, proceeds_fen=70_000_000, costs_fen=1_000_000), 201)
    assert made["distribution"]["principal_fen"] == 29_000_000
    assert made["distribution"]["surplus_to_pledgor_fen"] == 40_000_000
    assert sum(made["distribution"].values()) == 70_000_000


async def pledged_to_guarantor(client: httpx.AsyncClient) -> tuple[Deal, dict[str, Any], Member]:
    """Return the deal of a disbursed loan whose guarantor is the pledgee, the pledge, and the guarantor."""
    borrower, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    guarantor = await register_organisation(client, "guarantor")
    patent = (await enter_sound_patent(client, borrower))["id"]
    named = [{"patent_id": patent, "confirmed": ["not_the_registered_owner"]}]
    request, _ = await send_request(client, borrower, bank.id, patents=named)
    await disclose(client, borrower, request["id"], guarantor.organisation_id)
    place = f"/v1/financing-requests/{request['id']}/guarantees"
    asked = {"organisation_id": guarantor.organisation_id, "amount_fen": 300_000_000}
    guarantee = await post(client, borrower, place, asked, 201)
    agreed = {"fee_bp": 80, "may_be_pledgee": True, "amount_fen": 300_000_000}
    await post(client, guarantor, f"{place}/{guarantee['id']}/acceptance", agreed, 200)
    to = {"guarantor_organisation_id": guarantor.organisation_id, "pledgee": "guarantor"}
    offer = await make_offer(client, bank, request["id"], **to)
    assert (await post_acceptance(client, borrower, offer["id"])).status_code == 200
    deal = Deal(borrower, bank, request, offer, [patent])
    pledge = await draw_up_pledge(client, deal)
    await sign(client, pledge, borrower)
    await sign(client, pledge, guarantor)
    pledge = await register_pledge(client, guarantor, await file_pledge(client, borrower, pledge))
    await disburse(client, deal)
    return deal, pledge, guarantor


async def test_a_guarantor_as_pledgee_calls_no_loan_of_the_bank_in(client: httpx.AsyncClient) -> None:
    deal, pledge, guarantor = await pledged_to_guarantor(client)
    place = f"/v1/pledges/{pledge['id']}/default"
    refused = await post(client, guarantor, place, {"on": today(), "event": EVENT}, 409)
    assert refused["code"] == "loan_not_overdue"
    assert (await loan_of(client, deal))["status"] == "disbursed"


async def test_what_a_guarantors_realisation_brings_counts_on_the_lenders_word(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal, pledge, guarantor = await pledged_to_guarantor(client)
    bank, place = deal.bank.drafter, f"/v1/pledges/{pledge['id']}"
    async with moved_clock(client, app):
        await sweep_at(client, app, days=120)
        assert (await loan_of(client, deal))["status"] == "overdue"
        day = app.state.clock.today().isoformat()
        await post(client, guarantor, f"{place}/default", {"on": day}, 200)
        body = sale(*deal.patent_ids, disposed_on=day, proceeds_fen=900_000_000)
        made = await post(client, guarantor, f"{place}/disposal", body, 201)
        assert made["distribution"]["principal_fen"] == 300_000_000
        assert sum(made["distribution"].values()) == 900_000_000
        loan = await loan_of(client, deal)
        assert (loan["status"], loan["outstanding_fen"]) == ("defaulted", 300_000_000)
        (claim,) = (await get(client, bank, f"/v1/loans/{loan['id']}/repayments"))["items"]
        assert (claim["status"], claim["about"]) == ("claimed", made["id"])
        one = f"/v1/loans/{loan['id']}/repayments/{claim['id']}"
        assert (await post(client, deal.borrower, f"{one}/withdrawal", None, 403))["code"] == "loan_step_not_yours"
        confirmed = await post(client, bank, f"{one}/confirmation", None, 200)
        assert confirmed["principal_fen"] == 300_000_000
        assert confirmed["surplus_fen"] == made["distribution"]["surplus_to_pledgor_fen"]
        assert (await loan_of(client, deal))["status"] == "repaid"
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_a_realisation_that_a_guarantor_closed_ends_the_loan_with_the_lenders_word(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal, pledge, guarantor = await pledged_to_guarantor(client)
    bank, place = deal.bank.drafter, f"/v1/pledges/{pledge['id']}"
    async with moved_clock(client, app):
        await sweep_at(client, app, days=120)
        day = app.state.clock.today().isoformat()
        await post(client, guarantor, f"{place}/default", {"on": day}, 200)
        await post(client, guarantor, f"{place}/disposal", sale(*deal.patent_ids, disposed_on=day), 201)
        assert (await get(client, guarantor, place))["status"] == "disposed"
        loan = await loan_of(client, deal)
        (claim,) = (await get(client, bank, f"/v1/loans/{loan['id']}/repayments"))["items"]
        await post(client, bank, f"/v1/loans/{loan['id']}/repayments/{claim['id']}/confirmation", None, 200)
        loan = await loan_of(client, deal)
        assert (loan["status"], loan["closed_on"]) == ("closed", day)
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
