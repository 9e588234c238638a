"""Requests for financing, what is disclosed of them, offers and guarantees, made through the front door."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from tests.scenarios.members import Member, add_member, register_organisation
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import get, post

PARTS = ["company", "patents", "appraisal", "documents", "answers"]
TERMS = {
    "rate_tenor": "one_year",
    "rate_bp": 45,
    "method": "interest_first",
    "day_count": "actual_360",
    "interest_every": 3,
    "penalty_bp": 150,
}


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank with two people, as an offer needs."""

    drafter: Member
    approver: Member

    @property
    def id(self) -> str:
        return self.drafter.organisation_id


async def register_bank(client: httpx.AsyncClient) -> Bank:
    """Return a verified bank with an owner and an editor."""
    owner = await register_organisation(client, "bank")
    return Bank(owner, await add_member(client, owner))


async def enter_sound_patent(client: httpx.AsyncClient, member: Member, **fields: Any) -> dict[str, Any]:
    """Return a patent in force whose annuity is paid."""
    today = date.today()  # noqa: DTZ011 - of a fact of the past, whichever day that is
    fields = {"filing_date": f"{today.year - 5}-03-01", "grant_date": f"{today.year - 3}-05-05"} | fields
    found = await enter_patent(client, member, **fields)
    answer = await post_legal_event(client, member, found["id"], "annuity_paid", f"{today.year}-01-15", year=6)
    assert answer.status_code == 201, answer.text
    return found


def request_body(*patents: Any, **fields: Any) -> dict[str, Any]:
    """Return the body of a request on patents, which confirms what is only asserted."""
    named = [
        one if isinstance(one, dict) and "patent_id" in one
        else {"patent_id": one, "confirmed": ["not_the_registered_owner"]}
        for one in patents
    ]  # fmt: skip
    body: dict[str, Any] = {
        "amount_fen": 300_000_000,
        "term_months": 12,
        "purpose": "采购原材料",
        "patents": named,
        "annual_revenue_fen": 2_400_000_000,
        "employees": 86,
        "first_loan": True,
    }
    return body | fields


async def post_request(client: httpx.AsyncClient, who: Member, *patents: Any, **fields: Any) -> httpx.Response:
    """Return the answer to drafting a request."""
    body = request_body(*patents, **fields)
    return await client.post("/v1/financing-requests", json=body, headers=who.headers)


async def draft_request(client: httpx.AsyncClient, who: Member, *patents: Any, **fields: Any) -> dict[str, Any]:
    """Return the draft of a request; on a patent of its own where none is named."""
    if not patents:
        patents = ((await enter_sound_patent(client, who))["id"],)
    return dict(await post(client, who, "/v1/financing-requests", request_body(*patents, **fields), 201))


def disclosure_body(organisation_id: str, days: int = 30, **fields: Any) -> dict[str, Any]:
    """Return the body of a disclosure."""
    ends_on = (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011 - the demonstration's clock is not moved
    return {"organisation_id": organisation_id, "purpose": "贷款审批", "parts": PARTS, "ends_on": ends_on} | fields


async def post_disclosure(
    client: httpx.AsyncClient, who: Member, request_id: str, organisation_id: str, **fields: Any
) -> httpx.Response:
    """Return the answer to disclosing a request."""
    place = f"/v1/financing-requests/{request_id}/disclosures"
    return await client.post(place, json=disclosure_body(organisation_id, **fields), headers=who.headers)


async def disclose(
    client: httpx.AsyncClient, who: Member, request_id: str, organisation_id: str, **fields: Any
) -> dict[str, Any]:
    """Return the disclosure of a request to a bank or guarantor."""
    answer = await post_disclosure(client, who, request_id, organisation_id, **fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def submit_request(client: httpx.AsyncClient, who: Member, request_id: str) -> dict[str, Any]:
    """Return the request, submitted."""
    return dict(await post(client, who, f"/v1/financing-requests/{request_id}/submission", None, 200))


async def send_request(
    client: httpx.AsyncClient, who: Member, *recipients: str, **fields: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a request that was submitted to the recipients, and its disclosures."""
    request = await draft_request(client, who, **fields)
    made = [await disclose(client, who, request["id"], one) for one in recipients]
    return await submit_request(client, who, request["id"]), made


def offer_body(days: int = 20, **fields: Any) -> dict[str, Any]:
    """Return the body of an offer."""
    until = (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011 - the demonstration's clock is not moved
    return {"amount_fen": 300_000_000, "term_months": 12, "valid_until": until} | TERMS | fields


async def post_offer(client: httpx.AsyncClient, who: Member, request_id: str, **fields: Any) -> httpx.Response:
    """Return the answer to drafting an offer."""
    place = f"/v1/financing-requests/{request_id}/offers"
    return await client.post(place, json=offer_body(**fields), headers=who.headers)


async def make_offer(client: httpx.AsyncClient, bank: Bank, request_id: str, **fields: Any) -> dict[str, Any]:
    """Return an offer that one person of the bank drafted and another approved."""
    drafted = await post_offer(client, bank.drafter, request_id, **fields)
    assert drafted.status_code == 201, drafted.text
    place = f"/v1/financing-offers/{drafted.json()['id']}/approval"
    return dict(await post(client, bank.approver, place, None, 200))


async def post_acceptance(client: httpx.AsyncClient, who: Member, offer_id: str) -> httpx.Response:
    """Return the answer to accepting an offer."""
    return await client.post(f"/v1/financing-offers/{offer_id}/acceptance", headers=who.headers)


async def get_request(client: httpx.AsyncClient, who: Member, request_id: str) -> httpx.Response:
    """Return the answer to reading a request."""
    return await client.get(f"/v1/financing-requests/{request_id}", headers=who.headers)


async def views_of(client: httpx.AsyncClient, who: Member, disclosure: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was read by a disclosure, as its enterprise sees it."""
    place = f"/v1/financing-requests/{disclosure['request_id']}/disclosures/{disclosure['id']}/views"
    return list((await get(client, who, place))["items"])
