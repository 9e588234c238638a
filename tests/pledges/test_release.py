"""A pledge goes with its debt: released by the pledgee or the office, within a clock, and out of the ledger."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from backend.pledges.jobs import sweep
from tests.pledges.test_registration import pledges_of
from tests.scenarios.consistency import find_differences
from tests.scenarios.members import sign_in_platform
from tests.scenarios.pledges import Deal, accept_offer, disburse, registered_pledge, repay_all, today
from tests.scenarios.requests import get
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def post_release(client: httpx.AsyncClient, who: Any, pledge: dict[str, Any], **more: Any) -> httpx.Response:
    """Return the answer to filing the release."""
    body = {"filed_on": today(), "reason": "debt_paid"} | more
    return await client.post(f"/v1/pledges/{pledge['id']}/release", json=body, headers=who.headers)


async def post_release_decision(
    client: httpx.AsyncClient, who: Any, pledge: dict[str, Any], outcome: str = "registered", **more: Any
) -> httpx.Response:
    """Return the answer to recording what the office decided about the release."""
    body = {"outcome": outcome, "decided_on": today()} | more
    return await client.post(f"/v1/pledges/{pledge['id']}/release-registration", json=body, headers=who.headers)


async def paid_off(client: httpx.AsyncClient, patents: int = 1) -> tuple[Deal, dict[str, Any]]:
    """Return a deal whose loan is repaid, and its pledge."""
    deal = await accept_offer(client, patents=patents)
    pledge = await registered_pledge(client, deal)
    await disburse(client, deal)
    assert (await repay_all(client, deal))["status"] == "repaid"
    return deal, dict(await get(client, deal.borrower, f"/v1/pledges/{pledge['id']}"))


async def test_a_paid_debt_frees_the_patents_once_the_release_is_registered(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal, pledge = await paid_off(client, patents=2)
    assert (pledge["status"], pledge["release_due_on"] > today()) == ("registered", True)
    filed = await post_release(client, deal.borrower, pledge)
    assert filed.json()["status"] == "release_filed", filed.text
    claimed = await post_release_decision(client, deal.borrower, pledge)
    assert (claimed.json()["status"], claimed.json()["claims"][0]["claim"]) == ("release_filed", "released")
    assert len(await pledges_of(client, deal.borrower, deal.patent_ids[0])) == 1
    released = await post_release_decision(client, deal.bank.drafter, pledge)
    assert (released.json()["status"], released.json()["released_on"]) == ("released", today())
    for patent_id in deal.patent_ids:
        assert await pledges_of(client, deal.borrower, patent_id) == []
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
    gone = await client.get(f"/v1/financing-requests/{deal.request['id']}", headers=deal.bank.drafter.headers)
    assert gone.status_code == 404, "the deal is over, and with it what the bank kept of the request"
    permissions = await get(
        client, deal.borrower, f"/v1/patents/{deal.patent_ids[0]}/permissions", act="grant_exclusive"
    )
    assert "pledged" not in str(permissions)


async def test_a_release_needs_a_paid_debt_or_the_pledgees_waiver(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await registered_pledge(client, deal)
    for who in (deal.borrower, deal.bank.drafter):
        refused = await post_release(client, who, pledge)
        assert (refused.status_code, refused.json()["code"]) == (409, "debt_not_paid")
    refused = await post_release(client, deal.borrower, pledge, reason="waived")
    assert (refused.status_code, refused.json()["code"]) == (403, "pledge_step_not_yours")
    assert (await post_release(client, deal.bank.drafter, pledge, reason="waived")).json()["status"] == "release_filed"
    refused = await post_release_decision(client, deal.bank.drafter, pledge, "refused", note="材料不全")
    assert (refused.json()["status"], refused.json()["release_filed_on"]) == ("registered", None)


async def test_one_patent_may_end_before_the_others(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal = await accept_offer(client, patents=2)
    pledge = await registered_pledge(client, deal)
    first, second = deal.patent_ids
    await post_release(client, deal.bank.drafter, pledge, reason="waived", patent_ids=[first])
    released = await post_release_decision(client, deal.bank.drafter, pledge, patent_ids=[first])
    assert released.json()["status"] == "registered", released.text
    assert await pledges_of(client, deal.borrower, first) == []
    assert len(await pledges_of(client, deal.borrower, second)) == 1
    again = await post_release(client, deal.bank.drafter, pledge, reason="waived", patent_ids=[first])
    assert (again.status_code, again.json()["code"]) == (422, "patent_not_in_pledge")
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_silence_after_the_payment_escalates_to_the_platform(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge = await paid_off(client)
    office, database = await sign_in_platform(client), app.state.database
    now = app.state.clock.now()
    await sweep(database, now + timedelta(days=40))
    await sweep(database, now + timedelta(days=41))

    async def told() -> list[Any]:
        path = "/v1/changes?limit=500&types=pledge.release_overdue"
        items = (await client.get(path, headers=office.headers)).json()["items"]
        return [one for one in items if one["subject"] == pledge["id"]]

    assert len(await wait_until(told)) == 1
    assert (await post_release(client, deal.bank.drafter, pledge)).json()["status"] == "release_filed"
