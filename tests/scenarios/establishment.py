"""Requests to be heard as a holder, made through the front door."""

import asyncio
from typing import Any

import httpx

from tests.scenarios.files import upload_file
from tests.scenarios.members import Member

PATIENCE = 400  # looks, a twentieth of a second apart


async def organisation_name(client: httpx.AsyncClient, member: Member) -> str:
    """Return the name of the member's organisation."""
    answer = await client.get(f"/v1/organisations/{member.organisation_id}", headers=member.headers)
    return str(answer.json()["name"])


async def ask_to_be_heard(client: httpx.AsyncClient, member: Member, row_id: str, **more: Any) -> list[dict[str, Any]]:
    """Return the requests as the answer shows them."""
    files = more.pop("evidence_files", None) or [(await upload_file(client, member))["id"]]
    body = {"evidence": "专利登记簿副本", "evidence_files": files, **more}
    answer = await client.post(f"/v1/patents/{row_id}/establishment", json=body, headers=member.headers)
    assert answer.status_code == 202, answer.text
    return list(answer.json()["items"])


async def get_request(client: httpx.AsyncClient, member: Member, establishment_id: str) -> dict[str, Any]:
    """Return the request as the member sees it."""
    answer = await client.get(f"/v1/establishments/{establishment_id}", headers=member.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def wait_for_state(
    client: httpx.AsyncClient, member: Member, establishment_id: str, state: str
) -> dict[str, Any]:
    """Return the request once it is in a state."""
    for _ in range(PATIENCE):
        found = await get_request(client, member, establishment_id)
        if found["state"] == state:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"it stays {found['state']}")


async def propose(client: httpx.AsyncClient, member: Member, row_id: str, **more: Any) -> dict[str, Any]:
    """Return a request that waits for a holder or an office."""
    (one, *_) = await ask_to_be_heard(client, member, row_id, **more)
    return await wait_for_state(client, member, one["id"], "proposed")


async def post_decision(
    client: httpx.AsyncClient, member: Member, patent_id: str, establishment_id: str, what: str, **body: Any
) -> httpx.Response:
    """Return the answer to an acceptance, a refusal, an adoption."""
    path = f"/v1/patents/{patent_id}/establishments/{establishment_id}/{what}"
    return await client.post(path, json=body, headers=member.headers)


async def wait_until(check: Any) -> Any:
    """Return what a question comes to once it comes to something."""
    for _ in range(PATIENCE):
        if found := await check():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")


async def get_patent(client: httpx.AsyncClient, member: Member, patent_id: str) -> dict[str, Any]:
    """Return the patent as the member sees it."""
    answer = await client.get(f"/v1/patents/{patent_id}", headers=member.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def read_feed(client: httpx.AsyncClient, member: Member) -> str:
    """Return all that the change feed tells the member, as it is sent."""
    text, after = "", ""
    while True:
        page = await client.get(f"/v1/changes?limit=500{after}", headers=member.headers)
        assert page.status_code == 200, page.text
        text += page.text
        if not page.json()["more"]:
            return text
        after = f"&after={page.json()['next_after']}"


async def wait_for_feed(client: httpx.AsyncClient, member: Member, *pieces: str) -> str:
    """Return all that the change feed tells the member once it tells of these."""

    async def told() -> str | None:
        found = await read_feed(client, member)
        return found if all(piece in found for piece in pieces) else None

    return str(await wait_until(told))


async def patch_patent(client: httpx.AsyncClient, member: Member, patent_id: str, **facts: Any) -> httpx.Response:
    """Return the answer to a change of a patent's facts."""
    return await client.patch(f"/v1/patents/{patent_id}", json=facts, headers=member.headers | {"If-Match": "*"})


async def name_holder(client: httpx.AsyncClient, by: Member, patent_id: str, whom: Member) -> str:
    """Return the id of the holding of an organisation that another named."""
    party = (await client.get(f"/v1/organisations/{whom.organisation_id}", headers=whom.headers)).json()["party_id"]
    answer = await client.post(f"/v1/patents/{patent_id}/holdings", json={"party_id": party}, headers=by.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def end_holding(client: httpx.AsyncClient, by: Member, patent_id: str, holding_id: str) -> None:
    """End a holding, as one that was sold."""
    path = f"/v1/patents/{patent_id}/holdings/{holding_id}/end"
    answer = await client.post(path, json={"ended_on": "2026-01-01", "reason": "转让"}, headers=by.headers)
    assert answer.status_code == 200, answer.text


async def get_holders(client: httpx.AsyncClient, member: Member, patent_id: str) -> set[str]:
    """Return the organisations that hold the patent, as the member sees them."""
    return {holder["organisation_id"] for holder in (await get_patent(client, member, patent_id))["holders"]}


async def draft_listing(client: httpx.AsyncClient, member: Member, patent_id: str) -> dict[str, Any]:
    """Return a listing that nobody else sees yet."""
    terms = {"patent_id": patent_id, "deal_types": ["assignment"], "price_note": "面议"}
    answer = await client.post("/v1/listings", json=terms, headers=member.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
