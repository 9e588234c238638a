"""A pledge and its loan at one moment: one after the other, and neither of the two in vain."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from tests.pledges.test_registration import differences
from tests.scenarios.pledges import accept_offer, disburse, loan_of, registered_pledge, today
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases
ROUNDS = 3


async def test_a_debt_is_paid_while_its_default_is_recorded(client: httpx.AsyncClient, app: FastAPI) -> None:
    for _ in range(ROUNDS):
        deal = await accept_offer(client)
        pledge = await registered_pledge(client, deal)
        loan = await disburse(client, deal)
        bank = deal.bank.drafter
        quote = await get(client, bank, f"/v1/loans/{loan['id']}/early-repayment", on=today())
        payment = {"paid_on": today(), "principal_fen": None, "amount_fen": quote["amount_fen"]}
        default = {"on": today(), "event": "借款用途与约定不符"}
        paid, defaulted = await asyncio.gather(
            client.post(f"/v1/loans/{loan['id']}/early-repayment", json=payment, headers=bank.headers),
            client.post(f"/v1/pledges/{pledge['id']}/default", json=default, headers=bank.headers),
        )
        found = await get(client, bank, f"/v1/pledges/{pledge['id']}")
        seen = (paid.status_code, defaulted.status_code, (await loan_of(client, deal))["status"], found["status"])
        assert seen in {(201, 409, "repaid", "registered"), (409, 200, "defaulted", "defaulted")}, (
            paid.text,
            defaulted.text,
        )
    assert await differences(app) == []


async def test_a_debt_is_paid_while_the_release_is_filed(client: httpx.AsyncClient, app: FastAPI) -> None:
    for _ in range(ROUNDS):
        deal = await accept_offer(client)
        pledge = await registered_pledge(client, deal)
        loan = await disburse(client, deal)
        bank = deal.bank.drafter
        quote = await get(client, bank, f"/v1/loans/{loan['id']}/early-repayment", on=today())
        payment = {"paid_on": today(), "principal_fen": None, "amount_fen": quote["amount_fen"]}
        release = {"filed_on": today(), "reason": "debt_paid"}
        paid, filed = await asyncio.gather(
            client.post(f"/v1/loans/{loan['id']}/early-repayment", json=payment, headers=bank.headers),
            client.post(f"/v1/pledges/{pledge['id']}/release", json=release, headers=deal.borrower.headers),
        )
        found = (await get(client, bank, f"/v1/pledges/{pledge['id']}"))["status"]
        seen = (paid.status_code, filed.status_code, found)
        assert seen in {(201, 409, "registered"), (201, 200, "release_filed")}, (paid.text, filed.text)
    assert await differences(app) == []
