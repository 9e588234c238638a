"""Pledges of accepted offers, drawn up, signed and registered through the front door."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from backend.core.clock import china_day
from tests.scenarios.financing import Bank, enter_sound_patent, make_offer, post_acceptance, register_bank, send_request
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import headers_to_sign


@dataclass
class Deal:
    """An accepted offer: who owes, who lends, on which patents."""

    borrower: Member
    bank: Bank
    request: dict[str, Any]
    offer: dict[str, Any]
    patent_ids: list[str]


def today() -> str:
    """Return the day that it is in China, in a demonstration whose clock nobody moved."""
    return china_day(datetime.now(UTC)).isoformat()


async def accept_offer(client: httpx.AsyncClient, patents: int = 1, **terms: Any) -> Deal:
    """Return the deal of an enterprise that accepted the offer of a bank."""
    borrower, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    ids = [(await enter_sound_patent(client, borrower))["id"] for _ in range(patents)]
    return await accept_offer_on(client, borrower, bank, *ids, **terms)


async def accept_offer_on(
    client: httpx.AsyncClient, borrower: Member, bank: Bank, *patent_ids: str, **terms: Any
) -> Deal:
    """Return the deal on patents that the borrower holds."""
    named = [{"patent_id": one, "confirmed": ["not_the_registered_owner"]} for one in patent_ids]
    request, _ = await send_request(client, borrower, bank.id, patents=named)
    offer = await make_offer(client, bank, request["id"], **terms)
    answer = await post_acceptance(client, borrower, offer["id"])
    assert answer.status_code == 200, answer.text
    return Deal(borrower, bank, request, answer.json(), list(patent_ids))


async def draw_up_pledge(client: httpx.AsyncClient, deal: Deal, **more: Any) -> dict[str, Any]:
    """Return the pledge of a deal, whose contract nobody has signed."""
    body = {"financing_offer_id": deal.offer["id"], "secures": ["principal", "interest", "realisation_costs"]} | more
    return dict(await post(client, deal.bank.drafter, "/v1/pledges", body, 201))


async def sign(client: httpx.AsyncClient, pledge: dict[str, Any], who: Member) -> dict[str, Any]:
    """Return the contract, signed by a side with its second factor."""
    place = f"/v1/contracts/{pledge['contract_id']}"
    contract = await get(client, who, place)
    body = {"bound_hash": contract["present"]["bound_hash"]}
    answer = await client.post(f"{place}/signatures", json=body, headers=await headers_to_sign(client, who))
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def sign_by_all(client: httpx.AsyncClient, deal: Deal, pledge: dict[str, Any]) -> None:
    """Have borrower and bank sign the pledge contract."""
    await sign(client, pledge, deal.borrower)
    await sign(client, pledge, deal.bank.drafter)


async def file_pledge(client: httpx.AsyncClient, who: Member, pledge: dict[str, Any]) -> dict[str, Any]:
    """Return the pledge, filed."""
    place = f"/v1/pledges/{pledge['id']}/registration"
    return dict(await post(client, who, place, {"filed_on": today()}, 200))


async def filed_pledge(client: httpx.AsyncClient, deal: Deal, **more: Any) -> dict[str, Any]:
    """Return a pledge of a deal that was signed by all and filed."""
    pledge = await draw_up_pledge(client, deal, **more)
    await sign_by_all(client, deal, pledge)
    return await file_pledge(client, deal.borrower, pledge)


async def post_decision(
    client: httpx.AsyncClient, who: Member, pledge: dict[str, Any], outcome: str = "registered", **more: Any
) -> httpx.Response:
    """Return the answer to recording what the office decided about the registration."""
    body: dict[str, Any] = {"outcome": outcome, "decided_on": today()}
    if outcome == "registered":
        body["registration_number"] = f"Y2026{pledge['id'][-8:]}"
    place = f"/v1/pledges/{pledge['id']}/registration-decision"
    return await client.post(place, json=body | more, headers=who.headers)


async def register_pledge(client: httpx.AsyncClient, who: Member, pledge: dict[str, Any], **more: Any) -> Any:
    """Return the pledge, registered."""
    answer = await post_decision(client, who, pledge, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def registered_pledge(client: httpx.AsyncClient, deal: Deal, **more: Any) -> dict[str, Any]:
    """Return a pledge of a deal that the bank recorded as registered."""
    pledge = await filed_pledge(client, deal, **more)
    return dict(await register_pledge(client, deal.bank.drafter, pledge))


async def loan_of(client: httpx.AsyncClient, deal: Deal) -> dict[str, Any]:
    """Return the deal's loan as the bank sees it."""
    found = (await get(client, deal.bank.drafter, "/v1/loans"))["items"]
    return next(one for one in found if one["offer_id"] == deal.offer["id"])


async def disburse(client: httpx.AsyncClient, deal: Deal) -> dict[str, Any]:
    """Return the deal's loan, disbursed today."""
    loan = await loan_of(client, deal)
    body = {"disbursed_on": today()}
    return dict(await post(client, deal.bank.drafter, f"/v1/loans/{loan['id']}/disbursements", body, 200))


async def repay_all(client: httpx.AsyncClient, deal: Deal) -> dict[str, Any]:
    """Return the deal's loan, repaid today in whole, as the bank records it."""
    place = f"/v1/loans/{(await loan_of(client, deal))['id']}"
    quote = await get(client, deal.bank.drafter, f"{place}/early-repayment", on=today())
    body = {"paid_on": today(), "principal_fen": None, "amount_fen": quote["amount_fen"]}
    await post(client, deal.bank.drafter, f"{place}/early-repayment", body, 201)
    return dict(await get(client, deal.bank.drafter, place))
