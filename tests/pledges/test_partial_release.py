"""A release decided for some patents of a pledge leaves the others as they are, and none behind."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.pledges.test_registration import pledges_of
from tests.scenarios.consistency import find_differences
from tests.scenarios.members import Member
from tests.scenarios.pledges import Deal, accept_offer, registered_pledge, today
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def pledged(client: httpx.AsyncClient) -> tuple[Deal, dict[str, Any]]:
    """Return a deal on two patents, and its registered pledge."""
    deal = await accept_offer(client, patents=2)
    return deal, await registered_pledge(client, deal)


async def file_waiver(client: httpx.AsyncClient, who: Member, pledge: dict[str, Any], *patent_ids: str) -> Any:
    """Return the pledge, whose release was filed for the patents, or for all."""
    body: dict[str, Any] = {"filed_on": today(), "reason": "waived"}
    if patent_ids:
        body["patent_ids"] = list(patent_ids)
    return await post(client, who, f"/v1/pledges/{pledge['id']}/release", body, 200)


async def decide(
    client: httpx.AsyncClient, who: Member, pledge: dict[str, Any], outcome: str, *patent_ids: str, status: int = 200
) -> Any:
    """Return the pledge, whose release the office decided for the patents, or for all."""
    body: dict[str, Any] = {"outcome": outcome, "decided_on": today()}
    if patent_ids:
        body["patent_ids"] = list(patent_ids)
    return await post(client, who, f"/v1/pledges/{pledge['id']}/release-registration", body, status)


async def test_a_pledge_is_released_once_its_last_patent_is(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge = await pledged(client)
    first, second = deal.patent_ids
    bank = deal.bank.drafter
    assert (await file_waiver(client, bank, pledge))["status"] == "release_filed"
    assert (await decide(client, bank, pledge, "registered", first))["status"] == "release_filed"
    assert await pledges_of(client, deal.borrower, first) == []
    assert len(await pledges_of(client, deal.borrower, second)) == 1
    assert (await decide(client, bank, pledge, "registered", second))["status"] == "released"
    assert await pledges_of(client, deal.borrower, second) == []
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_a_release_refused_for_one_patent_goes_on_for_the_other(client: httpx.AsyncClient) -> None:
    deal, pledge = await pledged(client)
    first, second = deal.patent_ids
    bank = deal.bank.drafter
    await file_waiver(client, bank, pledge)
    found = await decide(client, bank, pledge, "refused", first)
    filed = {one["patent_id"]: one["release_filed_on"] for one in found["patents"]}
    assert (found["status"], found["release_filed_on"]) == ("registered", None)
    assert filed == {first: None, second: today()}
    found = await decide(client, bank, pledge, "registered")
    assert found["status"] == "registered"
    assert len(await pledges_of(client, deal.borrower, first)) == 1
    assert await pledges_of(client, deal.borrower, second) == []


async def test_two_releases_filed_one_by_one_end_the_pledge(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge = await pledged(client)
    bank = deal.bank.drafter
    for patent_id in deal.patent_ids:
        await file_waiver(client, bank, pledge, patent_id)
    found = await decide(client, bank, pledge, "registered")
    assert (found["status"], found["released_on"]) == ("released", today())
    for patent_id in deal.patent_ids:
        assert await pledges_of(client, deal.borrower, patent_id) == []
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_nothing_is_decided_of_a_patent_whose_release_was_not_filed(client: httpx.AsyncClient) -> None:
    deal, pledge = await pledged(client)
    first, second = deal.patent_ids
    bank = deal.bank.drafter
    await file_waiver(client, bank, pledge, first)
    refused = await decide(client, bank, pledge, "registered", first, second, status=409)
    assert refused["code"] == "pledge_not_in_state"
    assert len(await pledges_of(client, deal.borrower, first)) == 1
    assert (await get(client, bank, f"/v1/pledges/{pledge['id']}"))["status"] == "registered"
