"""A pledge of a private row is one of the patent that the row becomes part of, and ends there."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.pledges.test_registration import differences, pledges_of
from tests.scenarios.establishment import post_decision, propose
from tests.scenarios.financing import enter_sound_patent, register_bank
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.pledges import (
    Deal,
    accept_offer_on,
    disburse,
    draw_up_pledge,
    registered_pledge,
    repay_all,
    sign_by_all,
    today,
)
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases


async def deal_on_row(client: httpx.AsyncClient) -> tuple[Member, dict[str, Any], Deal]:
    """Return a holder, its patent, and a deal of an enterprise on a row of its own that bears the same number."""
    holder, enterprise = [await register_organisation(client, "enterprise") for _ in range(2)]
    patent = await enter_sound_patent(client, holder)
    row = await enter_sound_patent(client, enterprise, application_number=patent["application_number"])
    assert row["id"] != patent["id"]
    return holder, patent, await accept_offer_on(client, enterprise, await register_bank(client), row["id"])


async def join(client: httpx.AsyncClient, holder: Member, patent: dict[str, Any], deal: Deal) -> None:
    """Have the enterprise be accepted as a holder, of whose row nothing else is taken."""
    request = await propose(client, deal.borrower, deal.patent_ids[0])
    done = await post_decision(client, holder, patent["id"], request["id"], "acceptance")
    assert done.status_code == 200, done.text


async def test_a_registered_pledge_follows_its_row_into_the_patent_and_is_released_there(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder, patent, deal = await deal_on_row(client)
    pledge = await registered_pledge(client, deal)
    await disburse(client, deal)
    await join(client, holder, patent, deal)
    (entry,) = await pledges_of(client, holder, patent["id"])
    assert entry["id"] == pledge["patents"][0]["right_id"]
    assert await differences(app) == []
    await repay_all(client, deal)
    place = f"/v1/pledges/{pledge['id']}"
    filed = await post(client, deal.borrower, f"{place}/release", {"filed_on": today(), "reason": "debt_paid"}, 200)
    assert [one["patent_id"] for one in filed["patents"]] == [patent["id"]]
    body = {"outcome": "registered", "decided_on": today()}
    await post(client, deal.bank.drafter, f"{place}/release-registration", body, 200)
    assert await pledges_of(client, holder, patent["id"]) == []
    assert await differences(app) == []


async def test_a_pledge_is_filed_after_its_row_has_joined(client: httpx.AsyncClient) -> None:
    holder, patent, deal = await deal_on_row(client)
    pledge = await draw_up_pledge(client, deal)
    await sign_by_all(client, deal, pledge)
    await join(client, holder, patent, deal)
    assert await pledges_of(client, holder, patent["id"]) == []
    answer = await client.post(
        f"/v1/pledges/{pledge['id']}/registration", json={"filed_on": today()}, headers=deal.borrower.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "pledge_barred"), answer.text
    assert all(one["code"].endswith(patent["id"]) for one in answer.json()["reasons"])


async def test_rows_that_are_both_pledged_do_not_join(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, patent, deal = await deal_on_row(client)
    await registered_pledge(client, deal)
    other = await accept_offer_on(client, holder, await register_bank(client), patent["id"])
    pledge = await registered_pledge(client, other)
    request = await propose(client, deal.borrower, deal.patent_ids[0])
    refused = await post_decision(client, holder, patent["id"], request["id"], "acceptance")
    assert (refused.status_code, refused.json()["code"]) == (409, "grants_conflict"), refused.text
    (entry,) = await pledges_of(client, holder, patent["id"])
    assert entry["id"] == pledge["patents"][0]["right_id"]
    assert await differences(app) == []
