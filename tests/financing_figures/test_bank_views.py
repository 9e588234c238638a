"""What a bank is owed and should look at, for its own members and nobody else."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.patents import post_legal_event
from tests.scenarios.pledges import Deal, accept_offer, loan_of, registered_pledge, today
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
EXPOSURE, WATCH = "/v1/statistics/financing/exposure", "/v1/statistics/financing/watch"
AMOUNT = 300_000_000


async def disbursed(client: httpx.AsyncClient, patents: int = 1, **terms: Any) -> tuple[Deal, str, str]:
    """Return a deal whose pledge is registered and whose loan was paid out, with both ids."""
    deal = await accept_offer(client, patents, **terms)
    pledge = await registered_pledge(client, deal)
    loan = await loan_of(client, deal)
    await post(client, deal.bank.drafter, f"/v1/loans/{loan['id']}/disbursements", {"disbursed_on": today()}, 200)
    return deal, pledge["id"], loan["id"]


async def test_principal_is_divided_among_the_pledged_patents_to_the_fen(client: httpx.AsyncClient) -> None:
    deal, _, _ = await disbursed(client, patents=3)
    await list_patent(client, deal.borrower, deal.patent_ids[0])
    nothing = {"loans": 0, "patents": 0, "outstanding_fen": 0}
    all_of_it = {"loans": 1, "patents": 3, "outstanding_fen": AMOUNT}
    found = await get(client, deal.bank.drafter, EXPOSURE)
    assert (found["total"], found["pledged"], found["without_pledge"]) == (all_of_it, all_of_it, nothing)
    assert found["by_status"] == [{"status": "disbursed"} | all_of_it]
    for lines in (found["by_technology_field"], found["by_cluster"]):
        assert sum(line["outstanding_fen"] for line in lines) == AMOUNT
        assert sum(line["patents"] for line in lines) == 3


async def test_an_agreed_loan_without_a_registered_pledge_is_owed_nothing_yet(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    found = await get(client, deal.bank.drafter, EXPOSURE)
    assert found["without_pledge"] == {"loans": 1, "patents": 0, "outstanding_fen": 0}
    assert (found["by_technology_field"], found["by_cluster"]) == ([], [])


async def test_a_third_bank_and_an_enterprise_see_nothing_of_it(client: httpx.AsyncClient) -> None:
    deal, _, _ = await disbursed(client)
    await post_legal_event(client, deal.borrower, deal.patent_ids[0], "invalidation_requested", today())
    third = await register_organisation(client, "bank")
    found = await get(client, third, EXPOSURE)
    assert found["total"] == {"loans": 0, "patents": 0, "outstanding_fen": 0}
    assert (await get(client, third, WATCH))["items"] == []
    others = [deal.borrower, await sign_in_platform(client), await register_organisation(client, "authority")]
    for who in others:
        for place in (EXPOSURE, WATCH):
            answer = await client.get(place, headers=who.headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "banks_only")


async def test_the_watch_list_names_what_presses_most_first(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal, pledge_id, loan_id = await disbursed(client, term_months=6)
    bank = deal.bank.drafter
    event = await post_legal_event(client, deal.borrower, deal.patent_ids[0], "invalidation_requested", today())
    assert event.status_code == 201, event.text
    (item,) = (await get(client, bank, WATCH))["items"]
    assert (item["kind"], item["event"], item["pledge_id"], item["patent_id"]) == (
        "patent_event", "invalidation_requested", pledge_id, deal.patent_ids[0],
    )  # fmt: skip
    assert item["advice"]
    async with moved_clock(client, app):
        await sweep_at(client, app, days=300)
        items = (await get(client, bank, WATCH))["items"]
        kinds = [one["kind"] for one in items]
        assert kinds[:2] == ["loan_overdue", "reappraisal_due"]
        assert (items[0]["loan_id"], items[0]["is_late"], items[1]["pledge_id"]) == (loan_id, True, pledge_id)
        assert items[1]["is_late"] is False
        assert (await get(client, bank, WATCH, kind="loan_overdue"))["items"] == items[:1]
        await paged(client, bank, items)
        due = (await get(client, bank, f"/v1/loans/{loan_id}/statement"))["owed_fen"]
        paid = {"paid_on": app.state.clock.today().isoformat(), "amount_fen": due, "source": "debtor"}
        await post(client, bank, f"/v1/loans/{loan_id}/repayments", paid, 201)
        (release,) = (await get(client, bank, WATCH, kind="release_due"))["items"]
        assert (release["pledge_id"], release["is_late"]) == (pledge_id, False)
        assert (await get(client, bank, WATCH, kind="loan_overdue"))["items"] == []
        assert (await get(client, bank, EXPOSURE))["total"]["loans"] == 0


async def paged(client: httpx.AsyncClient, who: Any, items: list[dict[str, Any]]) -> None:
    """Check that the list comes the same in pages of one."""
    found, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = await get(client, who, WATCH, **query)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == items
