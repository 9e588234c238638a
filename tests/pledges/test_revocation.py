"""A pledge is given up before its registration; while it lies at the office not by those whose patent it burdens."""

from typing import Any

import httpx
import pytest

from tests.pledges.test_registration import pledges_of
from tests.scenarios.members import Member
from tests.scenarios.pledges import accept_offer, draw_up_pledge, filed_pledge, register_pledge, today
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases


async def give_up(client: httpx.AsyncClient, who: Member, pledge: dict[str, Any]) -> Any:
    """Return the pledge after a side said that it gives it up."""
    body = {"on": today(), "reason": "双方另行约定"}
    return await post(client, who, f"/v1/pledges/{pledge['id']}/revocation", body, 200)


async def test_the_debtor_gives_no_pledge_up_that_the_office_may_have_registered(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    said = await give_up(client, deal.borrower, pledge)
    assert (said["status"], said["claims"][0]["claim"]) == ("filed", "withdrawn")
    done = await register_pledge(client, deal.bank.drafter, pledge)
    assert (done["status"], done["claims"]) == ("registered", [])
    assert len(await pledges_of(client, deal.borrower, deal.patent_ids[0])) == 1


async def test_before_it_is_filed_either_side_gives_it_up_and_another_may_follow(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    for who in (deal.borrower, deal.bank.drafter):
        assert (await give_up(client, who, await draw_up_pledge(client, deal)))["status"] == "revoked"
    pledge = await filed_pledge(client, deal)
    assert (await give_up(client, deal.bank.drafter, pledge))["status"] == "revoked"
