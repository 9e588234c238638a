"""What a refused step of a pledge says: which day would do, which member is missing, and who can lift it."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.scenarios.pledges import (
    accept_offer,
    disburse,
    draw_up_pledge,
    filed_pledge,
    post_decision,
    register_pledge,
    registered_pledge,
    sign_by_all,
    today,
)
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
LIMIT = 20
ENGLISH = {"Accept-Language": "en"}


def other_day(days: int) -> str:
    return (date.fromisoformat(today()) + timedelta(days=days)).isoformat()


async def test_a_day_out_of_order_is_told_with_the_step_before_it_and_the_days_that_would_do(
    client: httpx.AsyncClient,
) -> None:
    deal = await accept_offer(client)
    pledge = await draw_up_pledge(client, deal)
    await sign_by_all(client, deal, pledge)
    place, headers = f"/v1/pledges/{pledge['id']}/registration", deal.borrower.headers | ENGLISH
    for days, code, params in (
        (-1, "too_early", {"before": "contract_effective", "earliest": today(), "time_zone": "UTC+8"}),
        (1, "in_the_future", {"latest": today(), "time_zone": "UTC+8"}),
    ):
        refused = await client.post(place, json={"filed_on": other_day(days)}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (422, "day_out_of_order")
        (error,) = refused.json()["errors"]
        assert (error["pointer"], error["code"], error["params"]) == ("/filed_on", code, params)
        assert today() in error["detail"]
        assert "UTC+8" in error["detail"]


async def test_a_member_that_belongs_to_the_outcome_is_pointed_at(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    place = f"/v1/pledges/{pledge['id']}/registration-decision"
    for body, pointer, code in (
        ({"outcome": "registered"}, "/registration_number", "missing"),
        ({"outcome": "refused"}, "/ground", "missing"),
        ({"outcome": "refused", "ground": "other", "registration_number": "Y1"}, "/registration_number", "not_here"),
    ):
        refused = await client.post(place, json={"decided_on": today()} | body, headers=deal.bank.drafter.headers)
        assert refused.status_code == 422
        assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [(pointer, code)]
    pledge = await register_pledge(client, deal.bank.drafter, pledge)
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kind": "debt_term"}, "/debt_until"), ({"kind": "secured_amount"}, "/secured_fen"),
        ({"kind": "other"}, "/note"),
    )  # fmt: skip
    for body, pointer in changes:
        where = f"/v1/pledges/{pledge['id']}/changes"
        refused = await client.post(where, json={"filed_on": today()} | body, headers=deal.borrower.headers)
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


async def test_a_claim_is_kept_once_and_none_pushes_another_out(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    for number in [*range(LIMIT), 0]:
        said = await post_decision(client, deal.borrower, pledge, registration_number=f"Y{number}")
        assert said.status_code == 200, said.text
    claims = said.json()["claims"]
    assert [one["number"] for one in claims] == [f"Y{number}" for number in range(LIMIT)]
    full = await post_decision(client, deal.borrower, pledge, registration_number="Y20")
    assert (full.status_code, full.json()["code"]) == (409, "too_many_claims")
    assert (await get(client, deal.bank.drafter, f"/v1/pledges/{pledge['id']}"))["claims"] == claims
    assert (await register_pledge(client, deal.bank.drafter, pledge))["claims"] == []


async def test_a_recorded_release_settles_no_claim_about_a_change(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client, patents=2)
    pledge = await registered_pledge(client, deal)
    place = f"/v1/pledges/{pledge['id']}"
    body = {"kind": "secured_amount", "filed_on": today(), "secured_fen": 400_000_000}
    change = await post(client, deal.bank.drafter, f"{place}/changes", body, 201)
    decided = {"outcome": "registered", "decided_on": today()}
    await post(client, deal.borrower, f"{place}/changes/{change['id']}/agreement", None, 200)
    await post(client, deal.borrower, f"{place}/changes/{change['id']}/decision", decided, 200)
    some = {"filed_on": today(), "reason": "waived", "patent_ids": deal.patent_ids[:1]}
    await post(client, deal.bank.drafter, f"{place}/release", some, 200)
    await post(client, deal.bank.drafter, f"{place}/release-registration", decided, 200)
    kept = (await get(client, deal.bank.drafter, place))["claims"]
    assert [one["claim"] for one in kept] == ["change_registered"]
    await post(client, deal.bank.drafter, f"{place}/changes/{change['id']}/decision", decided, 200)
    assert (await get(client, deal.bank.drafter, place))["claims"] == []


async def test_a_borrower_whose_debt_is_not_paid_is_told_what_it_can_do_itself(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await registered_pledge(client, deal)
    await disburse(client, deal)
    body = {"filed_on": today(), "reason": "debt_paid"}
    headers = deal.borrower.headers | ENGLISH
    refused = await client.post(f"/v1/pledges/{pledge['id']}/release", json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "debt_not_paid")
    assert "The borrower claims what it paid by POST /v1/loans/…/repayments" in refused.json()["cure"]
