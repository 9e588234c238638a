"""A default is recorded, cured or realised; what the realisation brings goes to costs, interest, principal, pledgor."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.pledges.test_registration import pledges_of
from tests.pledges.test_release import post_release
from tests.scenarios.consistency import find_differences
from tests.scenarios.members import sign_in_platform
from tests.scenarios.pledges import Deal, accept_offer, disburse, loan_of, registered_pledge, today
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
EVENT = "借款用途与约定不符"


async def in_default(client: httpx.AsyncClient, patents: int = 1) -> tuple[Deal, dict[str, Any]]:
    """Return a deal in default by an event that the contract names, and its pledge."""
    deal = await accept_offer(client, patents=patents)
    pledge = await registered_pledge(client, deal)
    await disburse(client, deal)
    body = {"on": today(), "event": EVENT}
    return deal, await post(client, deal.bank.drafter, f"/v1/pledges/{pledge['id']}/default", body, 200)


def disposal(*patent_ids: str, **more: Any) -> dict[str, Any]:
    """Return the body of an auction that closes the realisation."""
    body = {"method": "auction", "patent_ids": list(patent_ids), "disposed_on": today(), "buyer_name": "某竞买企业",
            "proceeds_fen": 80_000_000, "costs_fen": 1_500_000, "closes": True}  # fmt: skip
    return body | more


async def test_a_default_that_is_cured_leaves_the_pledge_as_it_was(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await registered_pledge(client, deal)
    await disburse(client, deal)
    place = f"/v1/pledges/{pledge['id']}/default"
    refused = await post(client, deal.bank.drafter, place, {"on": today()}, 409)
    assert refused["code"] == "loan_not_overdue"
    await post(client, deal.borrower, place, {"on": today(), "event": EVENT}, 403)
    pledge = await post(client, deal.bank.drafter, place, {"on": today(), "event": EVENT}, 200)
    assert (pledge["status"], (await loan_of(client, deal))["status"]) == ("defaulted", "defaulted")
    refused = await post_release(client, deal.bank.drafter, pledge, reason="waived")
    assert refused.status_code == 409
    cured = await post(client, deal.bank.drafter, place, {"outcome": "cured", "on": today()}, 200)
    assert (cured["status"], (await loan_of(client, deal))["status"]) == ("registered", "disbursed")


async def test_what_an_auction_brings_is_distributed_to_the_last_fen(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge = await in_default(client)
    made = await post(
        client, deal.bank.drafter, f"/v1/pledges/{pledge['id']}/disposal", disposal(*deal.patent_ids), 201
    )
    parts = made["distribution"]
    assert sum(parts.values()) == 80_000_000
    assert (parts["realisation_costs_fen"], parts["principal_fen"]) == (1_500_000, 78_500_000)
    assert await pledges_of(client, await sign_in_platform(client), deal.patent_ids[0]) == []
    assert (await get(client, deal.borrower, f"/v1/pledges/{pledge['id']}"))["status"] == "disposed"
    assert (await loan_of(client, deal))["status"] == "closed"
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_what_is_more_than_the_debt_belongs_to_the_pledgor(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge = await in_default(client, patents=2)
    place = f"/v1/pledges/{pledge['id']}/disposal"
    first, second = deal.patent_ids
    body = disposal(first, proceeds_fen=200_000_000, closes=False)
    await post(client, deal.bank.drafter, place, body, 201)
    assert len(await pledges_of(client, deal.borrower, second)) == 1
    made = await post(client, deal.bank.drafter, place, disposal(second, proceeds_fen=250_000_000), 201)
    assert made["distribution"]["surplus_to_pledgor_fen"] == 450_000_000 - 2 * 1_500_000 - 300_000_000
    assert (await loan_of(client, deal))["status"] == "repaid"
    again = await client.post(place, json=disposal(second), headers=deal.bank.drafter.headers)
    assert again.status_code in (409, 422)
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_a_debt_that_is_paid_in_default_leaves_the_pledge_to_be_released(client: httpx.AsyncClient) -> None:
    deal, pledge = await in_default(client)
    place = f"/v1/loans/{(await loan_of(client, deal))['id']}"
    owed = (await get(client, deal.bank.drafter, f"{place}/statement", on=today()))["owed_fen"]
    paid = {"paid_on": today(), "amount_fen": owed, "source": "debtor"}
    await post(client, deal.bank.drafter, f"{place}/repayments", paid, 201)
    assert (await loan_of(client, deal))["status"] == "repaid"
    found = await get(client, deal.borrower, f"/v1/pledges/{pledge['id']}")
    assert (found["status"], found["release_due_on"] > today()) == ("registered", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"buyer_name": None},
        {"method": "licence_income"},
        {"costs_fen": 80_000_001},
        {"disposed_on": "2020-01-01"},
        {"disposed_on": "2190-01-01"},
        {"proceeds_fen": -1},
    ],
)
async def test_a_realisation_that_cannot_be_is_refused(client: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    deal, pledge = await in_default(client)
    place = f"/v1/pledges/{pledge['id']}/disposal"
    await post(client, deal.bank.drafter, place, disposal(*deal.patent_ids, **wrong), 422)
    assert (await get(client, deal.borrower, f"/v1/pledges/{pledge['id']}/disposals"))["items"] == []
