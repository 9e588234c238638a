"""A pledge and its loan at one moment: one after the other, and neither of the two in vain."""

import asyncio
from collections.abc import Awaitable

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.scenarios.consistency import find_differences
from tests.scenarios.pledges import Deal, accept_offer, disburse, loan_of, registered_pledge, today
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases
ROUNDS = 3


async def whole_repayment(client: httpx.AsyncClient, deal: Deal) -> Awaitable[httpx.Response]:
    """Return the request by which the bank records that the deal's loan, disbursed today, is repaid in whole."""
    loan, bank = await disburse(client, deal), deal.bank.drafter
    place = f"/v1/loans/{loan['id']}/early-repayment"
    quote = await get(client, bank, place, on=today())
    payment = {"paid_on": today(), "principal_fen": None, "amount_fen": quote["amount_fen"]}
    return client.post(place, json=payment, headers=bank.headers)


async def test_a_debt_is_paid_while_its_default_is_recorded(client: httpx.AsyncClient, app: FastAPI) -> None:
    for _ in range(ROUNDS):
        deal = await accept_offer(client)
        pledge = await registered_pledge(client, deal)
        bank = deal.bank.drafter
        default = {"on": today(), "event": "借款用途与约定不符"}
        paid, defaulted = await asyncio.gather(
            await whole_repayment(client, deal),
            client.post(f"/v1/pledges/{pledge['id']}/default", json=default, headers=bank.headers),
        )
        found = await get(client, bank, f"/v1/pledges/{pledge['id']}")
        seen = (paid.status_code, defaulted.status_code, (await loan_of(client, deal))["status"], found["status"])
        assert seen in {(201, 409, "repaid", "registered"), (409, 200, "defaulted", "defaulted")}, (
            paid.text,
            defaulted.text,
        )
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_a_debt_is_paid_while_the_release_is_filed(client: httpx.AsyncClient, app: FastAPI) -> None:
    for _ in range(ROUNDS):
        deal = await accept_offer(client)
        pledge = await registered_pledge(client, deal)
        bank = deal.bank.drafter
        release = {"filed_on": today(), "reason": "debt_paid"}
        paid, filed = await asyncio.gather(
            await whole_repayment(client, deal),
            client.post(f"/v1/pledges/{pledge['id']}/release", json=release, headers=deal.borrower.headers),
        )
        found = (await get(client, bank, f"/v1/pledges/{pledge['id']}"))["status"]
        seen = (paid.status_code, filed.status_code, found)
        assert seen in {(201, 409, "registered"), (201, 200, "release_filed")}, (paid.text, filed.text)
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
