"""What a licence brings in while its patent is pledged repays the loan as the pledgee says, as long as it was paid."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.scenarios.consents import give_consent
from tests.scenarios.consistency import find_differences
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, announce, draft_declaration, file_declaration
from tests.scenarios.pledges import Deal, accept_offer, disburse, loan_of, registered_pledge, repay_all, today
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import is_told
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases
PAID = 5_000_000


@dataclass
class Income:
    """A loan whose pledged patent is licensed: the deal, its pledge, the licensee, its payment, what it brought."""

    deal: Deal
    pledge: str
    payment: str
    licensee: Member
    proceeds: dict[str, Any]

    @property
    def decision(self) -> str:
        """The address at which the pledgee says what becomes of it."""
        return f"{self.pledge}/proceeds/{self.proceeds['id']}/decision"


async def paid_licence(client: httpx.AsyncClient) -> Income:
    """Return a payment on an open licence of a pledged patent, to which the pledgee consented."""
    deal = await accept_offer(client)
    pledge = f"/v1/pledges/{(await registered_pledge(client, deal))['id']}"
    await disburse(client, deal)
    draft = await draft_declaration(client, deal.borrower, deal.patent_ids[0], fee=LUMP)
    place = f"/v1/open-licences/{draft['id']}"
    refused = await post(client, deal.borrower, f"{place}/submission", {}, 409)
    assert refused["code"] == "consent_needed", refused
    (missing,) = refused["consents"]
    await give_consent(client, deal.borrower, deal.bank.drafter, deal.patent_ids[0], missing["act"], refused["terms"])
    declared = await announce(client, deal.borrower, await file_declaration(client, deal.borrower, draft), today())
    licensee = await register_organisation(client, "enterprise")
    notice = await pay(client, licensee, await give_notice(client, licensee, declared))
    (proceeds,) = (await get(client, deal.bank.drafter, f"{pledge}/proceeds"))["items"]
    assert (proceeds["amount_fen"], proceeds["use"], proceeds["struck"]) == (PAID, None, False)
    payment = f"/v1/notices/{notice['id']}/payments/{proceeds['payment_id']}"
    return Income(deal, pledge, payment, licensee, proceeds)


async def differs(app: FastAPI, income: Income) -> list[str]:
    """Return what the consistency checks find of this income."""
    return [one for one in await find_differences(app, *CONSISTENCY_CHECKS) if income.proceeds["id"] in one]


async def strike(client: httpx.AsyncClient, income: Income) -> None:
    """Have an office find that the payment never came."""
    await post(client, income.deal.borrower, f"{income.payment}/contest", {"reason": "未到账"}, 200)
    decision = {"outcome": "upheld", "reason": "无到账记录"}
    await post(client, await sign_in_platform(client), f"{income.payment}/contest-decision", decision, 200)


async def repayments(client: httpx.AsyncClient, deal: Deal) -> tuple[str, list[dict[str, Any]]]:
    """Return the address of the deal's repayments, and those that came from proceeds."""
    place = f"/v1/loans/{(await loan_of(client, deal))['id']}/repayments"
    found = (await get(client, deal.bank.drafter, place))["items"]
    return place, [one for one in found if one["source"] == "proceeds"]


async def test_a_payment_that_was_struck_is_reversed_by_the_lender_as_any_that_was_recorded_wrongly(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    income = await paid_licence(client)
    bank, deal = income.deal.bank.drafter, income.deal
    await post(client, bank, income.decision, {"use": "early_repayment"}, 200)
    place, (repayment,) = await repayments(client, deal)
    assert (repayment["status"], (await loan_of(client, deal))["outstanding_fen"]) == ("counted", 300_000_000 - PAID)
    assert await differs(app, income) == []
    await strike(client, income)
    (row,) = (await get(client, deal.borrower, f"{income.pledge}/proceeds"))["items"]
    assert (row["use"], row["struck"]) == ("early_repayment", True)
    for side in (bank, deal.borrower):
        await wait_until(lambda side=side: is_told(client, side, "pledge.proceeds_struck"))
    (found,) = await differs(app, income)
    assert repayment["id"] in found
    reversal = f"{place}/{repayment['id']}/reversal"
    await post(client, deal.borrower, reversal, {"note": "未到账"}, 403)
    await post(client, bank, reversal, {"note": "许可付款未到账"}, 200)
    assert (await loan_of(client, deal))["outstanding_fen"] == 300_000_000
    assert await differs(app, income) == []
    again = await post(client, bank, income.decision, {"use": "early_repayment"}, 409)
    assert again["code"] == "pledge_not_in_state", "what was struck is decided no more"


async def test_proceeds_whose_repayment_was_reversed_are_decided_anew(client: httpx.AsyncClient, app: FastAPI) -> None:
    income = await paid_licence(client)
    bank, deal = income.deal.bank.drafter, income.deal
    await post(client, bank, income.decision, {"use": "early_repayment"}, 200)
    place, (repayment,) = await repayments(client, deal)
    await post(client, bank, f"{place}/{repayment['id']}/reversal", {"note": "应提存"}, 200)
    (row,) = (await get(client, bank, f"{income.pledge}/proceeds"))["items"]
    assert (row["use"], row["decided_at"]) == (None, None)
    assert (await post(client, bank, income.decision, {"use": "deposit"}, 200))["use"] == "deposit"
    assert await differs(app, income) == []


async def test_what_has_repaid_the_loan_stays_and_the_check_finds_it(client: httpx.AsyncClient, app: FastAPI) -> None:
    income = await paid_licence(client)
    bank, deal = income.deal.bank.drafter, income.deal
    await post(client, bank, income.decision, {"use": "early_repayment"}, 200)
    await repay_all(client, deal)
    await strike(client, income)
    place, (repayment,) = await repayments(client, deal)
    refused = await post(client, bank, f"{place}/{repayment['id']}/reversal", {"note": "未到账"}, 409)
    assert refused["code"] == "loan_not_in_state"
    assert len(await differs(app, income)) == 1


async def test_proceeds_that_nobody_has_decided_are_struck_alone(client: httpx.AsyncClient, app: FastAPI) -> None:
    income = await paid_licence(client)
    await strike(client, income)
    refused = await post(client, income.deal.bank.drafter, income.decision, {"use": "early_repayment"}, 409)
    assert refused["code"] == "pledge_not_in_state"
    assert (await repayments(client, income.deal))[1] == []
    assert await differs(app, income) == []
