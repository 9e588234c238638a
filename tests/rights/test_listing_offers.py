"""What a listing offers follows the ledger, through the front door."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from backend.rights.availability import sweep
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, post_legal_event


async def barred(client: httpx.AsyncClient, listing: dict[str, Any]) -> Any:
    return (await client.get(f"/v1/listings/{listing['id']}")).json()["barred"]


async def offer_for_sale(client: httpx.AsyncClient, holder: Member, patent_id: str) -> dict[str, Any]:
    """Return the listing of a patent that is for sale."""
    terms = {"patent_id": patent_id, "deal_types": ["assignment"], "price_note": "面议"}
    listing = (await client.post("/v1/listings", json=terms, headers=holder.headers)).json()
    for step in ("submission", "publication"):
        answer = await client.post(f"/v1/listings/{listing['id']}/{step}", headers=holder.headers)
        assert answer.status_code == 200, answer.text
    return dict(listing)


async def test_a_suspension_recorded_ahead_bars_the_assignment_from_its_day(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patent = (await enter_patent(client, university))["id"]
    listing, clock = await offer_for_sale(client, university, patent), app.state.clock
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    told = await post_legal_event(client, office, patent, "suspended", tomorrow, basis="preservation")
    assert told.status_code == 201, told.text
    assert await barred(client, listing) == {}
    await sweep(app.state.database, clock.now() + timedelta(days=1))
    assert await barred(client, listing) == {"assignment": ["suspended_disposal"]}


async def test_a_dispute_that_ends_with_the_holding_bars_no_more(client: httpx.AsyncClient) -> None:
    one, other, office = [
        await register_organisation(client), await register_organisation(client), await sign_in_platform(client)
    ]  # fmt: skip
    patent = (await enter_co_owned_patent(client, one, other))["id"]
    listing = await list_patent(client, one, patent)
    holdings = (await client.get(f"/v1/patents/{patent}/holdings", headers=one.headers)).json()["items"]
    place = f"/v1/patents/{patent}/holdings/{holdings[1]['id']}"
    await client.post(f"{place}/dispute", json={"reason": "争议"}, headers=office.headers)
    assert "holding_disputed" in str(await barred(client, listing))
    verdict = {"outcome": "refused", "reason": "无权"}
    assert (await client.post(f"{place}/verification", json=verdict, headers=office.headers)).status_code == 200
    assert "holding_disputed" not in str(await barred(client, listing))
